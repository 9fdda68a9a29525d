package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.topic.TopicNames;
import java.util.Comparator;
import java.util.Optional;

/// A partition that takes part in a transaction, by its topic's name, as Kafka's format has it.
public record TransactionPartition(String topic, int index)
    implements Comparable<TransactionPartition> {
  private static final Comparator<TransactionPartition> ORDER =
      Comparator.comparing(TransactionPartition::topic)
          .thenComparingInt(TransactionPartition::index);

  /// A partition in which groups keep their offsets.
  static TransactionPartition ofGroupOffsets(int index) {
    return new TransactionPartition(TopicNames.GROUP_OFFSETS, index);
  }

  /// The live partition, if there is one of this name.
  Optional<Partition> in(TransactionLog log) {
    return log.topics()
        .byName(topic)
        .filter(found -> index < found.partitions())
        .map(found -> log.partition(found.partition(index)));
  }

  boolean isGroupOffsets() {
    return topic.equals(TopicNames.GROUP_OFFSETS);
  }

  @Override
  public int compareTo(TransactionPartition other) {
    return ORDER.compare(this, other);
  }
}
