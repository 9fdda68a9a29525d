package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.topic.LeaderEpochs;
import dev.daybook.eventlog.topic.Topic;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.protocol.Errors;

/// OffsetForLeaderEpoch (KIP-320): where an epoch ended. A consumer that stands behind that offset has seen records
/// that a restore or an accepted loss took back.
final class OffsetForLeaderEpochHandler implements Handler {
  private final EventLog log;

  OffsetForLeaderEpochHandler(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    OffsetForLeaderEpochResponseData response = new OffsetForLeaderEpochResponseData();
    for (OffsetForLeaderTopic asked :
        call.message(OffsetForLeaderEpochRequestData.class).topics()) {
      Optional<Topic> topic = log.topics().byName(asked.topic());
      response
          .topics()
          .add(
              new OffsetForLeaderTopicResult()
                  .setTopic(asked.topic())
                  .setPartitions(
                      asked.partitions().stream().map(one -> answer(topic, one)).toList()));
    }
    return Reply.now(response);
  }

  private EpochEndOffset answer(Optional<Topic> topic, OffsetForLeaderPartition asked) {
    EpochEndOffset answer = new EpochEndOffset().setPartition(asked.partition());
    Partition partition =
        topic.map(known -> Partitions.find(log, known, asked.partition())).orElse(null);
    if (partition == null) {
      return answer.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }
    Errors error = Partitions.epochError(partition, asked.currentLeaderEpoch());
    if (error != Errors.NONE) {
      return answer.setErrorCode(error.code());
    }
    LeaderEpochs.EpochEnd end =
        partition.epochs().endOf(asked.leaderEpoch(), partition.highWatermark());
    return answer.setLeaderEpoch(end.epoch()).setEndOffset(end.offset());
  }
}
