package dev.daybook.eventlog.log;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a run of batches tells of transactions: those that were aborted in it, and those that are open at its end.
///
/// @param aborted whose markers lie there, in the order of these
/// @param open where each open transaction begins, by its producer's id
record TransactionIndex(List<AbortedTransaction> aborted, Map<Long, Long> open) {
  static final TransactionIndex EMPTY = new TransactionIndex(List.of(), Map.of());

  TransactionIndex {
    aborted = List.copyOf(aborted);
    open = Map.copyOf(new TreeMap<>(open));
  }
}
