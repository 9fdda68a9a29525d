package dev.daybook.eventlog.group;

import dev.daybook.eventlog.log.Damage;
import dev.daybook.eventlog.partition.Append;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// What a group coordinator needs of the log. It is the only writer of the partitions it appends to.
public interface GroupLog {

  /// The topics there durably are.
  TopicCatalog topics();

  /// Tells each new catalogue, in order. The listener must not block: it runs where the log is written.
  void onTopics(Consumer<TopicCatalog> listener);

  /// The time by which committed offsets expire.
  RetentionClock retentionClock();

  /// Creates a topic; completes when that is durable, or was refused.
  CompletableFuture<CatalogDecision> createTopic(NewTopic topic);

  /// Appends one batch, which now belongs to the log. Offsets that a transaction commits are refused when that
  /// transaction is not open.
  Append append(PartitionId partition, ByteBuffer batch);

  /// Asks whether offsets of this partition may be committed in a transaction; completes when that is decided, with
  /// why not, if not.
  ///
  /// @param joins whether the partition is added to the transaction, if it does not take part yet
  CompletableFuture<Optional<AppendResult.Refused>> joinTransaction(
      PartitionId partition,
      String transactionalId,
      long producerId,
      short producerEpoch,
      boolean joins);

  /// Reads whole batches from `offset` on, at least one, up to the high watermark. Blocks.
  ReadResult read(PartitionId partition, long offset, int maxBytes) throws IOException;

  /// The offset behind the last record that is durable; 0 when there is no such partition.
  long highWatermark(PartitionId partition);

  /// What of a partition is damaged; nothing when there is no such partition.
  Damage damage(PartitionId partition);

  /// Tells every move of the high watermark, in order, until taken back. The listener must not block: it runs
  /// where the log is written.
  Subscription onHighWatermark(PartitionId partition, LongConsumer listener);

  /// Something that goes on until it is taken back.
  interface Subscription {
    void cancel();
  }
}
