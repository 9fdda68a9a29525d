package dev.daybook.eventlog.log;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Where in a segment to begin looking for a time. An entry (t, p) says: no record before position p is younger than
/// t. Times ascend from entry to entry, also where those of the records do not.
///
/// Like [OffsetIndex] it does not change but is lengthened, and an entry too few costs only time.
final class TimeIndex {
  /// Bytes of an entry in an index file: timestamp, position.
  static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

  private static final int FIRST_CAPACITY = 16;
  private static final TimeIndex EMPTY = new TimeIndex(new long[0], new int[0], 0);

  private final long[] timestampsMs;
  private final int[] positions;
  private final int entryCount;

  private TimeIndex(long[] timestampsMs, int[] positions, int entryCount) {
    this.timestampsMs = timestampsMs;
    this.positions = positions;
    this.entryCount = entryCount;
  }

  static TimeIndex empty() {
    return EMPTY;
  }

  /// Reads the entries that [#writeTo] wrote: all that remains in the buffer.
  static TimeIndex readFrom(ByteBuffer source) {
    int entryCount = source.remaining() / ENTRY_BYTES;
    long[] timestampsMs = new long[entryCount];
    int[] positions = new int[entryCount];
    for (int i = 0; i < entryCount; i++) {
      timestampsMs[i] = source.getLong();
      positions[i] = source.getInt();
    }
    return new TimeIndex(timestampsMs, positions, entryCount);
  }

  /// This index and one entry more; this index itself when the entry would say nothing new.
  TimeIndex with(long timestampMs, long position) {
    boolean newer = entryCount == 0 || timestampMs > timestampsMs[entryCount - 1];
    if (!newer || position > Integer.MAX_VALUE) {
      return this;
    }
    boolean full = entryCount == positions.length;
    int capacity = full ? Math.max(FIRST_CAPACITY, entryCount * 2) : positions.length;
    long[] newTimestampsMs = full ? Arrays.copyOf(timestampsMs, capacity) : timestampsMs;
    int[] newPositions = full ? Arrays.copyOf(positions, capacity) : positions;
    newTimestampsMs[entryCount] = timestampMs;
    newPositions[entryCount] = (int) position;
    return new TimeIndex(newTimestampsMs, newPositions, entryCount + 1);
  }

  /// The entries of this index and of one that begins where this ends.
  ///
  /// @param youngestMs the youngest time in this index's bytes: later entries that are not younger say nothing of them
  TimeIndex followedBy(TimeIndex later, long youngestMs) {
    TimeIndex joined =
        new TimeIndex(
            Arrays.copyOf(timestampsMs, entryCount),
            Arrays.copyOf(positions, entryCount),
            entryCount);
    for (int i = 0; i < later.entryCount; i++) {
      if (later.timestampsMs[i] >= youngestMs) {
        joined = joined.with(later.timestampsMs[i], later.positions[i]);
      }
    }
    return joined;
  }

  int entryCount() {
    return entryCount;
  }

  long timestampMs(int number) {
    return timestampsMs[number];
  }

  int position(int number) {
    return positions[number];
  }

  /// The position before which every record is older than `timestampMs`, or `startPosition` when no entry tells.
  long positionBefore(long timestampMs, long startPosition) {
    int found = Arrays.binarySearch(timestampsMs, 0, entryCount, timestampMs);
    int i = found >= 0 ? found - 1 : -found - 2;
    return i < 0 ? startPosition : positions[i];
  }

  void writeTo(ByteBuffer target) {
    for (int i = 0; i < entryCount; i++) {
      target.putLong(timestampsMs[i]).putInt(positions[i]);
    }
  }
}
