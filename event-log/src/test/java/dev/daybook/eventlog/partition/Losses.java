package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.maintenance.ClosedLog;
import dev.daybook.eventlog.maintenance.Repair;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;

/// What befalls a stepped shard's disk while the shard is closed.
final class Losses {
  private static final Path DATA = Path.of("/data");

  private Losses() {}

  /// Flips a bit of the batch that begins at this offset.
  static void damage(SimulatedDisk disk, PartitionId id, long offset) throws IOException {
    for (Path path : disk.list(DATA.resolve("shard-0/partitions").resolve(id.directoryName()))) {
      if (path.toString().endsWith(".log")) {
        ByteBuffer bytes = ByteBuffer.wrap(Objects.requireNonNull(disk.contents().get(path)));
        int at = 0;
        while (at + RecordBatch.HEADER_BYTES <= bytes.limit() && bytes.getInt(at + 8) > 0) {
          if (bytes.getLong(at) == offset) {
            disk.flipBit(path, at + RecordBatch.HEADER_BYTES, 0);
            return;
          }
          at += 12 + bytes.getInt(at + 8);
        }
      }
    }
    throw new AssertionError("No batch begins at " + offset);
  }

  /// Takes all damage for lost.
  static void accept(SimulatedDisk disk, Random salts) throws IOException {
    JournalConfig files = new JournalConfig(16 << 10, SteppedShard.JOURNAL_FILE_BYTES);
    var _ =
        new Repair(new ClosedLog(disk, DATA, new ManualClock(), files, salts))
            .acceptLoss("a test")
            .orElseThrow();
  }
}
