package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import dev.daybook.eventlog.topic.TopicNames;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/// Topic ids as Kafka's messages carry them, and topics that a message names either way.
final class TopicIds {
  private TopicIds() {}

  static Uuid wire(TopicId id) {
    return new Uuid(id.mostSignificantBits(), id.leastSignificantBits());
  }

  static TopicId of(Uuid id) {
    return new TopicId(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  /// The topic of this id; of this name, if the id is the one that means none.
  static Optional<Topic> find(TopicCatalog topics, Uuid id, String name) {
    return id.equals(Uuid.ZERO_UUID) ? topics.byName(name) : topics.byId(of(id));
  }

  /// What to say when there is no topic of this name, in a request that asks for nothing but topics by their names: whether
  /// there could be one.
  static ApiError missing(String name) {
    return TopicNames.isLegal(name)
        ? new ApiError(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no topic '" + name + "'")
        : new ApiError(
            Errors.INVALID_TOPIC_EXCEPTION,
            "'"
                + name
                + "' can not be a topic's name: that has 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-'");
  }

  /// What to say when there is no such topic: newer versions of requests name topics by their id only.
  static Errors unknown(String name) {
    return name.isEmpty() ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
  }
}
