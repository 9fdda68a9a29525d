package dev.daybook.eventlog.partition;

/// What one request to append is made of: what it brings comes into one journal entry, so it is durable with one force.
public sealed interface AppendPart permits PartitionAppend, MarkerAppend {
  Partition partition();

  /// About how many bytes it adds to the partition.
  int sizeBytes();
}
