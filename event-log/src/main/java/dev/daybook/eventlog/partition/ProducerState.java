package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.TransactionMarker;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a partition knows of its producers that have an id: for each, its epoch and its last five batches, so that a
/// batch sent again is recognised however often it is sent (KIP-98), and its open transaction.
///
/// Asked by [#check] and [#checkMarker], changed only by [#replay]: a live append, recovery and the segment writer take
/// the same road. Owned by whoever holds it; not thread-safe.
final class ProducerState {
  private static final int IDLE_AT_ONCE = 500;

  private final Map<Long, KnownProducer> producers = new HashMap<>();

  /// The producers of open transactions, by where these begin.
  private final NavigableMap<Long, Long> open = new TreeMap<>();

  /// Whether a batch of an ordinary producer, which has no transactions, is its next one.
  Verdict check(RecordBatch batch) {
    return check(batch, Optional.empty());
  }

  /// Whether this batch is the producer's next one, by the rules of Apache Kafka and in their order.
  ///
  /// @param guard a good one, if the batch came with it
  Verdict check(RecordBatch batch, Optional<TransactionGuard> guard) {
    KnownProducer producer = producers.get(batch.producerId());
    if (producer != null && producer.epoch() == batch.producerEpoch()) {
      OptionalLong before = producer.find(batch);
      if (batch.baseSequence() >= 0 && before.isPresent()) {
        return new Verdict.Duplicate(before.getAsLong());
      }
    }
    boolean continues = producer != null && producer.continues(batch.producerEpoch());
    if (batch.isTransactional() && !continues && guard.isEmpty()) {
      return new Verdict.NoTransaction();
    }
    if (producer != null && batch.producerEpoch() < producer.epoch()) {
      return new Verdict.Fenced(producer.epoch());
    }
    OptionalLong expected = expectedSequence(producer, batch, guard);
    if (expected.isPresent() && expected.getAsLong() != batch.baseSequence()) {
      return new Verdict.OutOfOrder((int) expected.getAsLong());
    }
    if (producer == null || !producer.inTransaction()) {
      return new Verdict.InSequence();
    }
    if (!batch.isTransactional()) {
      return new Verdict.TransactionOpen();
    }
    return continues ? new Verdict.InSequence() : new Verdict.FormerOpen();
  }

  /// The one sequence that may come; empty when any may: of a producer nobody remembers, and of a coordinator's batches,
  /// which have none.
  private static OptionalLong expectedSequence(
      @Nullable KnownProducer producer, RecordBatch batch, Optional<TransactionGuard> guard) {
    if (batch.baseSequence() < 0) {
      return OptionalLong.empty();
    }
    if (producer == null) {
      return guard.filter(TransactionGuard::epochsRise).isPresent()
          ? OptionalLong.of(0)
          : OptionalLong.empty();
    }
    return OptionalLong.of(producer.epoch() == batch.producerEpoch() ? producer.nextSequence() : 0);
  }

  /// Whether a transaction may be ended by this marker.
  Verdict checkMarker(TransactionMarker marker) {
    KnownProducer producer = producers.get(marker.producerId());
    if (producer == null) {
      return new Verdict.InSequence();
    }
    if (marker.producerEpoch() < producer.epoch() || endsALaterOne(marker, producer)) {
      return new Verdict.Fenced(producer.epoch());
    }
    return marker.coordinatorEpoch() < producer.coordinatorEpoch()
        ? new Verdict.CoordinatorFenced(producer.coordinatorEpoch())
        : new Verdict.InSequence();
  }

  /// In version 2 the marker that ends a transaction has a higher epoch than its records; one whose epoch these have is
  /// the former transaction's, sent again. Only the last epoch there is does not rise any more.
  private static boolean endsALaterOne(TransactionMarker marker, KnownProducer producer) {
    return marker.transactionVersion() >= 2
        && marker.producerEpoch() == producer.transactionEpoch()
        && producer.inTransaction()
        && marker.producerEpoch() != Short.MAX_VALUE;
  }

  /// Takes an appended batch into account.
  ///
  /// @return the transaction that was aborted by it
  Optional<AbortedTransaction> replay(RecordBatch batch) {
    if (batch.producerId() < 0 || (batch.baseSequence() < 0 && !batch.isTransactional())) {
      return Optional.empty();
    }
    if (batch.isControl()) {
      return TransactionMarker.of(batch).flatMap(marker -> end(marker, batch));
    }
    KnownProducer producer = known(batch.producerId(), batch.producerEpoch());
    producer.replay(batch);
    if (batch.isTransactional()) {
      producer.firstOffset().ifPresent(first -> open.putIfAbsent(first, batch.producerId()));
    }
    return Optional.empty();
  }

  private Optional<AbortedTransaction> end(TransactionMarker marker, RecordBatch batch) {
    KnownProducer producer = known(marker.producerId(), marker.producerEpoch());
    OptionalLong first = producer.firstOffset();
    producer.replay(marker, batch.maxTimestampMs());
    if (first.isEmpty()) {
      return Optional.empty();
    }
    open.remove(first.getAsLong());
    return marker.commit()
        ? Optional.empty()
        : Optional.of(
            new AbortedTransaction(
                marker.producerId(),
                first.getAsLong(),
                batch.baseOffset(),
                stableOffset(batch.nextOffset())));
  }

  private KnownProducer known(long producerId, short epoch) {
    return producers.computeIfAbsent(producerId, id -> new KnownProducer(epoch));
  }

