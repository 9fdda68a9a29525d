package dev.daybook.eventlog.record;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/// One record batch, where it lies: a view that reads its fields from a buffer and copies nothing. The picture of
/// the bytes is in this package's description.
///
/// A view is as safe as its bytes: ask [#check()] first when they come from outside. It moves neither position
/// nor limit of the buffer, so any number of views on one buffer may be read by any thread.
public final class RecordBatch {
  /// Bytes before the first record.
  public static final int HEADER_BYTES = 61;

  /// Bytes that `length` does not count: base offset and `length` itself.
  public static final int LENGTH_OVERHEAD_BYTES = 12;

  /// The only format there is here.
  public static final byte MAGIC = 2;

  /// The producer id, epoch and sequence of a producer that is not idempotent.
  public static final int NO_PRODUCER = -1;

  /// The timestamp of a record that has none.
  public static final long NO_TIMESTAMP = -1L;

  /// Where in a batch the bytes begin that its CRC covers; it covers all from there on.
  public static final int CRC_COVERS_FROM = 21;

  static final int BASE_OFFSET_AT = 0;
  static final int LENGTH_AT = 8;
  static final int LEADER_EPOCH_AT = 12;
  static final int MAGIC_AT = 16;
  static final int CRC_AT = 17;
  static final int ATTRIBUTES_AT = 21;
  static final int LAST_OFFSET_DELTA_AT = 23;
  static final int BASE_TIMESTAMP_AT = 27;
  static final int MAX_TIMESTAMP_AT = 35;
  static final int PRODUCER_ID_AT = 43;
  static final int PRODUCER_EPOCH_AT = 51;
  static final int BASE_SEQUENCE_AT = 53;
  static final int RECORD_COUNT_AT = 57;

  static final int COMPRESSION_MASK = 0x07;
  static final int LOG_APPEND_TIME_BIT = 0x08;
  static final int TRANSACTIONAL_BIT = 0x10;
  static final int CONTROL_BIT = 0x20;
  static final int DELETE_HORIZON_BIT = 0x40;

  private final ByteBuffer buffer;
  private final int index;

  private RecordBatch(ByteBuffer buffer, int index) {
    this.buffer = buffer;
    this.index = index;
  }

  /// The batch whose first byte is at `index` of a big-endian buffer.
  public static RecordBatch at(ByteBuffer buffer, int index) {
    return new RecordBatch(buffer, index);
  }

  /// Gives the batch at `index` its place in a log. Both fields lie outside the CRC.
  public static void assign(ByteBuffer buffer, int index, long baseOffset, int leaderEpoch) {
    buffer.putLong(index + BASE_OFFSET_AT, baseOffset);
    buffer.putInt(index + LEADER_EPOCH_AT, leaderEpoch);
  }

  /// Takes the sequence out of a batch, and makes its CRC anew.
  public static void removeSequence(ByteBuffer buffer, int index) {
    buffer.putInt(index + BASE_SEQUENCE_AT, NO_PRODUCER);
    buffer.putInt(index + CRC_AT, crcOf(buffer, index, at(buffer, index).sizeBytes()));
  }

  /// Takes a time of deletion out of the batch at `index`, if it has one, and makes its CRC anew. Its base timestamp is an
  /// ordinary one then.
  public static void removeDeleteHorizon(ByteBuffer buffer, int index) {
    short attributes = buffer.getShort(index + ATTRIBUTES_AT);
    if ((attributes & DELETE_HORIZON_BIT) != 0) {
      buffer.putShort(index + ATTRIBUTES_AT, (short) (attributes & ~DELETE_HORIZON_BIT));
      buffer.putInt(index + CRC_AT, crcOf(buffer, index, at(buffer, index).sizeBytes()));
    }
  }

  /// Dates the batch at `index` by the log: one time for all its records, instead of theirs. That is inside the CRC, which is
  /// made anew. Nothing is unpacked.
  public static void stamp(ByteBuffer buffer, int index, long appendedAtMs) {
    short attributes = buffer.getShort(index + ATTRIBUTES_AT);
    buffer.putShort(index + ATTRIBUTES_AT, (short) (attributes | LOG_APPEND_TIME_BIT));
    buffer.putLong(index + MAX_TIMESTAMP_AT, appendedAtMs);
    int sizeBytes = buffer.getInt(index + LENGTH_AT) + LENGTH_OVERHEAD_BYTES;
    buffer.putInt(index + CRC_AT, crcOf(buffer, index, sizeBytes));
  }

  public long baseOffset() {
    return buffer.getLong(index + BASE_OFFSET_AT);
  }

  public long lastOffset() {
    return baseOffset() + lastOffsetDelta();
  }

  /// The offset behind the last record: the base offset of what follows.
  public long nextOffset() {
    return lastOffset() + 1;
  }

  /// The whole batch's size, header included.
  public int sizeBytes() {
    return buffer.getInt(index + LENGTH_AT) + LENGTH_OVERHEAD_BYTES;
  }

  public int partitionLeaderEpoch() {
    return buffer.getInt(index + LEADER_EPOCH_AT);
  }

  public byte magic() {
    return buffer.get(index + MAGIC_AT);
  }

  /// The checksum that the batch carries, as an unsigned number.
  public long crc() {
    return Integer.toUnsignedLong(buffer.getInt(index + CRC_AT));
  }

