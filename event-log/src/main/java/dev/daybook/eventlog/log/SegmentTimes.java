package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/// When the records of a segment are of, as its indexes, its batches' headers and at last the records themselves tell. Of one
/// [view][SegmentView], so it never changes either.
///
/// @param head the index of what was there when the segment was opened, or of all once it is sealed
/// @param tail the index of what lies behind
record SegmentTimes(SegmentFile file, StoredIndex head, SegmentIndex tail) {
  /// The first record at `fromOffset` or behind it that is dated `timestampMs` or later. A compressed batch is opened only
  /// when its header says that it holds one; a batch that cannot be opened answers for its first record.
  Optional<TimestampedOffset> firstSince(long timestampMs, long fromOffset) throws IOException {
    SegmentIndex first = head.get();
    if (first.youngest().timestampMs() >= timestampMs || !head.isComplete(first)) {
      Optional<TimestampedOffset> found = searchHead(timestampMs, fromOffset);
      if (found.isPresent()) {
        return found;
      }
    }
    return tail.youngest().timestampMs() >= timestampMs
        ? search(tail.beforeTimestamp(timestampMs), tail.end(), timestampMs, fromOffset)
        : Optional.empty();
  }

  /// The youngest record's time, as the batches' headers have it.
  long youngestMs() throws IOException {
    return Math.max(head.get().youngest().timestampMs(), tail.youngest().timestampMs());
  }

  /// The time of the youngest record at `fromOffset` or behind it. Looks at every batch from there on: for who has found that the
  /// youngest of all lies before.
  long youngestMs(long fromOffset) throws IOException {
    DiskFile held = file.hold();
    try {
      BatchCursor cursor =
          file.cursor(
              held, head.get().before(fromOffset), tail.end(), BatchCursor.SHORT_WALK_BYTES);
      long youngestMs = Youngest.NONE.timestampMs();
      while (cursor.nextReadable()) {
        RecordBatch header = cursor.header();
        if (header.lastOffset() >= fromOffset && !header.isEmpty() && cursor.isWhole()) {
          youngestMs = Math.max(youngestMs, BatchTimes.youngestMs(cursor.batch(), fromOffset));
        }
      }
      return youngestMs;
    } finally {
      file.release();
    }
  }

  /// The time in the first batch's header; empty when there is no batch, or the first one is damaged.
  OptionalLong firstMs() throws IOException {
    if (isEmpty()) {
      return OptionalLong.empty();
    }
    DiskFile held = file.hold();
    try {
      BatchCursor first = fromStart(held);
      return first.next() ? OptionalLong.of(first.header().maxTimestampMs()) : OptionalLong.empty();
    } catch (CorruptLogException e) {
      return OptionalLong.empty();
    } finally {
      file.release();
    }
  }

  /// Whether every record is dated, and before `timestampMs`. Of a damaged segment nobody can tell, so it is not.
  boolean areBefore(long timestampMs) throws IOException {
    long youngestMs = youngestMs();
    if (head.passedDamage()) {
      return false;
    }
    return youngestMs == Youngest.NONE.timestampMs() ? hasNoRecords() : youngestMs < timestampMs;
  }

  /// Whether there are batches, and compaction left no record of any.
  private boolean hasNoRecords() throws IOException {
    DiskFile held = file.hold();
    try {
      BatchCursor cursor = fromStart(held);
      boolean noRecords = !isEmpty();
      while (noRecords && cursor.next()) {
        noRecords = cursor.header().isEmpty();
      }
      return noRecords;
    } finally {
      file.release();
    }
  }

  private boolean isEmpty() {
    return tail.end().position() == 0;
  }

  private BatchCursor fromStart(DiskFile held) {
    return file.cursor(held, head.start(), tail.end(), BatchCursor.SHORT_WALK_BYTES);
  }

  private Optional<TimestampedOffset> searchHead(long timestampMs, long fromOffset)
      throws IOException {
    try {
      return search(head.get().beforeTimestamp(timestampMs), head.end(), timestampMs, fromOffset);
    } catch (CorruptLogException e) {
      // The index may be wrong where the segment is right.
      if (!head.renew()) {
        throw e;
      }
      return search(head.get().beforeTimestamp(timestampMs), head.end(), timestampMs, fromOffset);
    }
  }

  private Optional<TimestampedOffset> search(
      Place start, Place end, long timestampMs, long fromOffset) throws IOException {
    DiskFile held = file.hold();
    try {
      BatchCursor cursor = file.cursor(held, start, end, BatchCursor.SHORT_WALK_BYTES);
      while (cursor.nextReadable()) {
        RecordBatch header = cursor.header();
        if (header.maxTimestampMs() >= timestampMs
            && header.lastOffset() >= fromOffset
            && cursor.isWhole()) {
          Optional<TimestampedOffset> found =
              BatchTimes.firstSince(cursor.batch(), timestampMs, fromOffset);
          if (found.isPresent()) {
            return found;
          }
        }
      }
      return Optional.empty();
    } finally {
      file.release();
    }
  }
}
