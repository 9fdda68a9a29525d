package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.record.RecordBatch;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// A partition's transactions for those who are not its appender: which are open, which were aborted so late that no
/// segment tells of it, and what a [TransactionGuard] is worth. The appender changes it as it decides, any thread looks.
///
/// What is told here may rest on what is not durable yet. That does no harm: an open transaction holds the last stable
/// offset back until its marker is forced, and of an aborted one readers ask only below that offset.
final class Transactions {
  private final Map<Long, OpenTransaction> open = new ConcurrentHashMap<>();
  private final Map<Long, Long> generations = new ConcurrentHashMap<>();

  /// The generation of all that `generations` does not name. It rises when a producer is forgotten, so that no guard from
  /// before is good again.
  private volatile long generationOfOthers;

  private final ConcurrentNavigableMap<Long, AbortedTransaction> aborted =
      new ConcurrentSkipListMap<>();

  Transactions(Collection<OpenTransaction> recovered) {
    recovered.forEach(transaction -> open.put(transaction.producerId(), transaction));
  }

  Optional<OpenTransaction> open(long producerId) {
    return Optional.ofNullable(open.get(producerId));
  }

  /// A guard, unless a transaction of this producer and epoch is open and needs none.
  Optional<TransactionGuard> guard(long producerId, short epoch) {
    // The generation comes first: should the transaction end between the two looks, the guard is
    // void.
    long generation = generation(producerId);
    OpenTransaction transaction = open.get(producerId);
    return transaction != null && !transaction.reopened() && transaction.producerEpoch() == epoch
        ? Optional.empty()
        : Optional.of(new TransactionGuard(producerId, generation, false));
  }

  boolean isGood(TransactionGuard guard) {
    return guard.generation() == generation(guard.producerId());
  }

  /// A batch of a transaction has its place.
  void continued(OpenTransaction transaction) {
    open.put(transaction.producerId(), transaction);
  }

  /// A marker has its place; from now on guards from before are void.
  void ended(RecordBatch marker, Optional<AbortedTransaction> transaction) {
    generations.put(marker.producerId(), generation(marker.producerId()) + 1);
    transaction.ifPresent(ended -> aborted.put(ended.lastOffset(), ended));
    open.remove(marker.producerId());
  }

  /// A producer is forgotten; guards of it from before are void, and of others that had no marker yet: those ask again.
  void forgotten(long producerId) {
    generationOfOthers = Math.max(generationOfOthers, generation(producerId)) + 1;
    generations.remove(producerId);
  }

  /// Those whose marker lies at `offset` or behind it, and that no segment tells of.
  List<AbortedTransaction> abortedFrom(long offset) {
    return aborted.isEmpty() ? List.of() : List.copyOf(aborted.tailMap(offset).values());
  }

  /// Segments tell of all whose marker lies below this offset.
  void dropBelow(long offset) {
    aborted.headMap(offset).clear();
  }

  private long generation(long producerId) {
    return generations.getOrDefault(producerId, generationOfOthers);
  }
}
