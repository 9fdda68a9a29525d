package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.TimestampedOffset;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.MalformedRecordsException;
import dev.daybook.eventlog.record.OutputCap;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Looks for timestamps in batches that are in memory only. Opens a batch only where its header says that
/// what is sought is inside.
final class TailSearch {
  private TailSearch() {}

  static Optional<TimestampedOffset> offsetForTimestamp(List<Slice> slices, long timestampMs) {
    for (Slice slice : slices) {
      for (RecordBatch batch : RecordBatches.in(bytes(slice))) {
        if (batch.maxTimestampMs() < timestampMs) {
          continue;
        }
        Optional<TimestampedOffset> found = search(batch, timestampMs);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /// A batch that cannot be opened answers for its first record, as it does once it is in a segment.
  private static Optional<TimestampedOffset> search(RecordBatch batch, long timestampMs) {
    try (RecordReader records = RecordReader.open(batch, OutputCap.DEFAULT)) {
      while (records.hasNext()) {
        LogRecord record = records.next();
        if (record.timestampMs() >= timestampMs) {
          return Optional.of(new TimestampedOffset(record.timestampMs(), record.offset()));
        }
      }
      return Optional.empty();
    } catch (MalformedRecordsException e) {
      return Optional.of(new TimestampedOffset(batch.maxTimestampMs(), batch.baseOffset()));
    }
  }

  static Optional<TimestampedOffset> maxTimestamp(List<Slice> slices) {
    long max = Long.MIN_VALUE;
    for (Slice slice : slices) {
      for (RecordBatch batch : RecordBatches.in(bytes(slice))) {
        max = Math.max(max, batch.maxTimestampMs());
      }
    }
    return max == Long.MIN_VALUE ? Optional.empty() : offsetForTimestamp(slices, max);
  }

  private static ByteBuffer bytes(Slice slice) {
    return switch (slice) {
      case Slice.Memory(ByteBuffer bytes, _) -> bytes;
      case Slice.InFile inFile -> throw new IllegalArgumentException("The tail is in memory");
    };
  }
}
