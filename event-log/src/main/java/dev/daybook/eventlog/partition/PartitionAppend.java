package dev.daybook.eventlog.partition;

import java.nio.ByteBuffer;
import java.util.Optional;

/// One batch that somebody wants at the end of one partition. The buffer now belongs to the log: its base
/// offset and leader epoch are overwritten in place, and nobody else may change it any more.
///
/// @param notYet why it can not be appended for the moment, found out before it came here. The appender must hear of
///     it all the same, so that the producer's later batches, which are under way already, do not slip in before it
/// @param guard taken before the transaction coordinator was asked whether this partition takes part in the batch's
///     transaction; only with it a batch may open one
/// @param lease on the memory the batch lies in; held by the caller until the append's reply is complete
public record PartitionAppend(
    Partition partition,
    ByteBuffer batch,
    Optional<AppendResult.Refused> notYet,
    Optional<TransactionGuard> guard,
    Lease lease)
    implements AppendPart {

  public PartitionAppend(Partition partition, ByteBuffer batch) {
    this(partition, batch, Optional.empty(), Lease.COLLECTED);
  }

  public PartitionAppend(
      Partition partition, ByteBuffer batch, Optional<AppendResult.Refused> notYet, Lease lease) {
    this(partition, batch, notYet, Optional.empty(), lease);
  }

  /// The same, of a transaction that the coordinator knows of.
  public PartitionAppend with(TransactionGuard verified) {
    return new PartitionAppend(partition, batch, notYet, Optional.of(verified), lease);
  }

  @Override
  public int sizeBytes() {
    return batch.remaining();
  }
}
