package dev.daybook.eventlog.partition;

import java.nio.ByteBuffer;
import java.util.Optional;

/// One batch that somebody wants at the end of one partition. The buffer now belongs to the log: its base
/// offset and leader epoch are overwritten in place, and nobody else may change it any more.
///
/// @param notYet why it can not be appended for the moment, found out before it came here. The appender must hear of
///     it all the same, so that the producer's later batches, which are under way already, do not slip in before it
/// @param lease on the memory the batch lies in; held by the caller until the append's reply is complete
public record PartitionAppend(
    Partition partition, ByteBuffer batch, Optional<AppendResult.Refused> notYet, Lease lease) {

  public PartitionAppend(Partition partition, ByteBuffer batch) {
    this(partition, batch, Optional.empty(), Lease.COLLECTED);
  }
}
