package dev.daybook.eventlog.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// Where in a segment to begin reading for an offset: the position of some of its batches, sparse, in ascending
/// order. It only shortens a walk from batch to batch; an entry too few costs time, never an answer.
///
/// An index does not change. [#with] returns a longer one that shares its entries: only the newest may be
/// lengthened, by one thread, and whoever was handed an older one goes on reading that. Offsets are kept as
/// their distance from the segment's base offset; what lies too far for four bytes gets no entry.
final class OffsetIndex {
  /// Bytes of an entry in an index file: offset less base offset, position.
  static final int ENTRY_BYTES = 2 * Integer.BYTES;

  private static final int FIRST_CAPACITY = 16;

  private final long baseOffset;
  private final int[] offsetDeltas;
  private final int[] positions;
  private final int entryCount;

  private OffsetIndex(long baseOffset, int[] offsetDeltas, int[] positions, int entryCount) {
    this.baseOffset = baseOffset;
    this.offsetDeltas = offsetDeltas;
    this.positions = positions;
    this.entryCount = entryCount;
  }

  /// An index without entries, of the segment with this base offset.
  static OffsetIndex empty(long baseOffset) {
    return new OffsetIndex(baseOffset, new int[0], new int[0], 0);
  }

  /// Reads the entries that [#writeTo] wrote: all that remains in the buffer.
  static OffsetIndex readFrom(ByteBuffer source, long baseOffset) {
    int entryCount = source.remaining() / ENTRY_BYTES;
    int[] offsetDeltas = new int[entryCount];
    int[] positions = new int[entryCount];
    for (int i = 0; i < entryCount; i++) {
      offsetDeltas[i] = source.getInt();
      positions[i] = source.getInt();
    }
    return new OffsetIndex(baseOffset, offsetDeltas, positions, entryCount);
  }

  /// This index and one entry more, behind all others.
  OffsetIndex with(long offset, long position) {
    long offsetDelta = offset - baseOffset;
    if (offsetDelta > Integer.MAX_VALUE || position > Integer.MAX_VALUE) {
      return this;
    }
    boolean full = entryCount == positions.length;
    int capacity = full ? Math.max(FIRST_CAPACITY, entryCount * 2) : positions.length;
    int[] newDeltas = full ? Arrays.copyOf(offsetDeltas, capacity) : offsetDeltas;
    int[] newPositions = full ? Arrays.copyOf(positions, capacity) : positions;
    newDeltas[entryCount] = (int) offsetDelta;
    newPositions[entryCount] = (int) position;
    return new OffsetIndex(baseOffset, newDeltas, newPositions, entryCount + 1);
  }

  /// The entries of this index and of one that begins where this ends.
  OffsetIndex followedBy(OffsetIndex later) {
    int[] newDeltas = Arrays.copyOf(offsetDeltas, entryCount + later.entryCount);
    int[] newPositions = Arrays.copyOf(positions, entryCount + later.entryCount);
    System.arraycopy(later.offsetDeltas, 0, newDeltas, entryCount, later.entryCount);
    System.arraycopy(later.positions, 0, newPositions, entryCount, later.entryCount);
    return new OffsetIndex(baseOffset, newDeltas, newPositions, entryCount + later.entryCount);
  }

  int entryCount() {
    return entryCount;
  }

  /// The entry of that number, counted from 0.
  Place entry(int number) {
    return new Place(baseOffset + offsetDeltas[number], positions[number]);
  }

  /// The last entry whose batch begins at `offset` or before it, or `start` when there is none.
  Place atOrBeforeOffset(long offset, Place start) {
    long offsetDelta = Math.min(offset - baseOffset, Integer.MAX_VALUE);
    return entry(Arrays.binarySearch(offsetDeltas, 0, entryCount, (int) offsetDelta), start);
  }

  /// The last entry whose batch begins at `position` or before it, or `start` when there is none.
  Place atOrBeforePosition(long position, Place start) {
    int wanted = (int) Math.min(position, Integer.MAX_VALUE);
    return entry(Arrays.binarySearch(positions, 0, entryCount, wanted), start);
  }

  /// The first entry whose batch begins at `position` or behind it.
  Optional<Place> atOrBehindPosition(long position) {
    int wanted = (int) Math.min(position, Integer.MAX_VALUE);
    int found = Arrays.binarySearch(positions, 0, entryCount, wanted);
    int i = found >= 0 ? found : -found - 1;
    return i < entryCount ? Optional.of(entry(i)) : Optional.empty();
  }

  void writeTo(ByteBuffer target) {
    for (int i = 0; i < entryCount; i++) {
      target.putInt(offsetDeltas[i]).putInt(positions[i]);
    }
  }

  /// @param found what a binary search returned: the entry, or minus one less the entry behind
  private Place entry(int found, Place start) {
    int i = found >= 0 ? found : -found - 2;
    return i < 0 ? start : entry(i);
  }
}
