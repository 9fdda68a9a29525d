package dev.daybook.server.command;

import dev.daybook.eventlog.disk.DirectoryLock;
import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.disk.ReadOnlyDisk;
import dev.daybook.eventlog.maintenance.CheckReport;
import dev.daybook.eventlog.maintenance.DataFormat;
import dev.daybook.eventlog.maintenance.DirectoryCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `daybook check DIR`: verifies every byte of a data directory that no server uses, and changes nothing but the lock's
/// holder: also a copy that is mounted so that nobody can write to it.
@Command(
    name = "check",
    description =
        "Verify a data directory from end to end, while no server uses it. Changes nothing.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit codes: 0 no record is lost, 1 damage was found, 2 it cannot be checked."})
public final class CheckCommand implements Callable<Integer> {
  private static final int CLEAN = 0;
  private static final int DAMAGED = 1;
  private static final int NOT_CHECKED = 2;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Parameters(paramLabel = "DIR", description = "The data directory.")
  private Path directory;

  @Option(names = "--json", description = "Print all that was found as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      CheckReport report = check();
      out.println(json ? CheckJson.of(report).encodePrettily() : CheckText.of(report));
      out.flush();
      return report.isDamaged() ? DAMAGED : CLEAN;
    } catch (IOException e) {
      spec.commandLine().getErr().println("daybook: " + e.getMessage());
      return NOT_CHECKED;
    }
  }

  private CheckReport check() throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IOException(
          "There is no directory " + directory + ": name the one that 'start' was given as --data");
    }
    if (!DataFormat.isIn(new FileDisk(), directory)) {
      throw new IOException(
          "%s holds no format.json, so it is no data directory of Daybook: name another one"
              .formatted(directory));
    }
    try (DirectoryLock _ = DirectoryLock.acquire(directory)) {
      return look();
    } catch (IOException e) {
      if (isReadOnlyCauseOf(e)) {
        // Nobody can write there, a server neither: there is nothing to lock, and no way to.
        return look();
      }
      throw e;
    }
  }

  /// The JDK tells EROFS by its text only; a bind mount does not show in its `FileStore`.
  private static boolean isReadOnlyCauseOf(IOException failure) {
    return failure.getCause() instanceof FileSystemException cause
        && "Read-only file system".equals(cause.getReason());
  }

  private CheckReport look() throws IOException {
    return DirectoryCheck.run(new ReadOnlyDisk(new FileDisk()), directory);
  }
}
