package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import dev.daybook.eventlog.topic.TopicNames;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// DescribeTopicPartitions: topics by name, in pages of partitions.
final class DescribeTopicPartitionsHandler implements Handler {
  private static final int MAX_PARTITIONS = 2_000;

  private final EventLog log;
  private final ThisBroker self;

  DescribeTopicPartitionsHandler(EventLog log, ThisBroker self) {
    this.log = log;
    this.self = self;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    DescribeTopicPartitionsRequestData request =
        call.message(DescribeTopicPartitionsRequestData.class);
    DescribeTopicPartitionsRequestData.Cursor from = request.cursor();
    SortedSet<String> names = names(request);
    if (from != null) {
      if (isNoPlace(from, request, names)) {
        return Reply.now(refusal(request));
      }
      names = new TreeSet<>(names.tailSet(from.topicName()));
    }
    int left = Math.clamp(request.responsePartitionLimit(), 1, MAX_PARTITIONS);
    DescribeTopicPartitionsResponseData response = new DescribeTopicPartitionsResponseData();
    for (String name : names) {
      if (left == 0) {
        response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(0));
        break;
      }
      boolean continued = from != null && from.topicName().equals(name);
      int first = continued ? Math.max(0, from.partitionIndex()) : 0;
      DescribeTopicPartitionsResponseTopic answer = describe(name, first, left);
      response.topics().add(answer);
      left -= answer.partitions().size();
      int next = first + answer.partitions().size();
      if (next < partitions(name)) {
        response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(next));
        break;
      }
    }
    return Reply.now(response);
  }

  /// A cursor names a partition, and a topic among those that are asked for.
  private static boolean isNoPlace(
      DescribeTopicPartitionsRequestData.Cursor from,
      DescribeTopicPartitionsRequestData request,
      SortedSet<String> names) {
    return from.partitionIndex() < 0
        || (!request.topics().isEmpty() && !names.contains(from.topicName()));
  }

  private static DescribeTopicPartitionsResponseData refusal(
      DescribeTopicPartitionsRequestData request) {
    DescribeTopicPartitionsResponseData response = new DescribeTopicPartitionsResponseData();
    for (TopicRequest asked : request.topics()) {
      response
          .topics()
          .add(
              new DescribeTopicPartitionsResponseTopic()
                  .setName(asked.name())
                  .setErrorCode(Errors.INVALID_REQUEST.code())
                  .setTopicAuthorizedOperations(Operations.NOT_ASKED));
    }
    return response;
  }

  private SortedSet<String> names(DescribeTopicPartitionsRequestData request) {
    SortedSet<String> names = new TreeSet<>();
    if (request.topics().isEmpty()) {
      log.topics().all().forEach(topic -> names.add(topic.name()));
    } else {
      request.topics().forEach(topic -> names.add(topic.name()));
    }
    return names;
  }

  private int partitions(String name) {
    return log.topics().byName(name).map(Topic::partitions).orElse(0);
  }

  private DescribeTopicPartitionsResponseTopic describe(String name, int first, int most) {
    TopicCatalog topics = log.topics();
    Optional<Topic> known = topics.byName(name);
    DescribeTopicPartitionsResponseTopic answer =
        new DescribeTopicPartitionsResponseTopic()
            .setName(name)
            .setTopicAuthorizedOperations(Operations.NOT_ASKED);
    if (known.isEmpty()) {
      return answer.setErrorCode(
          (TopicNames.isLegal(name)
                  ? Errors.UNKNOWN_TOPIC_OR_PARTITION
                  : Errors.INVALID_TOPIC_EXCEPTION)
              .code());
    }
    Topic topic = known.get();
    answer
        .setTopicId(TopicIds.wire(topic.id()))
        .setIsInternal(topic.internal())
        .setTopicAuthorizedOperations(Operations.ALL_ON_TOPIC);
    int end = (int) Math.min(topic.partitions(), (long) first + most);
    for (int index = first; index < end; index++) {
      answer.partitions().add(describe(topic, index));
    }
    return answer;
  }

  private DescribeTopicPartitionsResponsePartition describe(Topic topic, int index) {
    Partition partition = Partitions.find(log, topic, index);
    List<Integer> replicas = List.of(self.id());
    return new DescribeTopicPartitionsResponsePartition()
        .setPartitionIndex(index)
        .setLeaderId(self.id())
        .setLeaderEpoch(partition == null ? 0 : partition.leaderEpoch())
        .setReplicaNodes(replicas)
        .setIsrNodes(replicas)
        .setEligibleLeaderReplicas(List.of())
        .setLastKnownElr(List.of());
  }
}
