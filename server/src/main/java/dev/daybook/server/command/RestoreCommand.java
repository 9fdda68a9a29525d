package dev.daybook.server.command;

import dev.daybook.eventlog.disk.DirectoryLock;
import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.maintenance.Backup;
import dev.daybook.eventlog.maintenance.ClosedLog;
import dev.daybook.eventlog.maintenance.DataDirectory;
import dev.daybook.eventlog.maintenance.Progress;
import dev.daybook.eventlog.maintenance.Restore;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.EpochRaise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `daybook restore`: makes a data directory of a backup.
@Command(
    name = "restore",
    description = "Make a data directory of a backup; every hash is compared.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The backup stays as it is. The log gets a new leader epoch, so that clients which saw more than is there learn of it."
    })
public final class RestoreCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  @Parameters(paramLabel = "BACKUP", description = "The backup's directory.")
  private Path backup;

  @SuppressWarnings("NullAway.Init")
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The new data directory: not there yet, or empty.")
  private Path data;

  @Override
  public Integer call() throws IOException {
    FileDisk disk = new FileDisk();
    Backup.requireEmpty(disk, data);
    try (DirectoryLock _ = DataDirectory.take(disk, data)) {
      EpochRaise raised =
          Restore.run(ClosedLog.in(disk, data, Clock.system()), backup, Progress.NONE);
      spec.commandLine()
          .getOut()
          .println(
              "restored: %s partitions=%d leaderEpoch=%d; start it with 'daybook start --data %s'"
                  .formatted(data, raised.ends().size(), raised.epoch(), data));
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
