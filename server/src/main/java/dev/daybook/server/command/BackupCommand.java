package dev.daybook.server.command;

import dev.daybook.eventlog.disk.DirectoryLock;
import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.maintenance.Backup;
import dev.daybook.eventlog.maintenance.ClosedLog;
import dev.daybook.eventlog.maintenance.DataFormat;
import dev.daybook.eventlog.maintenance.Manifest;
import dev.daybook.eventlog.maintenance.Progress;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.server.UsageException;
import dev.daybook.server.control.BackupRequest;
import dev.daybook.server.control.ControlClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `daybook backup`: makes a backup, by the server that runs on the directory, or by itself when none does; or reads one
/// and compares every hash.
@Command(
    name = "backup",
    description = "Make a backup of a log, also of one that is running, or verify one.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A backup holds everything that was acknowledged before it began. 'daybook restore' makes a log of it."
    })
public final class BackupCommand implements Callable<Integer> {
  private static final long MIB = 1 << 20;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  @Parameters(
      paramLabel = "BACKUP",
      description = "The backup's directory: new or empty, unless --verify is given.")
  private Path backup;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the log lies (default ./data).")
  private Path data = Path.of("data");

  @Option(
      names = "--rate",
      paramLabel = "MIB",
      description = "Read and write no more than so many MiB a second (default 256).")
  private long mibPerSecond = 256;

  @Option(names = "--verify", description = "Make none; read this one and compare every hash.")
  private boolean verify;

  @Option(
      names = "--with-damage",
      description =
          "Also of a log that is damaged: the manifest names what is not whole. Without this, damage ends the backup.")
  private boolean withDamage;

  @Override
  public Integer call() throws IOException {
    if (mibPerSecond < 1) {
      throw new UsageException("--rate must be at least 1, not " + mibPerSecond);
    }
    FileDisk disk = new FileDisk();
    if (verify) {
      Manifest whole = Backup.verify(disk, backup, Progress.limitedTo(mibPerSecond * MIB));
      say("whole", BackupRequest.summary(whole));
      return 0;
    }
    if (DataFormat.find(disk, data).isEmpty()) {
      throw new UsageException(
          data + " holds no log: name the data directory with --data, or start it first");
    }
    Optional<ControlClient> server = ControlClient.connect(data);
    say("made", server.isPresent() ? askServer(server.get()) : makeAlone(disk));
    return 0;
  }

  private JsonObject askServer(ControlClient server) throws IOException {
    try (server) {
      return server.ask(BackupRequest.of(backup, mibPerSecond * MIB, onDamage()), passed -> {});
    }
  }

  private JsonObject makeAlone(FileDisk disk) throws IOException {
    try (DirectoryLock _ = DirectoryLock.acquire(data)) {
      ClosedLog log = ClosedLog.in(disk, data, Clock.system());
      return BackupRequest.summary(
          log.backUp(backup, onDamage(), Progress.limitedTo(mibPerSecond * MIB)));
    }
  }

  private Backup.OnDamage onDamage() {
    return withDamage ? Backup.OnDamage.NOTE : Backup.OnDamage.REFUSE;
  }

  private void say(String what, JsonObject summary) {
    spec.commandLine()
        .getOut()
        .println(
            "backup %s: %s partitions=%d files=%d bytes=%d sequence=%d"
                    .formatted(
                        what,
                        backup,
                        summary.getLong("partitions"),
                        summary.getLong("files"),
                        summary.getLong("bytes"),
                        summary.getLong("sequence"))
                + damages(summary.getLong("damages", 0L)));
    spec.commandLine().getOut().flush();
  }

  private static String damages(long count) {
    return count == 0 ? "" : " damages=%d, named in manifest.json".formatted(count);
  }
}
