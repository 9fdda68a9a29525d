package dev.daybook.eventlog.topic;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;

/// A topic as the catalogue knows it.
public record Topic(TopicId id, String name, int partitions, TopicConfig config) {
  public Topic {
    if (partitions < 1) {
      throw new IllegalArgumentException("A topic has at least one partition, not " + partitions);
    }
  }

  /// The partition of that index.
  public PartitionId partition(int index) {
    if (index < 0 || index >= partitions) {
      throw new IndexOutOfBoundsException(
          "Topic " + name + " has partitions 0 to " + (partitions - 1) + ", not " + index);
    }
    return new PartitionId(0, id, index);
  }

  /// The same topic with other settings.
  Topic with(TopicConfig newConfig) {
    return new Topic(id, name, partitions, newConfig);
  }

  /// The same topic with so many partitions.
  Topic with(int newPartitions) {
    return new Topic(id, name, newPartitions, config);
  }

  /// Whether the topic is one of Kafka's own, to which clients may not produce.
  public boolean internal() {
    return TopicNames.isInternal(name);
  }
}
