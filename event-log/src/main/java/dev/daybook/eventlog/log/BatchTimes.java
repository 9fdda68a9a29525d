package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.MalformedRecordsException;
import dev.daybook.eventlog.record.OutputCap;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordReader;
import java.util.Optional;

/// When the records of one batch are of. Of a batch that cannot be opened only its header is known: it answers for its first
/// record, so that whoever goes on there misses nothing.
public final class BatchTimes {
  private BatchTimes() {}

  /// The first record at `fromOffset` or behind it that is dated `timestampMs` or later.
  public static Optional<TimestampedOffset> firstSince(
      RecordBatch batch, long timestampMs, long fromOffset) {
    try (RecordReader records = RecordReader.open(batch, OutputCap.DEFAULT)) {
      while (records.hasNext()) {
        LogRecord record = records.next();
        if (record.timestampMs() >= timestampMs && record.offset() >= fromOffset) {
          return Optional.of(new TimestampedOffset(record.timestampMs(), record.offset()));
        }
      }
      return Optional.empty();
    } catch (MalformedRecordsException e) {
      long offset = Math.max(batch.baseOffset(), fromOffset);
      return Optional.of(new TimestampedOffset(batch.maxTimestampMs(), offset));
    }
  }

  /// The time of the youngest record at `fromOffset` or behind it. Opens the batch only where some of it lies before.
  public static long youngestMs(RecordBatch batch, long fromOffset) {
    if (batch.baseOffset() >= fromOffset) {
      return batch.maxTimestampMs();
    }
    long youngestMs = Youngest.NONE.timestampMs();
    try (RecordReader records = RecordReader.open(batch, OutputCap.DEFAULT)) {
      while (records.hasNext()) {
        LogRecord record = records.next();
        if (record.offset() >= fromOffset) {
          youngestMs = Math.max(youngestMs, record.timestampMs());
        }
      }
      return youngestMs;
    } catch (MalformedRecordsException e) {
      return batch.maxTimestampMs();
    }
  }
}
