package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.TransactionGuard;
import dev.daybook.eventlog.record.RecordBatch;
import java.util.Optional;

/// Appends what the group coordinator made for its own topic in a transaction, on the appender's thread.
final class GroupAppend {
  private GroupAppend() {}

  static AppendResult append(
      Scribe scribe, TransactionPartition partition, PartitionAppend append) {
    RecordBatch batch = RecordBatch.at(append.batch(), append.batch().position());
    ProducerIdentity producer = new ProducerIdentity(batch.producerId(), batch.producerEpoch());
    return batch.isControl()
        ? marker(scribe, partition, producer, append)
        : offsets(scribe, partition, producer, append);
  }

  /// Offsets were verified before they came into the coordinator's queue; since then the transaction may have ended.
  private static AppendResult offsets(
      Scribe scribe,
      TransactionPartition partition,
      ProducerIdentity producer,
      PartitionAppend append) {
    Optional<Transaction> current = scribe.book().ofProducer(producer.id());
    if (Rules.verify(current.orElse(null), producer, partition)
        instanceof Decision.Refused refusal) {
      return TransactionalAppend.refused(refusal);
    }
    Optional<TransactionGuard> guard = append.partition().guard(producer.id(), producer.epoch());
    return scribe.appending().append(guard.map(append::with).orElse(append));
  }

  private static AppendResult marker(
      Scribe scribe,
      TransactionPartition partition,
      ProducerIdentity producer,
      PartitionAppend append) {
    if (endsALaterTransaction(scribe, partition, producer)) {
      return new AppendResult.Refused(
          AppendResult.Reason.INVALID_TXN_STATE,
          "The marker came late: a later transaction of its producer is open");
    }
    AppendResult result = scribe.appending().append(append);
    if (result instanceof AppendResult.Appended) {
      scribe.groupMarkerWritten(partition, producer);
    }
    return result;
  }

  /// The group coordinator may write a marker long after it was asked to, and was asked again meanwhile. A transaction of
  /// the same epoch that is open by now must not end by it.
  private static boolean endsALaterTransaction(
      Scribe scribe, TransactionPartition partition, ProducerIdentity producer) {
    return scribe
        .book()
        .ofProducer(producer.id())
        .filter(one -> one.state() == TransactionState.ONGOING)
        .filter(one -> one.partitions().contains(partition))
        .filter(one -> producer.epoch() <= one.epoch())
        .isPresent();
  }
}