  /// What is left of the log tells that this transaction is open. Where it is known to have ended, its marker is lost, and
  /// it is open after all. From then on it takes nothing but a marker: nobody may write into what was over. Whatever its
  /// producer had open later began in what is lost.
  void reopen(OpenTransaction left) {
    KnownProducer producer = known(left.producerId(), left.producerEpoch());
    OptionalLong first = producer.firstOffset();
    if (first.isEmpty() || first.getAsLong() != left.firstOffset()) {
      first.ifPresent(open::remove);
      producer.reopen(left.firstOffset(), left.producerEpoch());
      open.put(left.firstOffset(), left.producerId());
    }
  }

  /// The marker of this producer's open transaction may be among what is lost.
  void suspectEndOf(OpenTransaction transaction) {
    known(transaction.producerId(), transaction.producerEpoch())
        .reopen(transaction.firstOffset(), transaction.producerEpoch());
  }

  /// Where the first open transaction begins; the log's end when none is open.
  long stableOffset(long nextOffset) {
    return open.isEmpty() ? nextOffset : open.firstKey();
  }

  /// The transaction of this producer that is open.
  Optional<OpenTransaction> open(long producerId) {
    KnownProducer producer = producers.get(producerId);
    return producer == null || !producer.inTransaction()
        ? Optional.empty()
        : Optional.of(
            new OpenTransaction(
                producerId,
                producer.transactionEpoch(),
                producer.firstOffset().getAsLong(),
                producer.isReopened()));
  }

  /// All that are open, in the order of their first offsets.
  Collection<OpenTransaction> open() {
    return open.values().stream().flatMap(id -> open(id).stream()).toList();
  }

  /// Where each open transaction begins, by its producer's id.
  Map<Long, Long> firstOffsets() {
    Map<Long, Long> firstOffsets = new HashMap<>();
    open.forEach((first, id) -> firstOffsets.put(id, first));
    return firstOffsets;
  }

  /// Those who have written something that is remembered.
  List<ActiveProducer> active() {
    return producers.entrySet().stream()
        .filter(entry -> entry.getValue().hasWritten())
        .map(entry -> ActiveProducer.of(entry.getKey(), entry.getValue()))
        .toList();
  }

  /// The ids of producers without an open transaction that were not used since then, some of them if there are very many.
  List<Long> idleSince(long usedBeforeNs) {
    return producers.entrySet().stream()
        .filter(
            entry ->
                !entry.getValue().inTransaction() && entry.getValue().usedNs() - usedBeforeNs < 0)
        .map(Map.Entry::getKey)
        .limit(IDLE_AT_ONCE)
        .toList();
  }

  /// Notes that a producer is active.
  void used(long producerId, long nowNs) {
    KnownProducer producer = producers.get(producerId);
    if (producer != null) {
      producer.used(nowNs);
    }
  }

  /// Notes that all are.
  void allUsed(long nowNs) {
    producers.values().forEach(producer -> producer.used(nowNs));
  }

  /// Forgets a producer that has no open transaction.
  void forget(long producerId) {
    KnownProducer producer = producers.get(producerId);
    if (producer != null && !producer.inTransaction()) {
      producers.remove(producerId);
    }
  }

  /// Remembers that a batch of a yet unknown producer was turned away for the moment, so that the batches
  /// that follow it in flight do not slip in before it.
  void expect(RecordBatch refused) {
    if (refused.producerId() >= 0
        && refused.baseSequence() >= 0
        && !producers.containsKey(refused.producerId())) {
      known(refused.producerId(), refused.producerEpoch()).expect(refused.baseSequence());
    }
  }

  boolean isEmpty() {
    return producers.isEmpty();
  }

  /// The last batch of each, which compaction keeps.
  LastBatches lastBatches() {
    Map<Long, LastBatches.End> ends = new HashMap<>();
    producers.forEach(
        (id, producer) ->
            ends.put(id, new LastBatches.End(producer.epoch(), producer.lastSequence())));
    return new LastBatches(ends);
  }

  int size() {
    return producers.size();
  }

  ProducerState copy() {
    ProducerState copy = new ProducerState();
    producers.forEach((id, producer) -> copy.producers.put(id, producer.copy()));
    copy.open.putAll(open);
    return copy;
  }

  /// Writes what [#read] reads: count, then each producer's id and what [KnownProducer] writes.
  void write(DataOutput out) throws IOException {
    out.writeInt(producers.size());
    for (Map.Entry<Long, KnownProducer> entry : producers.entrySet()) {
      out.writeLong(entry.getKey());
      entry.getValue().write(out);
    }
  }

  /// @param format of the producers file
  static ProducerState read(DataInput in, int format) throws IOException {
    ProducerState state = new ProducerState();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      long id = in.readLong();
      KnownProducer producer = KnownProducer.read(in, format);
      state.producers.put(id, producer);
      producer.firstOffset().ifPresent(first -> state.open.put(first, id));
    }
    return state;
  }

  /// What the state says of a batch.
  sealed interface Verdict {
    record InSequence() implements Verdict {}

    record Duplicate(long baseOffset) implements Verdict {}

    record OutOfOrder(int expectedSequence) implements Verdict {}

    record Fenced(short currentEpoch) implements Verdict {}

    /// It would open a transaction, and nobody vouches that there is one.
    record NoTransaction() implements Verdict {}

    /// It is of no transaction while one of its producer is open.
    record TransactionOpen() implements Verdict {}

    /// It would open a transaction while an earlier one is open, whose marker is lost: both would end as one.
    record FormerOpen() implements Verdict {}

    record CoordinatorFenced(int currentEpoch) implements Verdict {}
  }
}
