package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.log.FileSlice.Found;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A segment as it is at one moment, for readers: the writer publishes a new view when more bytes stand in the file.
/// What a view shows never changes, so it needs no lock.
///
/// @param head the index of the bytes that were there when the segment was opened, or of all once it is sealed
/// @param tail the index of the bytes behind, in memory
/// @param cold what is verified before it is handed out
record SegmentView(SegmentFile file, StoredIndex head, SegmentIndex tail, ColdBytes cold)
    implements FileSlice.Batches {
  /// More than an index leads in front of what is looked for.
  private static final int COME_FROM_BYTES = 64 << 10;

  /// So much that it is found, brought in and verified at once.
  private static final int MAX_UNKNOWN_BYTES =
      ColdBytes.AT_ONCE_BYTES - 2 * BatchCursor.SHORT_WALK_BYTES;

  /// As large as one batch may be. A damaged header may claim more.
  private static final int MAX_COLD_BYTES = 16 << 20;

  /// Where the next batch will begin.
  Place end() {
    return tail.end();
  }

  /// Whole batches: that which holds `offset`, or behind batches without records the next one there is, and as many behind
  /// it as fit into `maxBytes` and end at `limitOffset` or before it. What is not in memory, or was not found whole there, is
  /// verified first, so the slice may be shorter.
  ///
  /// @param isLast whether nothing but empty batches is to be handed out as well; else there is no such slice
  /// @param atPace whether to answer with a [cold][FileSlice#isCold] slice where bytes are missing in memory, for who brings
  ///     them there at a pace of his own and asks again; else they are read here and now
  /// @throws CorruptLogException when the first of these batches is damaged
  Optional<FileSlice> slice(
      long offset, int maxBytes, long limitOffset, boolean isLast, boolean atPace)
      throws IOException {
    DiskFile held = file.hold();
    FileSlice slice = null;
    try {
      slice = slice(held, offset, maxBytes, limitOffset, isLast, atPace);
      return Optional.ofNullable(slice);
    } finally {
      if (slice == null) {
        file.release();
      }
    }
  }

  private @Nullable FileSlice slice(
      DiskFile held, long offset, int maxBytes, long limitOffset, boolean isLast, boolean atPace)
      throws IOException {
    Place near = near(offset);
    int bytes = maxBytes;
    long reach = reach(near.position(), 2 * BatchCursor.SHORT_WALK_BYTES + (long) bytes);
    if (!cold.areVerified(near.position(), reach) || areCold(held, near.position(), reach)) {
      bytes = Math.min(maxBytes, MAX_UNKNOWN_BYTES);
      reach = reach(near.position(), 2 * BatchCursor.SHORT_WALK_BYTES + (long) bytes);
      if (areCold(held, near.position(), reach) && isLeft(held, near.position(), reach, atPace)) {
        return coldSlice(held, near.position(), reach);
      }
    }
    while (true) {
      BatchCursor cursor = cursorAt(held, offset, reach);
      if (!passEmpty(cursor, limitOffset) && !isLast) {
        return null;
      }
      Place first = cursor.place();
      long needed =
          Math.max(
              cursor.end().position(),
              reach(first.position(), BatchCursor.SHORT_WALK_BYTES + (long) bytes));
      if (needed <= reach) {
        long limit =
            Math.min(first.position() + bytes, positionOf(held, cursor, limitOffset, reach));
        long last = lastEnd(cursor, limit, reach);
        boolean isKnown = cold.areVerified(first.position(), last);
        long end = cold.verifiedEnd(held, first, last, end());
        boolean isCapped = bytes < maxBytes && limit == first.position() + bytes;
        boolean isCut = end < last || (isCapped && last < end().position());
        return handedOut(held, first, end, isCut, isKnown ? Found.BEFORE : Found.NOW);
      }
      // A large batch, or one far behind what the index knows.
      long from = Math.max(reach, first.position());
      reach = needed;
      if (areCold(held, from, reach) && isLeft(held, from, reach, atPace)) {
        return coldSlice(held, from, Math.min(reach, from + MAX_COLD_BYTES));
      }
    }
  }

  /// From where a walk comes to the batch that holds `offset`. The first batch needs no index: each start asks for it in
  /// every log, and would read all their indexes.
  private Place near(long offset) throws IOException {
    if (offset == head.baseOffset()) {
      return head.start();
    }
    return (offset >= tail.start().offset() ? tail : head.get()).before(offset);
  }

  private long reach(long position, long bytes) {
    return Math.min(end().position(), position + bytes);
  }

  /// Whether bringing in what is missing is left to the caller. Decided before anything of it is read, which would bring it in.
  private static boolean isLeft(DiskFile held, long from, long to, boolean atPace)
      throws IOException {
    if (!atPace) {
      // These and no others: a read that finds bytes missing may make the system read much more.
      held.prefetch(from, to - from);
    }
    return atPace;
  }

  @Override
  public boolean areAtHand(DiskFile held, long from, long bytes) throws IOException {
    long to = from + bytes;
    // Once more: in between others may have seen them missing, and brought them in.
    return cold.areVerified(from, to) && !areCold(held, from, to) && cold.areVerified(from, to);
  }

  /// To be said before more is written to the file, where nothing of it waits for its force: so much may have left the memory.
  void beforeAppend() {
    cold.beforeAppend(end().position(), this::knownBefore);
  }

  private boolean areCold(DiskFile held, long from, long to) throws IOException {
    return cold.areCold(held, from, to, this::knownBefore);
  }

  private @Nullable Place knownBefore(long position) {
    SegmentIndex index = position >= tail.start().position() ? tail : head.peek();
    return index == null ? null : index.beforePosition(position);
  }

  @Override
  public Optional<FileSlice> behind(long position, int length, int step) throws IOException {
    long end = position + length;
    long before = Math.min(position, COME_FROM_BYTES);
    long middle = reach(end, step);
    DiskFile held = end < middle ? file.holdIfOpen() : null;
    if (held == null) {
      return Optional.empty();
    }
    FileSlice missing = null;
    try {
      // Where the system says nothing, the slice itself is not seen in memory either.
      if (held.isResident(position - before, before + Math.min(length, COME_FROM_BYTES))) {
        missing = missing(held, end, middle, Math.min(length, step), reach(middle, step));
      }
      return Optional.ofNullable(missing);
    } finally {
      if (missing == null) {
        file.release();
      }
    }
  }

  private @Nullable FileSlice missing(DiskFile held, long from, long middle, int next, long to)
      throws IOException {
    if (!held.isResident(from, middle - from)) {
      return coldSlice(held, from, to);
    }
    long soon = reach(middle, next);
    return middle < soon && !held.isResident(middle, soon - middle)
        ? coldSlice(held, middle, to)
        : null;
  }

  @Override
  public boolean forgetMissing(DiskFile held, long from, long bytes) throws IOException {
    return areCold(held, from, from + bytes);
  }

  private SegmentIndex indexOf(long position) throws IOException {
    return position >= tail.start().position() ? tail : head.get();
  }

  @Override
  public long wholeEnd(DiskFile held, long from, long to) throws IOException {
    long lossesBefore = cold.losses();
    BatchCursor cursor =
        walkFrom(held, indexOf(from).beforePosition(from), BatchCursor.SHORT_WALK_BYTES);
    @Nullable Place first = null;
    @Nullable Place whole = null;
    while ((whole == null || whole.position() < to) && cursor.next()) {
      if (cursor.end().position() <= from) {
        continue;
      }
      if (whole != null && cursor.end().position() > to) {
        break;
      }
      cursor.batch();
      first = first == null ? cursor.place() : first;
      whole = cursor.end();
    }
    if (first == null || whole == null) {
      throw new CorruptLogException(held.path(), from, "no batch is there");
    }
    cold.remember(first, whole, lossesBefore);
    return whole.position();
  }

  /// The same slice, where to make it waits for nobody, so that an event loop may ask: the file is open, the index in memory,
  /// all that is read is in the page cache and was found whole. Empty where any of this is not so, or anything is out of the
  /// ordinary: damage, a batch without records, a limit within the segment, an offset within a batch larger than what was asked for.
  Optional<FileSlice> sliceAtHand(long offset, int maxBytes, long limitOffset) throws IOException {
    SegmentIndex index = offset >= tail.start().offset() ? tail : head.peek();
    if (index == null || limitOffset < end().offset()) {
      return Optional.empty();
    }
    Place near = index.before(offset);
    long readEnd = reach(near.position(), 2 * BatchCursor.SHORT_WALK_BYTES + (long) maxBytes);
    DiskFile held = cold.areVerified(near.position(), readEnd) ? file.holdIfOpen() : null;
    if (held == null) {
      return Optional.empty();
    }
    boolean handedOver = false;
    try {
      if (!held.isResident(near.position(), readEnd - near.position())) {
        return Optional.empty();
      }
      BatchCursor cursor = walkFrom(held, near, BatchCursor.SHORT_WALK_BYTES).readingUpTo(readEnd);
      cursor.seek(offset);
      if (cursor.header().isEmpty()) {
        return Optional.empty();
      }
      Place first = cursor.place();
      long end = lastEnd(cursor, first.position() + maxBytes, Long.MAX_VALUE);
      if (!cold.areVerified(first.position(), end)) {
        return Optional.empty();
      }
      FileSlice slice = handedOut(held, first, end, false, Found.BEFORE);
      handedOver = true;
      return Optional.of(slice);
    } catch (CorruptLogException e) {
      return Optional.empty(); // Who may wait looks for the next whole batch, and tells.
    } finally {
      if (!handedOver) {
        file.release();
      }
    }
  }

  private FileSlice handedOut(DiskFile held, Place first, long end, boolean isCut, Found found) {
    return new FileSlice(
        held,
        first.position(),
        (int) (end - first.position()),
        end == end().position() ? end().offset() : -1,
        isCut,
        found,
        this,
        releaseOnce());
  }

  private FileSlice coldSlice(DiskFile held, long from, long to) {
    return new FileSlice(
        held, from, (int) (to - from), -1, false, Found.NOT_YET, this, releaseOnce());
  }

  /// Goes on to the first batch with records, or to the last one before the limit.
  ///
  /// @return false when there is none up to the segment's end; the cursor is on the last batch then
  private static boolean passEmpty(BatchCursor cursor, long limitOffset) throws IOException {
    while (cursor.header().isEmpty()) {
      cursor.batch();
      if (cursor.end().offset() >= limitOffset) {
        return true;
      }
      if (!cursor.next()) {
        return false;
      }
    }
    return true;
  }

  /// The offset of a batch that begins at `position` or behind it, or the end.
  long offsetBehind(long position) throws IOException {
    if (position >= end().position()) {
      return end().offset();
    }
    SegmentIndex index = indexOf(position);
    return index
        .offsets()
        .atOrBehindPosition(position)
        .map(Place::offset)
        .orElse(index.end().offset());
  }

  /// Hands over every whole batch from the one that holds `offset` on, and the offsets between them that none holds.
  void forEachBatch(long offset, BatchVisitor visitor, OffsetsVisitor holes) throws IOException {
    DiskFile held = file.hold();
    try {
      BatchCursor cursor = cursorBefore(held, offset, BatchCursor.LONG_WALK_BYTES);
      long next = offset;
      while (cursor.nextWhole()) {
        if (cursor.end().offset() <= next) {
          continue;
        }
        if (cursor.place().offset() > next) {
          holes.visit(next, cursor.place().offset());
        }
        visitor.visit(cursor.batch());
        next = cursor.end().offset();
      }
      if (next < end().offset()) {
        holes.visit(next, end().offset());
      }
    } finally {
      file.release();
    }
  }

  /// The offsets around this one that no whole batch holds; empty when one does.
  Optional<Hole> holeAt(long offset) throws IOException {
    DiskFile held = file.hold();
    try {
      BatchCursor cursor = cursorBefore(held, offset, BatchCursor.SHORT_WALK_BYTES);
      long from = cursor.end().offset();
      while (cursor.nextWhole()) {
        if (cursor.place().offset() > offset) {
          return Optional.of(new Hole(from, cursor.place().offset()));
        }
        from = cursor.end().offset();
        if (from > offset) {
          return Optional.empty();
        }
      }
      return Optional.of(new Hole(from, end().offset()));
    } finally {
      file.release();
    }
  }

  /// Where the last whole batch ends.
  Place endOfWhole() throws IOException {
    DiskFile held = file.hold();
    try {
      BatchCursor cursor = walkFrom(held, head.start(), BatchCursor.LONG_WALK_BYTES);
      Place last = head.start();
      while (cursor.nextWhole()) {
        last = cursor.end();
      }
      return last;
    } finally {
      file.release();
    }
  }

  /// When its records are of.
  SegmentTimes times() {
    return new SegmentTimes(file, head, tail);
  }

  /// A cursor on the batch that holds `offset`.
  ///
  /// @param reach behind what is in memory
  private BatchCursor cursorAt(DiskFile held, long offset, long reach) throws IOException {
    if (offset >= tail.start().offset()) {
      return walk(held, tail.before(offset), offset, reach);
    }
    if (offset == head.baseOffset()) {
      return cursorAtStart(held, reach);
    }
    return cursorByIndex(held, offset, reach);
  }

  /// The first batch needs no index: each start asks for it in every log, and would read all their indexes.
  private BatchCursor cursorAtStart(DiskFile held, long reach) throws IOException {
    long first = head.baseOffset();
    try {
      return walk(held, new Place(first, 0), first, reach);
    } catch (CorruptLogException e) {
      return cursorByIndex(held, first, reach); // It leads around the damage.
    }
  }

  private BatchCursor cursorByIndex(DiskFile held, long offset, long reach) throws IOException {
    try {
      return walk(held, head.get().before(offset), offset, reach);
    } catch (CorruptLogException e) {
      // The index may be wrong where the segment is right.
      if (!head.renew()) {
        throw e;
      }
      return walk(held, head.get().before(offset), offset, reach);
    }
  }

  /// A walk by headers, and where these do not lead on, from whole batch to whole batch.
  private BatchCursor walk(DiskFile held, Place start, long offset, long reach) throws IOException {
    try {
      BatchCursor cursor = walkFrom(held, start, BatchCursor.SHORT_WALK_BYTES);
      cursor.seek(offset);
      if (cursor.end().position() <= reach && !cold.isVerified(cursor.place())) {
        // A damaged header may claim offsets of the batches behind it.
        cursor.batch();
      }
      return cursor;
    } catch (CorruptLogException e) {
      BatchCursor cursor = walkFrom(held, start, BatchCursor.SHORT_WALK_BYTES);
      while (cursor.nextWhole() && cursor.place().offset() <= offset) {
        if (offset < cursor.end().offset()) {
          return cursor;
        }
      }
      throw e;
    }
  }

  /// A cursor before a batch from which a walk comes to the one that holds `offset`, or to the first.
  BatchCursor cursorTo(DiskFile held, long offset, int windowBytes) throws IOException {
    return offset <= head.baseOffset()
        ? walkFrom(held, new Place(head.baseOffset(), 0), windowBytes)
        : cursorBefore(held, offset, windowBytes);
  }

  /// A cursor before a batch from which a walk comes to the one that holds `offset`.
  private BatchCursor cursorBefore(DiskFile held, long offset, int windowBytes) throws IOException {
    SegmentIndex index = offset >= tail.start().offset() ? tail : head.get();
    return walkFrom(held, index.before(offset), windowBytes);
  }

  private BatchCursor walkFrom(DiskFile held, Place start, int windowBytes) {
    return file.cursor(held, start, end(), windowBytes);
  }

  /// Where the batches end that end at `limitOffset` or before it. Behind it lies damage.
  ///
  /// @param reach as far as anybody wants to know
  private long positionOf(DiskFile held, BatchCursor first, long limitOffset, long reach)
      throws IOException {
    if (limitOffset >= end().offset()) {
      return Long.MAX_VALUE;
    }
    SegmentIndex index = limitOffset - 1 >= tail.start().offset() ? tail : head.get();
    if (index.before(limitOffset - 1).position() >= reach) {
      return Long.MAX_VALUE;
    }
    BatchCursor cursor = cursorBefore(held, limitOffset - 1, BatchCursor.SHORT_WALK_BYTES);
    long position = first.end().position();
    while (cursor.nextWhole() && cursor.end().offset() <= limitOffset) {
      position = Math.max(position, cursor.end().position());
    }
    return position;
  }

  /// The end of the last batch that ends at `limit` or before it, but never less than the cursor's batch. Damage behind
  /// that batch ends the slice: it will be met by who reads on.
  ///
  /// @param reach behind what is in memory: what is read ends there
  private long lastEnd(BatchCursor first, long wanted, long reach) throws IOException {
    if (reach >= end().position() && wanted >= end().position()) {
      return end().position();
    }
    long limit =
        reach >= end().position() ? wanted : Math.min(wanted, reach - BatchCursor.SHORT_WALK_BYTES);
    if (limit <= first.end().position()) {
      return first.end().position();
    }
    Place near = indexOf(limit).beforePosition(limit);
    if (near.position() <= first.end().position()) {
      return lastEndBehind(first, limit);
    }
    BatchCursor cursor = first.from(near);
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

  /// Offsets that no whole batch holds.
  record Hole(long fromOffset, long toOffset) {}

  /// Takes a range of offsets.
  @FunctionalInterface
  interface OffsetsVisitor {
    void visit(long fromOffset, long toOffset) throws IOException;
  }
}
