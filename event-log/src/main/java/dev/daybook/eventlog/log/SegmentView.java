package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.MalformedRecordsException;
import dev.daybook.eventlog.record.OutputCap;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/// A segment as it is at one moment, for readers: the writer publishes a new view when more bytes stand in the file.
/// What a view shows never changes, so it needs no lock.
///
/// @param head the index of the bytes that were there when the segment was opened, or of all once it is sealed
/// @param tail the index of the bytes behind, in memory
record SegmentView(SegmentFile file, StoredIndex head, SegmentIndex tail) {

  /// Where the next batch will begin.
  Place end() {
    return tail.end();
  }

  /// Whole batches: that which holds `offset`, and as many behind it as fit into `maxBytes`.
  FileSlice slice(long offset, int maxBytes) throws IOException {
    DiskFile held = file.hold();
    boolean handedOver = false;
    try {
      BatchCursor cursor = cursorAt(held, offset, BatchCursor.SHORT_WALK_BYTES);
      long position = cursor.place().position();
      long length = lastEnd(held, cursor, position + maxBytes) - position;
      long nextOffset = position + length == end().position() ? end().offset() : -1;
      FileSlice slice = new FileSlice(held, position, (int) length, nextOffset, releaseOnce());
      handedOver = true;
      return slice;
    } finally {
      if (!handedOver) {
        file.release();
      }
    }
  }

  /// Hands over every batch from the one that holds `offset` on.
  void forEachBatch(long offset, BatchVisitor visitor) throws IOException {
    DiskFile held = file.hold();
    try {
      BatchCursor cursor = cursorAt(held, offset, BatchCursor.LONG_WALK_BYTES);
      do {
        visitor.visit(cursor.batch());
      } while (cursor.next());
    } finally {
      file.release();
    }
  }

  /// The first record at `fromOffset` or behind it that is dated `timestampMs` or later.
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
  long youngestTimestampMs() throws IOException {
    return Math.max(head.get().youngest().timestampMs(), tail.youngest().timestampMs());
  }

  /// The time in the first batch's header; empty when there is no batch, or the first one is damaged.
  OptionalLong firstTimestampMs() throws IOException {
    if (end().position() == 0) {
      return OptionalLong.empty();
    }
    DiskFile held = file.hold();
    try {
      Place start = new Place(head.baseOffset(), 0);
      BatchCursor first =
          new BatchCursor(held, start, end().position(), BatchCursor.SHORT_WALK_BYTES);
      return first.next() ? OptionalLong.of(first.header().maxTimestampMs()) : OptionalLong.empty();
    } catch (CorruptLogException e) {
      return OptionalLong.empty();
    } finally {
      file.release();
    }
  }

  /// Whether every record is dated, and before `timestampMs`. Of a damaged segment nobody can tell, so it is not.
  boolean isOlderThan(long timestampMs) throws IOException {
    SegmentIndex first = head.get();
    long youngestMs = Math.max(first.youngest().timestampMs(), tail.youngest().timestampMs());
    return head.isComplete(first)
        && youngestMs != Youngest.NONE.timestampMs()
        && youngestMs < timestampMs;
  }

  /// A cursor on the batch that holds `offset`.
  private BatchCursor cursorAt(DiskFile held, long offset, int windowBytes) throws IOException {
    if (offset >= tail.start().offset()) {
      return walk(held, tail.before(offset), offset, windowBytes);
    }
    if (offset == head.baseOffset()) {
      return cursorAtStart(held, windowBytes);
    }
    return cursorByIndex(held, offset, windowBytes);
  }

  /// The first batch needs no index: each start asks for it in every log, and would read all their indexes.
  private BatchCursor cursorAtStart(DiskFile held, int windowBytes) throws IOException {
    long first = head.baseOffset();
    try {
      return walk(held, new Place(first, 0), first, windowBytes);
    } catch (CorruptLogException e) {
      return cursorByIndex(held, first, windowBytes); // It leads around the damage.
    }
  }

  private BatchCursor cursorByIndex(DiskFile held, long offset, int windowBytes)
      throws IOException {
    try {
      return walk(held, head.get().before(offset), offset, windowBytes);
    } catch (CorruptLogException e) {
      // The index may be wrong where the segment is right.
      if (!head.renew()) {
        throw e;
      }
      return walk(held, head.get().before(offset), offset, windowBytes);
    }
  }

  private BatchCursor walk(DiskFile held, Place start, long offset, int windowBytes)
      throws IOException {
    BatchCursor cursor = new BatchCursor(held, start, end().position(), windowBytes);
    cursor.seek(offset);
    return cursor;
  }

  /// The end of the last batch that ends at `limit` or before it, but never less than the cursor's batch. Damage behind
  /// that batch ends the slice: it will be met by who reads on.
  private long lastEnd(DiskFile held, BatchCursor first, long limit) throws IOException {
    if (limit >= end().position()) {
      return end().position();
    }
    if (limit <= first.end().position()) {
      return first.end().position();
    }
    SegmentIndex index = limit >= tail.start().position() ? tail : head.get();
    Place near = index.beforePosition(limit);
    if (near.position() <= first.end().position()) {
      return lastEndBehind(first, limit);
    }
    BatchCursor cursor =
        new BatchCursor(held, near, end().position(), BatchCursor.SHORT_WALK_BYTES);
    try {
      cursor.next();
    } catch (CorruptLogException e) {
      return lastEndBehind(first, limit);
    }
    return cursor.end().position() > limit ? near.position() : lastEndBehind(cursor, limit);
  }

  private static long lastEndBehind(BatchCursor cursor, long limit) throws IOException {
    long endPosition = cursor.end().position();
    try {
      while (cursor.next() && cursor.end().position() <= limit) {
        endPosition = cursor.end().position();
      }
    } catch (CorruptLogException e) {
      return endPosition;
    }
    return endPosition;
  }

  private Optional<TimestampedOffset> searchHead(long timestampMs, long fromOffset)
      throws IOException {
    try {
      return search(head.get().beforeTimestamp(timestampMs), head.end(), timestampMs, fromOffset);
    } catch (CorruptLogException e) {
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
      BatchCursor cursor =
          new BatchCursor(held, start, end.position(), BatchCursor.SHORT_WALK_BYTES);
      while (cursor.next()) {
        RecordBatch header = cursor.header();
        if (header.maxTimestampMs() >= timestampMs && header.lastOffset() >= fromOffset) {
          Optional<TimestampedOffset> found = search(cursor.batch(), timestampMs, fromOffset);
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

  private static Optional<TimestampedOffset> search(
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
      // Only its header is known: whoever starts at the batch's beginning misses nothing.
      long offset = Math.max(batch.baseOffset(), fromOffset);
      return Optional.of(new TimestampedOffset(batch.maxTimestampMs(), offset));
    }
  }

  private Runnable releaseOnce() {
    AtomicBoolean released = new AtomicBoolean();
    return () -> {
      if (released.compareAndSet(false, true)) {
        try {
          file.release();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }
}
