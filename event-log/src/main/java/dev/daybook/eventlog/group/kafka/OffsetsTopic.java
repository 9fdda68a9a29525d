package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupLog;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import dev.daybook.eventlog.topic.TopicSettings;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;

/// `__consumer_offsets`, where the coordinator's whole state is. A group belongs to the partition its id hashes
/// to, so the number of partitions never changes once the topic is there.
final class OffsetsTopic {
  private OffsetsTopic() {}

  /// The topic, created when there is none. Completes when it is durable; fails when the log refuses it.
  static CompletableFuture<Topic> ensure(GroupLog log, GroupCoordinatorConfig config) {
    return existing(log)
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () -> log.createTopic(wanted(config)).thenApply(decision -> created(log, decision)));
  }

  private static java.util.Optional<Topic> existing(GroupLog log) {
    return log.topics().byName(TopicNames.GROUP_OFFSETS);
  }

  private static NewTopic wanted(GroupCoordinatorConfig config) {
    return new NewTopic(
        TopicNames.GROUP_OFFSETS,
        config.offsetsTopicPartitions(),
        Map.of(
            TopicSettings.CLEANUP_POLICY,
            "compact",
            TopicSettings.SEGMENT_BYTES,
            Integer.toString(config.offsetsTopicSegmentBytes())));
  }

  /// Also right when somebody else was faster: then the name is taken, and the topic there.
  private static Topic created(GroupLog log, CatalogDecision decision) {
    return existing(log).orElseThrow(() -> refusal(decision));
  }

  private static ApiException refusal(CatalogDecision decision) {
    String message = TopicNames.GROUP_OFFSETS + " could not be created: " + decision;
    boolean damaged =
        decision instanceof CatalogDecision.Refused(CatalogDecision.Reason reason, _)
            && reason == CatalogDecision.Reason.DAMAGED;
    return damaged
        ? new DamagedGroupsException(message)
        : new CoordinatorNotAvailableException(message);
  }
}
