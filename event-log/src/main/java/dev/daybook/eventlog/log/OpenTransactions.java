package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.TransactionMarker;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where transactions begin that are open, as somebody walks from batch to batch. Not thread-safe.
final class OpenTransactions {
  private final Map<Long, Long> firstOffsets;

  /// @param atStart those that are open before the first batch, by their producers' ids
  OpenTransactions(Map<Long, Long> atStart) {
    this.firstOffsets = new HashMap<>(atStart);
  }

  /// The same, to go on from here without a change to this.
  OpenTransactions copy() {
    return new OpenTransactions(firstOffsets);
  }

  /// Takes the next batch into account.
  ///
  /// @param batch whole if it is one of control; of another its header is enough
  /// @return the transaction that it aborts
  Optional<AbortedTransaction> follow(RecordBatch batch) {
    if (!batch.isTransactional()) {
      return Optional.empty();
    }
    if (!batch.isControl()) {
      firstOffsets.putIfAbsent(batch.producerId(), batch.baseOffset());
      return Optional.empty();
    }
    return TransactionMarker.of(batch).flatMap(marker -> end(marker, batch));
  }

  private Optional<AbortedTransaction> end(TransactionMarker marker, RecordBatch batch) {
    Long first = firstOffsets.remove(marker.producerId());
    return first == null || marker.commit()
        ? Optional.empty()
        : Optional.of(
            new AbortedTransaction(
                marker.producerId(), first, batch.baseOffset(), stableOffset(batch.nextOffset())));
  }

  private long stableOffset(long nextOffset) {
    return firstOffsets.values().stream().mapToLong(Long::longValue).min().orElse(nextOffset);
  }

  Map<Long, Long> firstOffsets() {
    return Map.copyOf(firstOffsets);
  }
}
