package dev.daybook.eventlog.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes one batch, as a producer would: for the log's own topics and for tests. Used by one thread.
///
/// ```java
/// ByteBuffer batch = RecordBatchBuilder.compressed(Compression.ZSTD).append(nowMs, key, value).build();
/// ```
public final class RecordBatchBuilder {
  private final Compression compression;
  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private long baseOffset;
  private int leaderEpoch = -1;
  private int attributeBits;
  private long producerId = RecordBatch.NO_PRODUCER;
  private short producerEpoch = RecordBatch.NO_PRODUCER;
  private int baseSequence = RecordBatch.NO_PRODUCER;
  private int recordCount;
  private long baseTimestampMs = RecordBatch.NO_TIMESTAMP;
  private long maxTimestampMs = RecordBatch.NO_TIMESTAMP;

  private RecordBatchBuilder(Compression compression) {
    this.compression = compression;
  }

  public static RecordBatchBuilder uncompressed() {
    return compressed(Compression.NONE);
  }

  public static RecordBatchBuilder compressed(Compression compression) {
    return new RecordBatchBuilder(compression);
  }

  /// Where the batch stands in its log; 0 unless said otherwise.
  public RecordBatchBuilder at(long offset, int epoch) {
    this.baseOffset = offset;
    this.leaderEpoch = epoch;
    return this;
  }

  /// The idempotent producer that the batch comes from.
  public RecordBatchBuilder producer(long id, short epoch, int firstSequence) {
    this.producerId = id;
    this.producerEpoch = epoch;
    this.baseSequence = firstSequence;
    return this;
  }

  public RecordBatchBuilder transactional() {
    attributeBits |= RecordBatch.TRANSACTIONAL_BIT;
    return this;
  }

  /// Marks the records as the log's own.
  public RecordBatchBuilder control() {
    attributeBits |= RecordBatch.CONTROL_BIT;
    return this;
  }

  /// Says that the log dates the records: all have the youngest record's time.
  public RecordBatchBuilder logAppendTime() {
    attributeBits |= RecordBatch.LOG_APPEND_TIME_BIT;
    return this;
  }

  public RecordBatchBuilder append(
      long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
    return append(timestampMs, key, value, List.of());
  }

  /// Adds a record. The buffers stay as they are.
  public RecordBatchBuilder append(
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      List<RecordHeader> headers) {
    if (recordCount == 0) {
      baseTimestampMs = timestampMs;
    }
    maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
    body.reset();
    body.write(0);
    Varint.write(timestampMs - baseTimestampMs, body);
    Varint.write(recordCount, body);
    writeNullable(key);
    writeNullable(value);
    writeHeaders(headers);
    Varint.write(body.size(), records);
    records.writeBytes(body.toByteArray());
    recordCount++;
    return this;
  }

  public int recordCount() {
    return recordCount;
  }

  /// The bytes so far, before they are packed.
  public int sizeBytes() {
    return RecordBatch.HEADER_BYTES + records.size();
  }

  /// The batch, from the buffer's position 0 to its limit.
  public ByteBuffer build() {
    if (recordCount == 0) {
      throw new IllegalStateException("A batch has at least one record");
    }
    byte[] payload = pack();
    int sizeBytes = RecordBatch.HEADER_BYTES + payload.length;
    ByteBuffer batch = ByteBuffer.allocate(sizeBytes);
    batch
        .putLong(baseOffset)
        .putInt(sizeBytes - RecordBatch.LENGTH_OVERHEAD_BYTES)
        .putInt(leaderEpoch)
        .put(RecordBatch.MAGIC)
        .putInt(0) // the CRC, once the rest stands
        .putShort((short) (attributeBits | compression.id()))
        .putInt(recordCount - 1)
        .putLong(baseTimestampMs)
        .putLong(maxTimestampMs)
        .putLong(producerId)
        .putShort(producerEpoch)
        .putInt(baseSequence)
        .putInt(recordCount)
        .put(payload)
        .flip();
    return batch.putInt(RecordBatch.CRC_AT, RecordBatch.crcOf(batch, 0, sizeBytes));
  }

  private byte[] pack() {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream packing = compression.pack(packed)) {
      records.writeTo(packing);
    } catch (IOException e) {
      // Memory takes every byte; a codec that fails here is a bug.
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private void writeNullable(@Nullable ByteBuffer bytes) {
    if (bytes == null) {
      Varint.write(-1, body);
      return;
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    Varint.write(copy.length, body);
    body.writeBytes(copy);
  }

  private void writeHeaders(List<RecordHeader> headers) {
    Varint.write(headers.size(), body);
    for (RecordHeader header : headers) {
      writeNullable(StandardCharsets.UTF_8.encode(header.key()));
      writeNullable(header.value());
    }
  }
}
