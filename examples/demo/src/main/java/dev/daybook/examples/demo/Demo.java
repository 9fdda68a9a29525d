package dev.daybook.examples.demo;

import dev.daybook.examples.demo.pipeline.Ports;
import dev.daybook.server.StopSignals;
import dev.daybook.server.UsageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `daybook demo`. Exit codes: 0 all is equal, 1 something differs or failed, 2 used wrongly; errors are one line.
@Command(
    name = "daybook demo",
    description = {
      "Run the main job on this machine: rows that change in a real PostgreSQL become contract-checked events in the log"
          + " and leave into H2 and JSON lines. Runs until Ctrl-C; a second run goes on where the first stopped."
    },
    mixinStandardHelpOptions = true,
    version = "daybook 0.1.0")
public final class Demo implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where everything lies (default ./data/demo).")
  private Path data = Path.of("data", "demo");

  @Option(
      names = "--once",
      description = "Make the tour, compare source, log and sinks row by row, and end.")
  private boolean once;

  @Option(
      names = "--kill",
      description = "With --once: kill the server (kill -9) before streaming and while streaming.")
  private boolean kill;

  /// Where the process starts.
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Demo());
    commandLine.setExecutionExceptionHandler(
        (failure, failed, result) -> {
          failed.getErr().println("daybook: " + sentence(failure));
          return failure instanceof UsageException ? 2 : 1;
        });
    commandLine.setParameterExceptionHandler(
        (fault, arguments) -> {
          fault
              .getCommandLine()
              .getErr()
              .println("daybook: " + fault.getMessage() + " (see 'daybook demo --help')");
          return 2;
        });
    return commandLine;
  }

  private static String sentence(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.toString()
        : message.lines().findFirst().orElse(failure.toString());
  }

  @Override
  public Integer call() throws Exception {
    if (kill && !once) {
      throw new ParameterException(spec.commandLine(), "--kill goes with --once");
    }
    Path folder = folder();
    Screen screen = new Screen(spec.commandLine().getOut());
    try (Tour tour = new Tour(folder, lock(folder), once ? Ports.ANY : Ports.usual(), screen)) {
      Runtime.getRuntime().addShutdownHook(new Thread(tour::close, "demo-shutdown"));
      StopSignals.ask(tour::close);
      return run(tour);
    }
  }

  private int run(Tour tour) throws IOException, SQLException, InterruptedException {
    try {
      return once ? tour.once(kill) : tour.untilStopped();
    } catch (IOException | SQLException | RuntimeException e) {
      // Ctrl-C reaches the server, too: that it is gone then is no news.
      if (tour.isClosed()) {
        return 0;
      }
      throw e;
    }
  }

  private Path folder() {
    Path folder = data.toAbsolutePath().normalize();
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      return folder.toRealPath();
    } catch (IOException e) {
      throw new UsageException(
          "The folder " + folder + " can not be used: choose another with --data DIR (" + e + ")",
          e);
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel file =
        FileChannel.open(
            folder.resolve("demo.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      file.close();
      throw new UsageException(
          "Another demo runs in "
              + folder
              + ": end that one, or choose another folder with --data DIR");
    }
    return file;
  }
}
