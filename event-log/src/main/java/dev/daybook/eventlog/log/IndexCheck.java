package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatch;

/// Compares an index with the batches that it is of, as somebody walks by them.
final class IndexCheck implements SegmentScan.PlaceVisitor {
  private final OffsetIndex offsets;
  private final TimeIndex times;
  private int nextOffsetEntry;
  private int nextTimeEntry;
  private long youngestMs = RecordBatch.NO_TIMESTAMP;
  private boolean wrong;

  IndexCheck(SegmentIndex index) {
    this.offsets = index.offsets();
    this.times = index.times();
  }

  @Override
  public void visit(Place place, RecordBatch batch) {
    if (nextOffsetEntry < offsets.entryCount()) {
      Place entry = offsets.entry(nextOffsetEntry);
      if (entry.position() <= place.position()) {
        wrong |= !entry.equals(place);
        nextOffsetEntry++;
      }
    }
    if (nextTimeEntry < times.entryCount() && times.position(nextTimeEntry) <= place.position()) {
      wrong |=
          times.position(nextTimeEntry) != place.position()
              || times.timestampMs(nextTimeEntry) < youngestMs;
      nextTimeEntry++;
    }
    if (!batch.isEmpty()) {
      youngestMs = Math.max(youngestMs, batch.maxTimestampMs());
    }
  }

  /// Whether every entry led to a batch.
  boolean isRight() {
    return !wrong && nextOffsetEntry == offsets.entryCount() && nextTimeEntry == times.entryCount();
  }
}
