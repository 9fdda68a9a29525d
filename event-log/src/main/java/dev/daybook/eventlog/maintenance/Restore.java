package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.maintenance.HashedCopy.Hashed;
import dev.daybook.eventlog.maintenance.Manifest.HashedFile;
import dev.daybook.eventlog.topic.EpochRaise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// Makes a data directory of a backup: copies every file and compares its hash, begins a journal behind the backup's
/// checkpoint, raises the leader epoch and skips ids, for clients may have seen what came after the backup, and only then
/// writes `format.json`. Before that no Daybook starts on the directory, so when the machine stops halfway there is
/// nothing to mistake for a log: remove it and restore again. The backup itself is only read.
///
/// Whoever calls holds the target's lock.
public final class Restore {
  private final ClosedLog target;
  private final Path backup;

  private Restore(ClosedLog target, Path backup) {
    this.target = target;
    this.backup = backup;
  }

  /// Restores a backup.
  ///
  /// @param target a directory in which there is nothing
  /// @return the record of it, which stays in the log
  /// @throws IOException when the backup or the target cannot be used; names what is wrong
  public static EpochRaise run(ClosedLog target, Path backup, Progress progress)
      throws IOException {
    return new Restore(target, backup).run(progress);
  }

  private EpochRaise run(Progress progress) throws IOException {
    Disk disk = target.disk();
    Manifest manifest = Manifest.read(disk, backup);
    DataFormat format = new DataFormat(manifest.dataFormat(), manifest.clusterId(), true);
    format.requireReadable(backup);
    Backup.requireEmpty(disk, target.dataDirectory());
    DurableFiles.createDirectories(disk, target.dataDirectory());
    try {
      return fill(manifest, format, progress);
    } catch (IOException e) {
      removeShard(e);
      throw e;
    }
  }

  private EpochRaise fill(Manifest manifest, DataFormat format, Progress progress)
      throws IOException {
    copyFiles(manifest, progress);
    FileJournal.beginBehind(
        target.disk(),
        shard().resolve("journal"),
        target.journalFiles(),
        manifest.sequence(),
        target.salts());
    EpochRaise raised =
        target.raiseEpoch(
            EpochRaise.Reason.RESTORED,
            "from %s, taken at %s%s"
                .formatted(
                    backup,
                    manifest.takenAt(),
                    manifest.damages().isEmpty()
                        ? ""
                        : " of a damaged log: "
                            + manifest.damages().stream()
                                .map(Manifest.DamagedFile::sentence)
                                .collect(Collectors.joining("; "))));
    format.markRestored(target.disk(), target.dataDirectory());
    return raised;
  }

  private void copyFiles(Manifest manifest, Progress progress) throws IOException {
    HashedCopy copy = new HashedCopy(target.disk(), progress);
    for (HashedFile file : manifest.files()) {
      Path from = Backup.pathOf(backup, file);
      Hashed hashed =
          target.disk().exists(from)
              ? copy.copy(from, -1, 0, target.dataDirectory().resolve(file.path()))
              : null;
      Backup.requireSame(from, file, hashed);
    }
    copy.force();
  }

  /// What this made, in a directory that was empty.
  private void removeShard(IOException failure) {
    try {
      if (target.disk().exists(shard())) {
        DurableFiles.deleteDirectory(target.disk(), shard());
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private Path shard() {
    return target.dataDirectory().resolve("shard-0");
  }
}
