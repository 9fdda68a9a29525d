package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.TransactionGuard;
import dev.daybook.eventlog.record.RecordBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Appends what belongs to a transaction, on the appender's thread, if its partition takes part in that. What is open in the
/// partition and takes no part is a transaction whose end is lost: nobody continues it. Good for one decision.
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
    if (!batch(append).isTransactional()) {
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
    Map<ProducerIdentity, List<PartitionAppend>> joining = new HashMap<>();
    for (PartitionAppend append : appends) {
      if (opens(append)) {
        joining.computeIfAbsent(producer(batch(append)), producer -> new ArrayList<>()).add(append);
      }
    }
    joining.forEach(this::join);
  }

  private void join(ProducerIdentity producer, List<PartitionAppend> first) {
    Optional<Decision.Refused> refusal = refusal(add(producer, first));
    if (refusal.isEmpty()) {
      // A partition that takes nothing has nothing to be told of the end. Its batch goes on, for it
      // to say why.
      List<PartitionAppend> taken =
          first.stream().filter(append -> scribe.appending().takes(guarded(append))).toList();
      if (!taken.isEmpty() && add(producer, taken) instanceof Decision.Becomes(Transaction after)) {
        refusal = scribe.write(after);
      }
    }
    for (PartitionAppend append : first) {
      asked.put(Key.of(append), refusal);
    }
  }

  private Decision add(ProducerIdentity producer, List<PartitionAppend> first) {
    return Rules.add(
        scribe.book().get(id),
        producer,
        first.stream().map(append -> name(append.partition())).collect(Collectors.toSet()),
        Transaction.RAISES_EPOCH,
        scribe.now().dateMs());
  }

  private Decision verify(PartitionAppend append) {
    return Rules.verify(scribe.book().get(id), producer(batch(append)), name(append.partition()));
  }

  /// Whether the batch would be the first of its transaction in its partition.
  private static boolean opens(PartitionAppend append) {
    RecordBatch batch = batch(append);
    return batch.isTransactional() && guard(append).isPresent();
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
      case LOADING, NOT_AVAILABLE, DAMAGED -> AppendResult.Reason.COORDINATOR_NOT_READY;
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
