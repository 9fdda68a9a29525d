package dev.daybook.eventlog.record;

/// The identity of a partition: the shard whose journal carries it, its topic and its index within the
/// topic. Embedded there is one shard, 0; files already carry the number.
public record PartitionId(int shard, TopicId topic, int index) implements Comparable<PartitionId> {

  /// The catalogue's partition: first to be recovered, owner of every name.
  public static final PartitionId CATALOGUE = new PartitionId(0, TopicId.CATALOGUE, 0);

  public PartitionId {
    if (shard < 0 || index < 0) {
      throw new IllegalArgumentException(
          "Shard and index count from 0, not " + shard + " and " + index);
    }
  }

  /// The name of the partition's directory: topic id, dash, index.
  public String directoryName() {
    return topic + "-" + index;
  }

  /// Reads what [#directoryName()] wrote.
  ///
  /// @throws IllegalArgumentException when the name is not of that form
  public static PartitionId parse(int shard, String directoryName) {
    int dash = directoryName.lastIndexOf('-');
    if (dash != 22) {
      throw new IllegalArgumentException("Not a partition's directory: '" + directoryName + "'");
    }
    return new PartitionId(
        shard,
        TopicId.parse(directoryName.substring(0, dash)),
        Integer.parseInt(directoryName.substring(dash + 1)));
  }

  @Override
  public int compareTo(PartitionId other) {
    int order = Integer.compare(shard, other.shard);
    if (order == 0) {
      order = topic.compareTo(other.topic);
    }
    return order != 0 ? order : Integer.compare(index, other.index);
  }

  @Override
  public String toString() {
    return shard + "/" + directoryName();
  }
}
