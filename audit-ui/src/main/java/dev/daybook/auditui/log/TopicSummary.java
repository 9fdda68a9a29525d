package dev.daybook.auditui.log;

import java.util.List;
import java.util.OptionalLong;

/// A topic and what it holds. `offsetsSpan` is not a count of events: compaction and transactions
/// leave offsets without one. The size is absent where the broker does not tell it.
public record TopicSummary(String name, String id, boolean internal, List<Partition> partitions) {

  public record Partition(
      int index, long start, long end, OptionalLong sizeBytes, OptionalLong lastTimestampMs) {}

  public long offsetsSpan() {
    return partitions.stream().mapToLong(partition -> partition.end() - partition.start()).sum();
  }

  public OptionalLong sizeBytes() {
    boolean known = partitions.stream().allMatch(partition -> partition.sizeBytes().isPresent());
    return known
        ? OptionalLong.of(
            partitions.stream().mapToLong(partition -> partition.sizeBytes().orElse(0)).sum())
        : OptionalLong.empty();
  }

  public OptionalLong lastTimestampMs() {
    return partitions.stream()
        .map(Partition::lastTimestampMs)
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .max();
  }
}
