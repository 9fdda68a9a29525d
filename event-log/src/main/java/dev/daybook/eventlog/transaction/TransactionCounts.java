package dev.daybook.eventlog.transaction;

import java.util.concurrent.atomic.LongAdder;

/// What became of transactions since the start, for metrics. Counted by who decides, read by any thread.
final class TransactionCounts {
  final LongAdder committed = new LongAdder();
  final LongAdder aborted = new LongAdder();
  final LongAdder timedOut = new LongAdder();

  /// It is decided how a transaction ends.
  void ended(Transaction prepared) {
    (prepared.commits() ? committed : aborted).increment();
  }
}
