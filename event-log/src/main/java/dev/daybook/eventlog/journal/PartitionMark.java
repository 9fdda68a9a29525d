package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.record.PartitionId;

/// How far one partition's files were durable when a checkpoint was made.
///
/// @param startOffset of the first record that the partition keeps
/// @param nextOffset behind its last record
/// @param segmentBaseOffset names the segment that was written to
/// @param segmentPosition how many bytes of that segment count
public record PartitionMark(
    PartitionId id, long startOffset, long nextOffset, long segmentBaseOffset, long segmentPosition)
    implements Comparable<PartitionMark> {

  /// In the order of the partitions' ids.
  @Override
  public int compareTo(PartitionMark other) {
    return id.compareTo(other.id);
  }
}
