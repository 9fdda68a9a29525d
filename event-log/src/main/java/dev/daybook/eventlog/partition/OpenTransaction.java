package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.TransactionMarker;

/// A transaction that has records in a partition and no marker yet.
///
/// @param producerEpoch of its records; its producer may have a higher one by now
/// @param reopened whether it had ended, and its marker is lost: then it takes no more records
public record OpenTransaction(
    long producerId, short producerEpoch, long firstOffset, boolean reopened) {

  /// One that goes on.
  public OpenTransaction(long producerId, short producerEpoch, long firstOffset) {
    this(producerId, producerEpoch, firstOffset, false);
  }

  /// Whether a marker of the coordinator can be its end. The coordinator knows nothing of a transaction that was open once
  /// more: it speaks of a later one, unless the epoch tells that it is this one's end, sent again.
  public boolean isEndedBy(TransactionMarker marker) {
    return !reopened
        || (marker.transactionVersion() >= 2 && marker.producerEpoch() == producerEpoch + 1);
  }
}
