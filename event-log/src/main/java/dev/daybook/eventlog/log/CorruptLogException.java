package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.PartitionId;
import java.io.IOException;
import java.nio.file.Path;

/// A segment does not hold what was written to it. Nothing is repaired or removed on the quiet: what can still be
/// read is read, and somebody decides.
public final class CorruptLogException extends IOException {
  private static final long serialVersionUID = 1L;

  CorruptLogException(Path file, long position, String damage) {
    super(
        "%s is damaged at byte %d: %s. Keep the file, run `daybook check` on the data directory, and restore the file from a backup"
            .formatted(file, position, damage));
  }

  /// These offsets are known to be damaged.
  public CorruptLogException(PartitionId partition, DamagedRange range) {
    super(
        "%s has lost offsets %s: %s. Those before and behind can be read. Restore the data directory from a backup, or accept the loss with `daybook repair`"
            .formatted(partition, range.offsets(), range.reason()));
  }
}
