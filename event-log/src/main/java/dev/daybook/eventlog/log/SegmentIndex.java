package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatch;

/// What is known of a run of a segment's bytes without reading them: both indexes, and the youngest record. Does not
/// change; [#with] returns the index of one batch more, for the one thread that builds it.
///
/// @param start of the first batch
/// @param end where the next batch will begin
/// @param unindexedBytes behind the last entry
record SegmentIndex(
    Place start,
    Place end,
    OffsetIndex offsets,
    TimeIndex times,
    Youngest youngest,
    long unindexedBytes) {

  /// The index of no bytes.
  ///
  /// @param baseOffset the segment's
  /// @param start where the first batch will begin
  static SegmentIndex empty(long baseOffset, Place start) {
    return new SegmentIndex(
        start, start, OffsetIndex.empty(baseOffset), TimeIndex.empty(), Youngest.NONE, 0);
  }

  /// The index of these bytes and of the batch that stands behind them.
  SegmentIndex with(RecordBatch batch, int intervalBytes) {
    boolean due = unindexedBytes > intervalBytes;
    return new SegmentIndex(
        start,
        new Place(batch.nextOffset(), end.position() + batch.sizeBytes()),
        due ? offsets.with(end.offset(), end.position()) : offsets,
        due ? times.with(youngest.timestampMs(), end.position()) : times,
        batch.isEmpty()
            ? youngest
            : youngest.or(new Youngest(batch.maxTimestampMs(), end.position())),
        (due ? 0 : unindexedBytes) + batch.sizeBytes());
  }

  /// The index of these bytes, to go on at a batch that does not stand right behind them. That batch gets an entry.
  SegmentIndex continuedAt(Place next) {
    return new SegmentIndex(start, next, offsets, times, youngest, Integer.MAX_VALUE);
  }

  /// The index of these bytes and of those that stand behind them.
  SegmentIndex followedBy(SegmentIndex later) {
    return new SegmentIndex(
        start,
        later.end,
        offsets.followedBy(later.offsets),
        times.followedBy(later.times, youngest.timestampMs()),
        youngest.or(later.youngest),
        later.unindexedBytes);
  }

  boolean isEmpty() {
    return start.position() == end.position();
  }

  /// A batch from which a walk comes to the one that holds `offset`.
  Place before(long offset) {
    return offsets.atOrBeforeOffset(offset, start);
  }

  /// A batch from which a walk comes to the one that holds the byte at `position`.
  Place beforePosition(long position) {
    return offsets.atOrBeforePosition(position, start);
  }

  /// A batch before which every record is older than `timestampMs`.
  Place beforeTimestamp(long timestampMs) {
    return beforePosition(times.positionBefore(timestampMs, start.position()));
  }
}
