package dev.daybook.eventlog.record;

import java.nio.ByteBuffer;

/// A batch without records, which compaction leaves where it must keep something nevertheless: a producer's last
/// sequence, or just the offsets, so that batches carry on without a gap.
public final class EmptyBatch {
  private EmptyBatch() {}

  /// What tells of this batch's producer, without a record.
  public static ByteBuffer of(RecordBatch batch) {
    ByteBuffer empty = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
    empty.put(batch.bytes().limit(RecordBatch.HEADER_BYTES)).flip();
    int attributes = batch.attributes() & ~RecordBatch.COMPRESSION_MASK;
    empty.putShort(
        RecordBatch.ATTRIBUTES_AT, (short) (attributes & ~RecordBatch.DELETE_HORIZON_BIT));
    return sealed(empty.putLong(RecordBatch.BASE_TIMESTAMP_AT, RecordBatch.NO_TIMESTAMP));
  }

  /// A run of offsets that no record has any more.
  public static ByteBuffer ofOffsets(long baseOffset, long lastOffset, int leaderEpoch) {
    ByteBuffer gap = ByteBuffer.allocate(RecordBatch.HEADER_BYTES);
    gap.putLong(RecordBatch.BASE_OFFSET_AT, baseOffset);
    gap.putInt(RecordBatch.LEADER_EPOCH_AT, leaderEpoch);
    gap.put(RecordBatch.MAGIC_AT, RecordBatch.MAGIC);
    gap.putInt(RecordBatch.LAST_OFFSET_DELTA_AT, Math.toIntExact(lastOffset - baseOffset));
    gap.putLong(RecordBatch.BASE_TIMESTAMP_AT, RecordBatch.NO_TIMESTAMP);
    gap.putLong(RecordBatch.MAX_TIMESTAMP_AT, RecordBatch.NO_TIMESTAMP);
    gap.putLong(RecordBatch.PRODUCER_ID_AT, RecordBatch.NO_PRODUCER);
    gap.putShort(RecordBatch.PRODUCER_EPOCH_AT, (short) RecordBatch.NO_PRODUCER);
    gap.putInt(RecordBatch.BASE_SEQUENCE_AT, RecordBatch.NO_PRODUCER);
    return sealed(gap);
  }

  /// Whether a batch stands for its offsets only.
  public static boolean isOffsetsOnly(RecordBatch batch) {
    return batch.isEmpty() && batch.producerId() < 0;
  }

  private static ByteBuffer sealed(ByteBuffer batch) {
    batch.putInt(
        RecordBatch.LENGTH_AT, RecordBatch.HEADER_BYTES - RecordBatch.LENGTH_OVERHEAD_BYTES);
    batch.putInt(RecordBatch.RECORD_COUNT_AT, 0);
    return batch.putInt(RecordBatch.CRC_AT, RecordBatch.crcOf(batch, 0, RecordBatch.HEADER_BYTES));
  }
}
