package dev.daybook.server;

import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.server.command.BackupCommand;
import dev.daybook.server.command.CheckCommand;
import dev.daybook.server.command.ConsumeCommand;
import dev.daybook.server.command.ProduceCommand;
import dev.daybook.server.command.RehearseCommand;
import dev.daybook.server.command.RepairCommand;
import dev.daybook.server.command.RestoreCommand;
import dev.daybook.server.command.StartCommand;
import dev.daybook.server.command.TopicCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The `daybook` command. Exit codes: 0 done, 1 failed, 2 used wrongly, 3 the disk is full (`start`). Errors are one line on standard error.
@Command(
    name = "daybook",
    description =
        "An event store that speaks Kafka, with connectors, contracts and a page, in one process.",
    mixinStandardHelpOptions = true,
    version = "daybook 0.1.0",
    subcommands = {
      StartCommand.class,
      TopicCommand.class,
      ProduceCommand.class,
      ConsumeCommand.class,
      CheckCommand.class,
      RehearseCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      RepairCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "'daybook demo' runs the main job on this machine. 'daybook COMMAND --help' tells more.",
      "Exit codes: 0 done, 1 failed, 2 used wrongly, 3 the disk is full (start)."
    })
public final class Main implements Runnable {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Spec
  private CommandSpec spec;

  /// Where the process starts.
  public static void main(String[] arguments) {
    int exitCode = commandLine().execute(arguments);
    System.exit(exitCode);
  }

  /// The command line, ready to execute.
  public static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(
        (failure, failed, result) -> {
          failed.getErr().println("daybook: " + sentence(failure));
          return exitCode(failure);
        });
    commandLine.setParameterExceptionHandler(
        (fault, arguments) -> {
          CommandLine culprit = fault.getCommandLine();
          culprit
              .getErr()
              .println(
                  "daybook: "
                      + fault.getMessage()
                      + " (see '"
                      + culprit.getCommandSpec().qualifiedName()
                      + " --help')");
          return 2;
        });
    return commandLine;
  }

  static int exitCode(Exception failure) {
    if (!(failure instanceof UsageException)) {
      return 1;
    }
    return DiskFull.isCauseOf(failure) ? Server.DISK_FULL_EXIT_CODE : 2;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Say what to do: start, topic, produce, consume, check, repair, backup, restore or demo");
  }

  private static String sentence(Exception failure) {
    Throwable cause = failure;
    while (cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : cause.getMessage().lines().findFirst().orElse("");
  }
}
