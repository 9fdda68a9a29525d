package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.partition.LogStartResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.Errors;

/// DeleteRecords: a partition keeps nothing below an offset any more. Answered when that is forced to disk; the files
/// go a little later.
final class DeleteRecordsHandler implements Handler {
  /// What stands for the high watermark.
  private static final long HIGH_WATERMARK = -1;

  private static final long NO_OFFSET = -1;

  private final EventLog log;

  DeleteRecordsHandler(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    DeleteRecordsRequestData request = call.message(DeleteRecordsRequestData.class);
    DeleteRecordsResponseData response = new DeleteRecordsResponseData();
    List<CompletableFuture<?>> underWay = new ArrayList<>();
    for (DeleteRecordsTopic asked : request.topics()) {
      DeleteRecordsTopicResult answer = new DeleteRecordsTopicResult().setName(asked.name());
      response.topics().add(answer);
      Optional<Topic> topic = log.topics().byName(asked.name());
      for (DeleteRecordsPartition partition : asked.partitions()) {
        DeleteRecordsPartitionResult result =
            new DeleteRecordsPartitionResult().setPartitionIndex(partition.partitionIndex());
        answer.partitions().add(result);
        underWay.add(delete(topic, partition).thenAccept(outcome -> outcome.writeTo(result)));
      }
    }
    return CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new))
        .thenApplyAsync(done -> new Reply.Answer(response), call.loop());
  }

  private CompletableFuture<Outcome> delete(Optional<Topic> topic, DeleteRecordsPartition asked) {
    Partition partition =
        topic.map(known -> Partitions.find(log, known, asked.partitionIndex())).orElse(null);
    Errors error =
        partition == null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : refusal(partition.topic());
    if (partition == null || error != Errors.NONE) {
      return CompletableFuture.completedFuture(new Outcome(NO_OFFSET, error));
    }
    long below = asked.offset() == HIGH_WATERMARK ? partition.highWatermark() : asked.offset();
    return log.raiseLogStart(partition, below).thenApply(DeleteRecordsHandler::outcome);
  }

  private static Errors refusal(Topic topic) {
    if (topic.internal()) {
      return Errors.INVALID_TOPIC_EXCEPTION;
    }
    return topic.config().deletesOld() ? Errors.NONE : Errors.POLICY_VIOLATION;
  }

  private static Outcome outcome(LogStartResult result) {
    return switch (result) {
      case LogStartResult.StartsAt(long offset) -> new Outcome(offset, Errors.NONE);
      case LogStartResult.OutOfRange _ -> new Outcome(NO_OFFSET, Errors.OFFSET_OUT_OF_RANGE);
      case LogStartResult.UnknownPartition() ->
          new Outcome(NO_OFFSET, Errors.UNKNOWN_TOPIC_OR_PARTITION);
      case LogStartResult.ReadOnly() -> new Outcome(NO_OFFSET, Errors.KAFKA_STORAGE_ERROR);
      case LogStartResult.Stopping() -> new Outcome(NO_OFFSET, Errors.NOT_LEADER_OR_FOLLOWER);
    };
  }

  private record Outcome(long lowWatermark, Errors error) {
    void writeTo(DeleteRecordsPartitionResult result) {
      result.setLowWatermark(lowWatermark).setErrorCode(error.code());
    }
  }
}
