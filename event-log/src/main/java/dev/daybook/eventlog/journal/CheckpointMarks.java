package dev.daybook.eventlog.journal;

import java.util.List;
import java.util.Map;

/// What needs no journal any more: everything that entries up to `sequence` say is durable in the partitions'
/// own files, up to these marks.
///
/// @param sequence of the last entry that is not needed any more; 0 when all are
/// @param partitions every partition that has files, in the order of their ids
/// @param reserved the ends of blocks of ids that may have been handed out, by the name of their kind
public record CheckpointMarks(
    long sequence, List<PartitionMark> partitions, Map<String, Long> reserved) {
  public CheckpointMarks {
    if (sequence < 0) {
      throw new IllegalArgumentException("A checkpoint names an entry or 0, not " + sequence);
    }
    partitions = List.copyOf(partitions);
    reserved = Map.copyOf(reserved);
  }
}
