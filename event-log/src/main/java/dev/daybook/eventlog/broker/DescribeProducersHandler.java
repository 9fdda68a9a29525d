package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.partition.ActiveProducer;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/// DescribeProducers (KIP-664): who has written to a partition, and whose transaction is open there. The appender
/// answers, with what is durable.
final class DescribeProducersHandler implements Handler {
  private static final long NO_TRANSACTION = -1;

  private final EventLog log;

  DescribeProducersHandler(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    DescribeProducersResponseData response = new DescribeProducersResponseData();
    List<CompletableFuture<?>> underWay = new ArrayList<>();
    for (TopicRequest asked : call.message(DescribeProducersRequestData.class).topics()) {
      TopicResponse answers = new TopicResponse().setName(asked.name());
      response.topics().add(answers);
      Optional<Topic> topic = log.topics().byName(asked.name());
      for (int index : asked.partitionIndexes()) {
        PartitionResponse answer = new PartitionResponse().setPartitionIndex(index);
        answers.partitions().add(answer);
        underWay.add(describe(asked.name(), topic, answer));
      }
    }
    return CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new))
        .thenApplyAsync(done -> new Reply.Answer(response), call.loop());
  }

  private CompletableFuture<?> describe(
      String name, Optional<Topic> topic, PartitionResponse answer) {
    Partition partition =
        topic.map(known -> Partitions.find(log, known, answer.partitionIndex())).orElse(null);
    if (partition == null) {
      ApiError missing =
          topic.isPresent()
              ? new ApiError(Errors.UNKNOWN_TOPIC_OR_PARTITION)
              : TopicIds.missing(name);
      answer.setErrorCode(missing.error().code()).setErrorMessage(missing.message());
      return CompletableFuture.completedFuture(answer);
    }
    return log.producers(partition)
        .thenAccept(
            producers ->
                answer.setActiveProducers(
                    producers.stream().map(DescribeProducersHandler::state).toList()));
  }

  private static ProducerState state(ActiveProducer producer) {
    return new ProducerState()
        .setProducerId(producer.producerId())
        .setProducerEpoch(producer.producerEpoch())
        .setLastSequence(producer.lastSequence())
        .setLastTimestamp(producer.lastTimestampMs())
        .setCoordinatorEpoch(producer.coordinatorEpoch())
        .setCurrentTxnStartOffset(producer.firstOffset().orElse(NO_TRANSACTION));
  }
}
