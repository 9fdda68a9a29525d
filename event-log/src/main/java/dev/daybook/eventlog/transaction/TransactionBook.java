package dev.daybook.eventlog.transaction;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// All transactional ids, as the records of `__transaction_state` make them. Changed only by [#replay]: a decision that
/// was just written, and a record that is loaded at start, take the same road.
///
/// Owned by whoever decides, which is the appender's thread; not thread-safe, but for its figures.
final class TransactionBook {
  private final Map<String, Transaction> byId = new HashMap<>();
  private final Map<Long, String> byProducer = new HashMap<>();

  /// When an open transaction is out of time, by the monotonic clock: the wall clock may leap.
  private final Map<String, Long> deadlinesNs = new HashMap<>();

  /// The ids whose end is decided and not known to every partition.
  private final Set<String> prepared = new HashSet<>();

  /// For any thread: how many are open, and how many are prepared.
  private volatile int openCount;

  private volatile int preparedCount;

  @Nullable Transaction get(String id) {
    return byId.get(id);
  }

  /// The transactional id that writes as this producer.
  Optional<Transaction> ofProducer(long producerId) {
    return Optional.ofNullable(byProducer.get(producerId)).map(byId::get);
  }

  Collection<Transaction> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /// Takes a record into account.
  ///
  /// @param after null when the record says that the id is forgotten
  void replay(String id, @Nullable Transaction after, Now now) {
    Transaction before = after == null ? byId.remove(id) : byId.put(id, after);
    if (before != null && (after == null || before.producerId() != after.producerId())) {
      byProducer.remove(before.producerId());
    }
    if (after != null && after.isPrepared()) {
      prepared.add(id);
    } else {
      prepared.remove(id);
    }
    if (after == null || after.state() != TransactionState.ONGOING) {
      deadlinesNs.remove(id);
    }
    if (after != null) {
      byProducer.put(after.producerId(), id);
      if (after.state() == TransactionState.ONGOING) {
        deadlinesNs.computeIfAbsent(id, key -> deadlineNs(after, now));
      }
    }
    openCount = deadlinesNs.size();
    preparedCount = prepared.size();
  }

  /// How many transactions are open. Any thread.
  int openCount() {
    return openCount;
  }

  /// How many are decided and not known to every partition. Any thread.
  int preparedCount() {
    return preparedCount;
  }

  /// Takes all of another book into account, which has none of these ids.
  void add(TransactionBook loaded, Now now) {
    loaded.byId.forEach((id, transaction) -> replay(id, transaction, now));
  }

  /// Open transactions whose time is up.
  List<Transaction> outOfTime(Now now) {
    return deadlinesNs.entrySet().stream()
        .filter(entry -> now.monotonicNs() - entry.getValue() > 0)
        .map(entry -> byId.get(entry.getKey()))
        .toList();
  }

  /// Ids that nobody used for so long.
  List<Transaction> unusedSince(long updateMs) {
    return byId.values().stream()
        .filter(one -> one.state().isAtRest() && one.updateMs() <= updateMs)
        .toList();
  }

  /// Those whose end is decided and not known to every partition.
  List<Transaction> prepared() {
    return prepared.stream().map(byId::get).toList();
  }

  /// After a restart the time that passed counts, so far as the wall clock can be believed.
  private static long deadlineNs(Transaction transaction, Now now) {
    long agoMs =
        Math.clamp(now.dateMs() - transaction.startMs(), 0L, (long) transaction.timeoutMs());
    return now.monotonicNs() + TimeUnit.MILLISECONDS.toNanos(transaction.timeoutMs() - agoMs);
  }

  /// The moment at which something is decided, by both clocks.
  ///
  /// @param dateMs the date to note, by which ids age that nobody uses
  record Now(long dateMs, long monotonicNs) {}
}
