package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupLog;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.topic.Topic;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.coordinator.common.runtime.PartitionWriter;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.VerificationGuard;

/// Writes the coordinator's records to the log; nobody else writes to these partitions.
///
/// An append waits, on the coordinator's own thread, for the *decision* that gives it its offsets, and for no
/// more: the coordinator goes on with state that is not durable yet, but its answers leave only when the high
/// watermark, which moves when the disk has the bytes, passes what they rest on.
final class OffsetsWriter implements PartitionWriter {
  /// From this version of TxnOffsetCommit on clients rely on the partition being added by the commit (KIP-890).
  private static final int FIRST_VERSION_THAT_JOINS = 5;

  private static final LogConfig LOG_CONFIG = new LogConfig(Map.of());

  private final GroupLog log;
  private final Topic topic;
  private final CompletableFuture<List<AppendResult>> stopped = new CompletableFuture<>();
  private final Map<TopicPartition, Long> nextOffsets = new ConcurrentHashMap<>();
  private final Map<Listener, GroupLog.Subscription> listeners = new ConcurrentHashMap<>();

  OffsetsWriter(GroupLog log, Topic topic) {
    this.log = log;
    this.topic = topic;
  }

  @Override
  public long append(
      TopicPartition partition,
      VerificationGuard guard,
      MemoryRecords records,
      short transactionVersion) {
    long next = endOf(decide(topic.partition(partition.partition()), copyOf(records)));
    nextOffsets.put(partition, next);
    return next;
  }

  /// The offset behind the last record written since the start; 0 when none was.
  long nextOffset(TopicPartition partition) {
    return nextOffsets.getOrDefault(partition, 0L);
  }

  /// Lets go of appends that wait for a log that no longer answers.
  void stop() {
    stopped.complete(
        List.of(
            new AppendResult.Refused(AppendResult.Reason.STOPPING, "The coordinator is stopping")));
  }

  @Override
  public void registerListener(TopicPartition partition, Listener listener) {
    listeners.put(
        listener,
        log.onHighWatermark(
            topic.partition(partition.partition()),
            offset -> listener.onHighWatermarkUpdated(partition, offset)));
  }

  @Override
  public void deregisterListener(TopicPartition partition, Listener listener) {
    GroupLog.Subscription subscription = listeners.remove(listener);
    if (subscription != null) {
      subscription.cancel();
    }
  }

  /// The coordinator asks for nothing but the largest batch, which is Kafka's default here as there.
  @Override
  public LogConfig config(TopicPartition partition) {
    return LOG_CONFIG;
  }

  @Override
  public CompletableFuture<VerificationGuard> maybeStartTransactionVerification(
      TopicPartition partition,
      String transactionalId,
      long producerId,
      short producerEpoch,
      int apiVersion) {
    return log.joinTransaction(
            topic.partition(partition.partition()),
            transactionalId,
            producerId,
            producerEpoch,
            apiVersion >= FIRST_VERSION_THAT_JOINS)
        .thenApply(
            refused -> {
              if (refused.isPresent()) {
                AppendResult.Refused why = refused.get();
                throw Refusals.of(why.reason(), why.message(), apiVersion);
              }
              // The log verifies once more when the offsets are there, and needs no proof that it
              // did.
              return VerificationGuard.SENTINEL;
            });
  }

  @Override
  public CompletableFuture<Void> deleteRecords(TopicPartition partition, long beforeOffset) {
    return CompletableFuture.failedFuture(
        new UnsupportedVersionException("Records of " + partition + " are never deleted"));
  }

  private AppendResult decide(PartitionId partition, ByteBuffer batch) {
    try {
      CompletableFuture<List<AppendResult>> decided = log.append(partition, batch).decided();
      CompletableFuture.anyOf(decided, stopped).join();
      return (decided.isDone() ? decided : stopped).join().getFirst();
    } catch (CompletionException e) {
      throw new UnknownServerException("The log failed to append to " + topic.name(), e.getCause());
    }
  }

  /// The coordinator uses its buffer again as soon as the append returns.
  private static ByteBuffer copyOf(MemoryRecords records) {
    ByteBuffer source = records.buffer();
    return ByteBuffer.allocate(source.remaining()).put(source).flip();
  }

  private static long endOf(AppendResult result) {
    return switch (result) {
      case AppendResult.Appended appended -> appended.lastOffset() + 1;
      case AppendResult.Duplicate duplicate ->
          throw new IllegalStateException("A coordinator's batch has no producer: " + duplicate);
      case AppendResult.Refused(AppendResult.Reason reason, String message) ->
          throw Refusals.of(reason, message, FIRST_VERSION_THAT_JOINS);
    };
  }
}
