package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.record.PartitionId;
import java.util.Optional;
import java.util.Set;

/// Entries that were durable and of which something is missing, told in their place during a replay.
///
/// @param fromSequence the first of them
/// @param toSequence behind the last, or [#UNKNOWN_END] when nobody can tell how many there were
/// @param partitions whose last batches in them are missing; empty when it may be any partition's
public record LostEntries(
    long fromSequence, long toSequence, Optional<Set<PartitionId>> partitions) {
  /// The journal ends before its time.
  public static final long UNKNOWN_END = Long.MAX_VALUE;

  /// Whether batches of this partition may be among what is missing.
  public boolean mayConcern(PartitionId partition) {
    return partitions.isEmpty() || partitions.get().contains(partition);
  }

  @Override
  public String toString() {
    return toSequence == UNKNOWN_END
        ? "the entries from " + fromSequence + " on"
        : toSequence - fromSequence == 1
            ? "entry " + fromSequence
            : "the entries " + fromSequence + " to " + (toSequence - 1);
  }
}
