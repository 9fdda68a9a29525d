package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which bytes of a segment may be handed out as they lie in memory, because this process wrote them there or found them
/// whole there. All others are verified first, a piece at a time. What is seen to have left the memory is verified again when it
/// comes back: nobody knows what the disk has made of it. To know takes a look into a small map.
///
/// Who finds bytes missing [says so][#areCold] before anybody reads them in, so that nobody who comes in between takes
/// what the disk brought for what was verified.
///
/// Any thread.
final class ColdBytes {
  /// As much as is verified before an answer is given.
  static final int AT_ONCE_BYTES = 1 << 20;

  /// More ranges than this come from reads all over the place; forgetting them costs only time.
  private static final int MAX_RANGES = 1 << 10;

  private static final int KEPT_LOSSES = 16;

  /// The system keeps, drops and reads whole pages. As large as they are anywhere.
  private static final int PAGE_BYTES = 64 << 10;

  private final SegmentFile segment;

  /// Where ranges begin, and where they end; both are bounds of batches.
  private final NavigableMap<Long, Place> verified = new TreeMap<>();

  /// Bytes that were forgotten, the last ones: who verified others meanwhile may remember these.
  private final long[] lostFrom = new long[KEPT_LOSSES];

  private final long[] lostTo = new long[KEPT_LOSSES];

  /// How often bytes were forgotten.
  private long losses;

  ColdBytes(SegmentFile segment) {
    this.segment = segment;
  }

  /// Batches that this process has just written through the memory.
  void written(Place start, Place end) {
    remember(start, end, losses());
  }

  /// How far the batches from `start` on may be handed out: to `end`, or not as far, but behind one batch at least.
  ///
  /// @param end where a batch ends; nothing behind it is read
  /// @param segmentEnd where the segment's last batch ends
  /// @throws CorruptLogException when the first batch is damaged
  long verifiedEnd(DiskFile file, Place start, long end, Place segmentEnd) throws IOException {
    long lossesBefore = losses();
    Place known = knownEnd(start);
    if (known.position() >= end) {
      return end;
    }
    Place wanted = new Place(segmentEnd.offset(), end);
    Place good = verify(file, start, known, wanted);
    if (good.position() == known.position() && known.position() > start.position()) {
      // A damaged index may have named a place within a batch, up to which it was known.
      good = verify(file, start, start, wanted);
    }
    remember(start, good, lossesBefore);
    return good.position();
  }

  /// Whether the batch that begins there is known to be whole.
  boolean isVerified(Place start) {
    return knownEnd(start).position() > start.position();
  }

  /// Whether all these bytes are known to be whole.
  synchronized boolean areVerified(long from, long to) {
    Map.Entry<Long, Place> range = verified.floorEntry(from);
    return range != null && range.getValue().position() >= to;
  }

  /// Whether any of these bytes are not in memory. Then what was known of them counts no more, nor of others that share a page
  /// with them that is not there, nor of what lies behind them in one range: whoever reads them in may read further. Waits for
  /// nobody.
  ///
  /// @param bounds by which what lies in front stays known
  boolean areCold(DiskFile file, long from, long to, Bounds bounds) throws IOException {
    if (file.isResident(from, to - from)) {
      return false;
    }
    long first = file.isResident(from, 1) ? from : from & -PAGE_BYTES;
    long end = file.isResident(to - 1, 1) ? to : (to + PAGE_BYTES - 1) & -PAGE_BYTES;
    forget(first, end, bounds);
    return true;
  }

  /// Somebody will write behind these bytes, and nobody knows whether the page that they share is still in memory: the system
  /// brings it back for that.
  void beforeAppend(long end, Bounds bounds) {
    long page = end & -PAGE_BYTES;
    if (isAnyVerified(page, end)) {
      forget(page, end, bounds);
    }
  }

  /// Who reads these bytes may bring them in, and others behind them.
  void beforeRead(DiskFile file, long from, long to) throws IOException {
    if (isAnyVerified(from, to)) {
      areCold(file, from, to, _ -> null);
    }
  }

  private synchronized boolean isAnyVerified(long from, long to) {
    Map.Entry<Long, Place> range = verified.lowerEntry(to);
    return range != null && range.getValue().position() > from;
  }

  /// How often something was forgotten: to be asked before verifying what is then [remembered][#remember].
  synchronized long losses() {
    return losses;
  }

  private Place verify(DiskFile file, Place start, Place known, Place end) throws IOException {
    long stop = Math.min(end.position(), known.position() + AT_ONCE_BYTES);
    int window = (int) Math.min(stop - known.position(), BatchCursor.LONG_WALK_BYTES);
    BatchCursor cursor =
        segment.cursor(file, known, end, Math.max(window, RecordBatch.HEADER_BYTES));
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

  /// Batches that were found whole. What left the memory meanwhile may be among them: then they are not remembered.
  synchronized void remember(Place start, Place end, long lossesBefore) {
    if (wereLostSince(lossesBefore, start.position(), end.position())) {
      return;
    }
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

  /// What of a range lies in front of these bytes stays known, as far as somebody knows where batches begin there.
  private synchronized void forget(long from, long to, Bounds bounds) {
    Map.Entry<Long, Place> range = verified.lowerEntry(to);
    lostFrom[(int) (losses % KEPT_LOSSES)] = from;
    lostTo[(int) (losses % KEPT_LOSSES)] =
        range == null ? to : Math.max(to, range.getValue().position());
    losses++;
    while (range != null && range.getValue().position() > from) {
      verified.remove(range.getKey());
      Place front = bounds.atOrBefore(from);
      if (front != null && front.position() > range.getKey()) {
        verified.put(range.getKey(), front);
      }
      range = verified.lowerEntry(range.getKey());
    }
  }

  private boolean wereLostSince(long before, long from, long to) {
    if (losses - before > KEPT_LOSSES) {
      return true;
    }
    for (long loss = before; loss < losses; loss++) {
      int at = (int) (loss % KEPT_LOSSES);
      if (lostFrom[at] < to && from < lostTo[at]) {
        return true;
      }
    }
    return false;
  }

  /// Where batches begin.
  @FunctionalInterface
  interface Bounds {
    /// A batch that begins at this position or in front of it; null where none is known without waiting.
    @Nullable Place atOrBefore(long position);
  }

  /// For tests: how many ranges there are.
  synchronized int rangeCount() {
    return verified.size();
  }
}
