package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.record.PartitionId;
import java.nio.ByteBuffer;

/// One decision about one partition. Replaying it needs no clock and no setting.
public sealed interface JournalItem {
  PartitionId partition();

  /// Record batches (Kafka v2, whole, contiguous, offsets assigned) to be added at the partition's end.
  record Batches(PartitionId partition, long baseOffset, ByteBuffer bytes) implements JournalItem {}

  /// The partition goes on in a new segment that starts at this offset.
  record Roll(PartitionId partition, long baseOffset) implements JournalItem {}

  /// The partition keeps nothing below this offset any more: segments that lie wholly below it go. It never goes back,
  /// and never above what is durable.
  record LogStart(PartitionId partition, long startOffset) implements JournalItem {}

  /// The partition no longer knows this producer, which has no open transaction there.
  record ForgetProducer(PartitionId partition, long producerId) implements JournalItem {}
}
