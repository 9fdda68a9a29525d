package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.topic.TopicCatalog;
import org.apache.kafka.common.Uuid;

/// A topic some group once committed an offset for. The id tells it from a later topic of the same name; it is
/// zero in records that do not say.
record CommittedTopic(String name, Uuid id) {

  /// Whether the topic is there no longer, so that its offsets mean nothing.
  boolean isGone(TopicCatalog topics) {
    return id.equals(Uuid.ZERO_UUID)
        ? topics.byName(name).isEmpty()
        : topics.byId(TopicImages.topicId(id)).isEmpty();
  }
}
