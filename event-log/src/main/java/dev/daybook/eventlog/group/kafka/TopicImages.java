package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.topic.Topic;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;

/// Topics in Kafka's form: changes to its metadata image, made of its own records. Only names, ids and partition
/// counts mean anything here; every partition is led by the one node there is.
final class TopicImages {
  /// The id of the node that leads everything.
  static final int NODE_ID = 1;

  private TopicImages() {}

  static Uuid uuid(TopicId id) {
    return new Uuid(id.mostSignificantBits(), id.leastSignificantBits());
  }

  static TopicId topicId(Uuid id) {
    return new TopicId(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  static MetadataDelta creation(MetadataImage image, Collection<Topic> topics) {
    MetadataDelta delta = new MetadataDelta.Builder().setImage(image).build();
    topics.forEach(topic -> create(delta, topic));
    return delta;
  }

  static MetadataDelta removal(MetadataImage image, Collection<Uuid> topics) {
    MetadataDelta delta = new MetadataDelta.Builder().setImage(image).build();
    topics.forEach(id -> delta.replay(new RemoveTopicRecord().setTopicId(id)));
    return delta;
  }

  /// More partitions.
  ///
  /// @param topics as they are now, and how many partitions each had before
  static MetadataDelta growth(MetadataImage image, Map<Topic, Integer> topics) {
    MetadataDelta delta = new MetadataDelta.Builder().setImage(image).build();
    topics.forEach((topic, before) -> addPartitions(delta, topic, before));
    return delta;
  }

  private static void create(MetadataDelta delta, Topic topic) {
    Uuid id = uuid(topic.id());
    delta.replay(new TopicRecord().setName(topic.name()).setTopicId(id));
    addPartitions(delta, topic, 0);
  }

  private static void addPartitions(MetadataDelta delta, Topic topic, int first) {
    for (int index = first; index < topic.partitions(); index++) {
      delta.replay(
          new PartitionRecord()
              .setTopicId(uuid(topic.id()))
              .setPartitionId(index)
              .setReplicas(List.of(NODE_ID))
              .setIsr(List.of(NODE_ID))
              .setLeader(NODE_ID));
    }
  }
}
