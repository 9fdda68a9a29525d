package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatch;

/// The youngest record of some of a segment's bytes, as the batches' headers tell it.
///
/// @param timestampMs the record's time, or [RecordBatch#NO_TIMESTAMP] when no record has one
/// @param position of the first batch that holds a record of that time
record Youngest(long timestampMs, long position) {
  static final Youngest NONE = new Youngest(RecordBatch.NO_TIMESTAMP, 0);

  /// The younger of this and what comes behind it; of equals the first stays.
  Youngest or(Youngest later) {
    return later.timestampMs > timestampMs ? later : this;
  }
}
