package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// Finds the topic a client means: by its id where the request's version has ids, by its name before.
record TopicResolver(TopicCatalog topics, boolean byId) {

  Optional<Topic> find(Uuid id, String name) {
    return byId ? topics.byId(TopicImages.topicId(id)) : topics.byName(name);
  }

  /// What to tell about a topic that is not there.
  Errors unknownTopic() {
    return byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
  }
}
