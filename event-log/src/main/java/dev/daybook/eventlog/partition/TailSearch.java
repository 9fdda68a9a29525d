package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.BatchTimes;
import dev.daybook.eventlog.log.TimestampedOffset;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Looks for timestamps in batches that are in memory only, from an offset on. Opens a batch only where its header says that
/// what is sought is inside.
final class TailSearch {
  private TailSearch() {}

  static Optional<TimestampedOffset> offsetForTimestamp(
      List<Slice> slices, long timestampMs, long fromOffset) {
    for (Slice slice : slices) {
      for (RecordBatch batch : RecordBatches.in(bytes(slice))) {
        if (batch.maxTimestampMs() < timestampMs || batch.lastOffset() < fromOffset) {
          continue;
        }
        Optional<TimestampedOffset> found = BatchTimes.firstSince(batch, timestampMs, fromOffset);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  static Optional<TimestampedOffset> maxTimestamp(List<Slice> slices, long fromOffset) {
    long max = Long.MIN_VALUE;
    for (Slice slice : slices) {
      for (RecordBatch batch : RecordBatches.in(bytes(slice))) {
        if (batch.lastOffset() >= fromOffset) {
          max = Math.max(max, BatchTimes.youngestMs(batch, fromOffset));
        }
      }
    }
    return max == Long.MIN_VALUE ? Optional.empty() : offsetForTimestamp(slices, max, fromOffset);
  }

  private static ByteBuffer bytes(Slice slice) {
    return switch (slice) {
      case Slice.Memory(ByteBuffer bytes, _) -> bytes;
      case Slice.InFile inFile -> throw new IllegalArgumentException("The tail is in memory");
    };
  }
}
