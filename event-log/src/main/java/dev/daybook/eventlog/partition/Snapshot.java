package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.CheckpointMarks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A shard as one checkpoint names it, held by second names (hard links) of its files: whatever the shard rolls,
/// retains or deletes meanwhile, these bytes stay until this is closed. When the process ends before that, the next start
/// gives the names up.
///
/// @param marks the checkpoint; a log that is opened at it needs nothing of the journal before
/// @param files all that it stands on
public record Snapshot(Disk disk, Path directory, CheckpointMarks marks, List<SnapshotFile> files)
    implements AutoCloseable {

  public Snapshot {
    files = List.copyOf(files);
  }

  /// One file.
  ///
  /// @param held where it can be read
  /// @param name below the shard's directory
  /// @param bytes that count, -1 for all; behind them the file may grow
  public record SnapshotFile(Path held, String name, long bytes) {
    /// Whether the file goes on, or may go on, behind what counts of it.
    public boolean grows() {
      return bytes >= 0;
    }
  }

  @Override
  public void close() throws IOException {
    if (disk.exists(directory)) {
      DurableFiles.deleteDirectory(disk, directory);
    }
  }
}
