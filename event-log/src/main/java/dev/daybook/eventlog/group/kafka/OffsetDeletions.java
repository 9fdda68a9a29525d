package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetDeleteResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;

/// One deletion of committed offsets, of topics nobody in the group subscribes to (KIP-496).
final class OffsetDeletions {
  private final OffsetDeleteResponse.Builder answer = new OffsetDeleteResponse.Builder();
  private final OffsetDeleteRequestTopicCollection known = new OffsetDeleteRequestTopicCollection();
  private final TopicCatalog topics;

  private OffsetDeletions(TopicCatalog topics) {
    this.topics = topics;
  }

  static CompletableFuture<? extends ApiMessage> delete(
      GroupCoordinatorService service,
      TopicCatalog topics,
      Caller caller,
      OffsetDeleteRequestData request) {
    OffsetDeletions deletions = new OffsetDeletions(topics);
    request.topics().forEach(deletions::sort);
    return service
        .deleteOffsets(
            caller,
            new OffsetDeleteRequestData().setGroupId(request.groupId()).setTopics(deletions.known),
            BufferSupplier.NO_CACHING)
        .thenApply(deleted -> deletions.answer.merge(deleted).build().data());
  }

  private void sort(OffsetDeleteRequestTopic asked) {
    Optional<Topic> found = topics.byName(asked.name());
    OffsetDeleteRequestTopic kept = new OffsetDeleteRequestTopic().setName(asked.name());
    for (OffsetDeleteRequestPartition partition : asked.partitions()) {
      int index = partition.partitionIndex();
      if (found.isPresent() && index >= 0 && index < found.get().partitions()) {
        kept.partitions().add(partition.duplicate());
      } else {
        answer.addPartition(asked.name(), index, Errors.UNKNOWN_TOPIC_OR_PARTITION);
      }
    }
    if (!kept.partitions().isEmpty()) {
      known.add(kept);
    }
  }
}
