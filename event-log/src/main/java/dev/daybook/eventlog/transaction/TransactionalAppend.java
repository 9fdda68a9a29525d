package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.TransactionGuard;
import dev.daybook.eventlog.record.RecordBatch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Appends what belongs to a transaction, on the appender's thread: what its partition knows to be open goes straight on;
/// what would open a transaction there is asked about first. Good for one decision.
final class TransactionalAppend {
  private final Scribe scribe;
  private final String id;
  private final boolean joins;

  /// The refusals of this request, by partition and producer: one producer's partitions join together.
  private final Map<Key, Optional<Decision.Refused>> asked = new HashMap<>();

  TransactionalAppend(Scribe scribe, String id, boolean joins) {
    this.scribe = scribe;
    this.id = id;
    this.joins = joins;
  }

  /// What an append is answered with when the coordinator says no.
  static AppendResult.Refused refused(Decision.Refused refusal) {
    return new AppendResult.Refused(reason(refusal.fault()), refusal.message());
  }

  List<AppendResult> append(List<PartitionAppend> appends) {
    if (joins) {
      joinAll(appends);
    }
    return appends.stream().map(this::append).toList();
  }

  private AppendResult append(PartitionAppend append) {
    if (!opens(append) && !isEnding(append)) {
      return scribe.appending().append(append);
    }
    Optional<Decision.Refused> refusal =
        asked.computeIfAbsent(Key.of(append), key -> refusal(verify(append)));
    return refusal.isPresent()
        ? refused(refusal.get())
        : scribe.appending().append(guarded(append));
  }

  /// Has all partitions join that this request is the first to write to: with one record of the state.
  private void joinAll(List<PartitionAppend> appends) {
    Map<ProducerIdentity, Set<TransactionPartition>> joining = new HashMap<>();
    for (PartitionAppend append : appends) {
      if (opens(append)) {
        joining
            .computeIfAbsent(producer(batch(append)), producer -> new HashSet<>())
            .add(name(append.partition()));
      }
    }
    joining.forEach(this::join);
  }

  private void join(ProducerIdentity producer, Set<TransactionPartition> partitions) {
    Decision decision =
        Rules.add(
            scribe.book().get(id),
            producer,
            partitions,
            Transaction.RAISES_EPOCH,
            scribe.now().wallMs());
    Optional<Decision.Refused> refusal =
        decision instanceof Decision.Becomes(Transaction after)
            ? scribe.write(after)
            : refusal(decision);
    partitions.forEach(partition -> asked.put(new Key(partition, producer), refusal));
  }

  private Decision verify(PartitionAppend append) {
    return Rules.verify(scribe.book().get(id), producer(batch(append)), name(append.partition()));
  }

  /// Whether the batch would be the first of its transaction in its partition.
  private static boolean opens(PartitionAppend append) {
    RecordBatch batch = batch(append);
    return batch.isTransactional() && guard(append).isPresent();
  }

  /// Whether it is decided how the transaction ends that is open in the partition, which could not be told yet.
  private boolean isEnding(PartitionAppend append) {
    Transaction current = scribe.book().get(id);
    return current != null && current.isPrepared() && batch(append).isTransactional();
  }

  private PartitionAppend guarded(PartitionAppend append) {
    return guard(append)
        .map(guard -> append.with(joins ? guard.withRisingEpochs() : guard))
        .orElse(append);
  }

  private static Optional<TransactionGuard> guard(PartitionAppend append) {
    RecordBatch batch = batch(append);
    return append.partition().guard(batch.producerId(), batch.producerEpoch());
  }

  private static Optional<Decision.Refused> refusal(Decision decision) {
    return decision instanceof Decision.Refused refusal ? Optional.of(refusal) : Optional.empty();
  }

  private static RecordBatch batch(PartitionAppend append) {
    return RecordBatch.at(append.batch(), append.batch().position());
  }

  private static ProducerIdentity producer(RecordBatch batch) {
    return new ProducerIdentity(batch.producerId(), batch.producerEpoch());
  }

  private static TransactionPartition name(Partition partition) {
    return new TransactionPartition(partition.topic().name(), partition.id().index());
  }

  private static AppendResult.Reason reason(TransactionFault fault) {
    return switch (fault) {
      case CONCURRENT -> AppendResult.Reason.CONCURRENT_TRANSACTIONS;
      case FENCED -> AppendResult.Reason.INVALID_PRODUCER_EPOCH;
      case UNKNOWN_PRODUCER, UNKNOWN_ID -> AppendResult.Reason.INVALID_PRODUCER_ID_MAPPING;
      case ABORTABLE -> AppendResult.Reason.NOT_IN_TRANSACTION;
      case LOADING, NOT_AVAILABLE -> AppendResult.Reason.COORDINATOR_NOT_READY;
      case INVALID_REQUEST, INVALID_TIMEOUT, INVALID_STATE, UNKNOWN_PARTITION ->
          AppendResult.Reason.INVALID_TXN_STATE;
    };
  }

  private record Key(TransactionPartition partition, ProducerIdentity producer) {
    static Key of(PartitionAppend append) {
      return new Key(name(append.partition()), TransactionalAppend.producer(batch(append)));
    }
  }
}
