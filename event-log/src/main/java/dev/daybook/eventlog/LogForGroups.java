package dev.daybook.eventlog;

import dev.daybook.eventlog.group.GroupLog;
import dev.daybook.eventlog.log.Damage;
import dev.daybook.eventlog.partition.Append;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.TopicCatalog;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// The event log as a group coordinator sees it.
public record LogForGroups(EventLog log, TransactionCoordinator transactions) implements GroupLog {

  @Override
  public TopicCatalog topics() {
    return log.topics();
  }

  @Override
  public void onTopics(Consumer<TopicCatalog> listener) {
    log.onTopics(listener);
  }

  @Override
  public RetentionClock retentionClock() {
    return log.retentionClock();
  }

  @Override
  public CompletableFuture<CatalogDecision> createTopic(NewTopic topic) {
    return log.createTopic(topic);
  }

  @Override
  public Append append(PartitionId id, ByteBuffer batch) {
    Partition partition = log.partition(id);
    if (partition == null) {
      return refused(id);
    }
    PartitionAppend append = new PartitionAppend(partition, batch);
    return RecordBatch.at(batch, batch.position()).isTransactional()
        ? transactions.appendOffsets(id.index(), append)
        : log.append(List.of(append));
  }

  @Override
  public CompletableFuture<Optional<AppendResult.Refused>> joinTransaction(
      PartitionId id, String transactionalId, long producerId, short producerEpoch, boolean joins) {
    return transactions.join(
        transactionalId, new ProducerIdentity(producerId, producerEpoch), id.index(), joins);
  }

  @Override
  public ReadResult read(PartitionId id, long offset, int maxBytes) throws IOException {
    Partition partition = log.partition(id);
    return partition == null ? new ReadResult.UnknownPartition() : partition.read(offset, maxBytes);
  }

  @Override
  public long highWatermark(PartitionId id) {
    Partition partition = log.partition(id);
    return partition == null ? 0 : partition.highWatermark();
  }

  @Override
  public Damage damage(PartitionId id) {
    Partition partition = log.partition(id);
    return partition == null ? Damage.NONE : partition.damage();
  }

  @Override
  public Subscription onHighWatermark(PartitionId id, LongConsumer listener) {
    Partition partition = log.partition(id);
    if (partition == null) {
      return () -> {};
    }
    AutoCloseable listening = partition.onHighWatermark(listener);
    return () -> cancel(listening);
  }

  private static void cancel(AutoCloseable listening) {
    try {
      listening.close();
    } catch (Exception e) {
      throw new IllegalStateException("A listener could not be taken back", e);
    }
  }

  private static Append refused(PartitionId id) {
    CompletableFuture<List<AppendResult>> refusal =
        CompletableFuture.completedFuture(
            List.of(
                new AppendResult.Refused(
                    AppendResult.Reason.UNKNOWN_PARTITION, "There is no partition " + id)));
    return new Append(refusal, refusal);
  }
}
