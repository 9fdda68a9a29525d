package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What a run of batches tells of transactions: which were aborted, and where the first begins that the run does not
/// decide. Takes batches in order; used by one thread.
final class TransactionScan {
  private final OpenTransactions open = new OpenTransactions(Map.of());

  /// For each producer, where its aborted transactions begin, and where their markers stand.
  private final Map<Long, NavigableMap<Long, Long>> aborted = new HashMap<>();

  /// @param batch a whole one where it is a control batch; else its header
  void take(RecordBatch batch) {
    open.follow(batch)
        .ifPresent(
            ended ->
                aborted
                    .computeIfAbsent(ended.producerId(), id -> new TreeMap<>())
                    .put(ended.firstOffset(), ended.lastOffset()));
  }

  /// Whether the records of this transactional batch, which was taken, were aborted.
  boolean isAborted(RecordBatch batch) {
    NavigableMap<Long, Long> ofProducer = aborted.get(batch.producerId());
    Map.Entry<Long, Long> before =
        ofProducer == null ? null : ofProducer.floorEntry(batch.baseOffset());
    return before != null && batch.baseOffset() < before.getValue();
  }

  /// Where the first transaction begins that is not decided; the largest number when all are.
  long openFrom() {
    return open.firstOffsets().values().stream()
        .mapToLong(Long::longValue)
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
