package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;

/// One commit of offsets. The coordinator would commit for anything, so what is not there is sorted out before.
/// Every offset is kept with its topic's id, whatever version asked, so that it never counts for a later topic
/// of the same name.
final class OffsetCommits {
  private final OffsetCommitResponse.Builder answer;
  private final TopicResolver resolver;
  private final List<OffsetCommitRequestTopic> known = new ArrayList<>();

  private OffsetCommits(TopicCatalog topics, boolean byId) {
    this.answer = OffsetCommitResponse.newBuilder(byId);
    this.resolver = new TopicResolver(topics, byId);
  }

  static CompletableFuture<? extends ApiMessage> commit(
      GroupCoordinatorService service,
      TopicCatalog topics,
      Caller caller,
      OffsetCommitRequestData request) {
    OffsetCommits commits =
        new OffsetCommits(
            topics, OffsetCommitResponse.useTopicIds((short) caller.requestVersion()));
    request.topics().forEach(commits::sort);
    if (commits.known.isEmpty()) {
      return CompletableFuture.completedFuture(commits.answer.build().data());
    }
    return service
        .commitOffsets(
            caller, request.duplicate().setTopics(commits.known), BufferSupplier.NO_CACHING)
        .thenApply(commits::merged);
  }

  private void sort(OffsetCommitRequestTopic asked) {
    Optional<Topic> found = resolver.find(asked.topicId(), asked.name());
    if (found.isEmpty()) {
      answer.addPartitions(
          asked.topicId(),
          asked.name(),
          asked.partitions(),
          OffsetCommitRequestPartition::partitionIndex,
          resolver.unknownTopic());
      return;
    }
    Topic topic = found.get();
    OffsetCommitRequestTopic kept =
        new OffsetCommitRequestTopic()
            .setTopicId(TopicImages.uuid(topic.id()))
            .setName(topic.name());
    for (OffsetCommitRequestPartition partition : asked.partitions()) {
      sort(topic, partition, kept);
    }
    if (!kept.partitions().isEmpty()) {
      known.add(kept);
    }
  }

  private void sort(
      Topic topic, OffsetCommitRequestPartition partition, OffsetCommitRequestTopic kept) {
    int index = partition.partitionIndex();
    if (index >= 0 && index < topic.partitions()) {
      kept.partitions().add(partition);
    } else {
      answer.addPartition(kept.topicId(), kept.name(), index, Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }
  }

  private OffsetCommitResponseData merged(OffsetCommitResponseData committed) {
    return answer.merge(committed).build().data();
  }
}