  public short attributes() {
    return buffer.getShort(index + ATTRIBUTES_AT);
  }

  /// The codec that the records are packed with.
  ///
  /// @throws IllegalArgumentException when the attributes name a codec there is not
  public Compression compression() {
    return Compression.of(attributes() & COMPRESSION_MASK);
  }

  public TimestampType timestampType() {
    return (attributes() & LOG_APPEND_TIME_BIT) == 0
        ? TimestampType.CREATE_TIME
        : TimestampType.LOG_APPEND_TIME;
  }

  public boolean isTransactional() {
    return (attributes() & TRANSACTIONAL_BIT) != 0;
  }

  /// Whether the records are the log's own markers instead of data.
  public boolean isControl() {
    return (attributes() & CONTROL_BIT) != 0;
  }

  /// When the tombstones of this batch, or its marker, may go; empty while compaction has not said so. Where it is given,
  /// it stands in the base timestamp's place, and the records' times count from it.
  public OptionalLong deleteHorizonMs() {
    return (attributes() & DELETE_HORIZON_BIT) == 0
        ? OptionalLong.empty()
        : OptionalLong.of(baseTimestampMs());
  }

  /// Whether compaction left no record of it: it stands for its offsets, and perhaps for its producer's last sequence.
  public boolean isEmpty() {
    return recordCount() == 0;
  }

  public int lastOffsetDelta() {
    return buffer.getInt(index + LAST_OFFSET_DELTA_AT);
  }

  public long baseTimestampMs() {
    return buffer.getLong(index + BASE_TIMESTAMP_AT);
  }

  public long maxTimestampMs() {
    return buffer.getLong(index + MAX_TIMESTAMP_AT);
  }

  public long producerId() {
    return buffer.getLong(index + PRODUCER_ID_AT);
  }

  public short producerEpoch() {
    return buffer.getShort(index + PRODUCER_EPOCH_AT);
  }

  public int baseSequence() {
    return buffer.getInt(index + BASE_SEQUENCE_AT);
  }

  /// The last record's sequence. Sequences go round: after [Integer#MAX_VALUE] comes 0.
  public int lastSequence() {
    int base = baseSequence();
    return base < 0 ? base : (base + lastOffsetDelta()) & Integer.MAX_VALUE;
  }

  public int recordCount() {
    return buffer.getInt(index + RECORD_COUNT_AT);
  }

  /// Looks whether the bytes between here and the buffer's limit begin with a whole, undamaged batch as producers send it:
  /// with a record at each of its offsets.
  public BatchCheck check() {
    return check(false);
  }

  /// Looks whether they begin with a whole, undamaged batch as it may lie in a segment, where compaction may have left
  /// fewer records than offsets, or none.
  public BatchCheck checkStored() {
    return check(true);
  }

  private BatchCheck check(boolean mayHaveGaps) {
    int leftBytes = buffer.limit() - index;
    if (leftBytes < HEADER_BYTES) {
      return damaged(
          "%d bytes are left where a batch's header has %d".formatted(leftBytes, HEADER_BYTES));
    }
    long sizeBytes = (long) buffer.getInt(index + LENGTH_AT) + LENGTH_OVERHEAD_BYTES;
    if (sizeBytes < HEADER_BYTES || sizeBytes > leftBytes) {
      return damaged("the batch claims %d bytes where %d are left".formatted(sizeBytes, leftBytes));
    }
    if (magic() != MAGIC) {
      return damaged("the batch has message format %d where only 2 is known".formatted(magic()));
    }
    int codec = attributes() & COMPRESSION_MASK;
    if (!Compression.isKnown(codec)) {
      return damaged("the batch names compression %d, which is unknown".formatted(codec));
    }
    if (!countsRight(mayHaveGaps)) {
      return damaged(
          "the batch counts %d records where its last offset delta is %d"
              .formatted(recordCount(), lastOffsetDelta()));
    }
    int computed = crcOf(buffer, index, (int) sizeBytes);
    if (computed != (int) crc()) {
      return damaged(
          "the batch's CRC-32C is %08x where its bytes make %08x".formatted((int) crc(), computed));
    }
    return BatchCheck.Ok.INSTANCE;
  }

  private boolean countsRight(boolean mayHaveGaps) {
    return mayHaveGaps
        ? recordCount() >= 0 && recordCount() - 1 <= lastOffsetDelta() && lastOffsetDelta() >= 0
        : recordCount() > 0 && recordCount() - 1 == lastOffsetDelta();
  }

  /// The whole batch, header included: a read-only window on the same bytes.
  public ByteBuffer bytes() {
    return buffer.slice(index, sizeBytes()).asReadOnlyBuffer();
  }

  /// What stands behind the header, as it was sent: compressed, if the batch is.
  ByteBuffer payload() {
    return buffer.slice(index + HEADER_BYTES, sizeBytes() - HEADER_BYTES).asReadOnlyBuffer();
  }

  static int crcOf(ByteBuffer buffer, int index, int sizeBytes) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(index + ATTRIBUTES_AT, sizeBytes - ATTRIBUTES_AT));
    return (int) crc.getValue();
  }

  private static BatchCheck damaged(String reason) {
    return new BatchCheck.Damaged(reason);
  }

  @Override
  public String toString() {
    return "batch of offsets %d-%d in %d bytes".formatted(baseOffset(), lastOffset(), sizeBytes());
  }
}
