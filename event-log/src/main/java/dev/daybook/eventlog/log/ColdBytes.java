package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The bytes of a segment that another process wrote, and which of them this one has read and found whole. They are
/// verified when they are first asked for, a piece at a time, and never again: what was read once, or written by this
/// process, costs a look into a small map.
///
/// Any thread.
final class ColdBytes {
  /// As much as is verified before an answer is given.
  private static final int AT_ONCE_BYTES = 1 << 20;

  /// More ranges than this come from reads all over the place; forgetting them costs only time.
  private static final int MAX_RANGES = 1 << 10;

  private final SegmentFile segment;
  private final long endPosition;

  /// Where ranges begin, and where they end; both are bounds of batches.
  private final NavigableMap<Long, Place> verified = new TreeMap<>();

  /// @param endPosition behind the last cold byte: where a batch of this process may begin
  ColdBytes(SegmentFile segment, long endPosition) {
    this.segment = segment;
    this.endPosition = endPosition;
  }

  /// How far the batches from `start` on may be handed out: to `end`, or not as far, but behind one batch at least.
  ///
  /// @param end where a batch ends
  /// @param segmentEnd where the segment's last batch ends
  /// @throws CorruptLogException when the first batch is damaged
  long verifiedEnd(DiskFile file, Place start, long end, Place segmentEnd) throws IOException {
    long coldEnd = Math.min(end, endPosition);
    Place known = knownEnd(start);
    if (known.position() >= coldEnd) {
      return end;
    }
    Place good = verify(file, start, known, coldEnd, segmentEnd);
    remember(start, good);
    return good.position() >= coldEnd ? end : good.position();
  }

  /// Whether the batch that begins there was written by this process, or was found whole by it.
  boolean isVerified(Place start) {
    return start.position() >= endPosition || knownEnd(start).position() > start.position();
  }

  /// Whether nothing of these bytes need be read to be found whole. `from` is where a batch begins.
  boolean areVerified(Place from, long to) {
    return from.position() >= endPosition || knownEnd(from).position() >= Math.min(to, endPosition);
  }

  private Place verify(DiskFile file, Place start, Place known, long coldEnd, Place segmentEnd)
      throws IOException {
    long stop = Math.min(coldEnd, known.position() + AT_ONCE_BYTES);
    file.prefetch(known.position(), stop - known.position());
    int window = (int) Math.min(stop - known.position(), BatchCursor.LONG_WALK_BYTES);
    BatchCursor cursor =
        segment.cursor(file, known, segmentEnd, Math.max(window, RecordBatch.HEADER_BYTES));
    Place good = known;
    try {
      while (good.position() < stop && cursor.next()) {
        cursor.batch();
        good = cursor.end();
      }
    } catch (CorruptLogException e) {
      if (good.position() == start.position()) {
        throw e;
      }
      // What comes before was found whole; the damage is met by who reads on.
    }
    return good;
  }

  private synchronized Place knownEnd(Place start) {
    Map.Entry<Long, Place> range = verified.floorEntry(start.position());
    return range != null && range.getValue().position() > start.position()
        ? range.getValue()
        : start;
  }

  private synchronized void remember(Place start, Place end) {
    if (verified.size() >= MAX_RANGES) {
      verified.clear();
    }
    Map.Entry<Long, Place> before = verified.floorEntry(start.position());
    boolean goesOn = before != null && before.getValue().position() >= start.position();
    long from = goesOn ? before.getKey() : start.position();
    Place to = end;
    Map.Entry<Long, Place> next = verified.ceilingEntry(from);
    while (next != null && next.getKey() <= to.position()) {
      verified.remove(next.getKey());
      to = next.getValue().position() > to.position() ? next.getValue() : to;
      next = verified.ceilingEntry(from);
    }
    if (to.position() > from) {
      verified.put(from, to);
    }
  }

  /// For tests: how many ranges there are.
  synchronized int rangeCount() {
    return verified.size();
  }
}
