package dev.daybook.eventlog.record;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Any bytes as a batch, or as what is in one, in every codec: they are read, or refused by the check or by
/// [MalformedRecordsException], within the cap.
class RecordsFuzz {
  private static final OutputCap CAP = new OutputCap(1 << 20, 100);

  @FuzzTest
  void anyBatch(byte[] bytes) {
    ByteBuffer batch = ByteBuffer.wrap(bytes);
    if (RecordBatch.at(batch, 0).check() instanceof BatchCheck.Ok) {
      read(batch);
    }
    if (bytes.length >= RecordBatch.HEADER_BYTES) {
      // With the length and the checksum made right, all else is looked at.
      batch.putInt(RecordBatch.LENGTH_AT, bytes.length - RecordBatch.LENGTH_OVERHEAD_BYTES);
      batch.putInt(RecordBatch.CRC_AT, RecordBatch.crcOf(batch, 0, bytes.length));
      if (RecordBatch.at(batch, 0).check() instanceof BatchCheck.Ok) {
        read(batch);
      }
    }
  }

  /// A codec, a count, and what is said to be packed.
  @FuzzTest
  void anyPackedBytes(byte[] bytes) {
    if (bytes.length >= 2) {
      read(batch(codec(bytes), bytes[1], Arrays.copyOfRange(bytes, 2, bytes.length)));
    }
  }

  /// A codec, a count, and records that are packed with it.
  @FuzzTest
  void anyRecords(byte[] bytes) throws IOException {
    if (bytes.length < 2) {
      return;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream target = codec(bytes).pack(packed)) {
      target.write(bytes, 2, bytes.length - 2);
    }
    read(batch(codec(bytes), bytes[1], packed.toByteArray()));
  }

  private static Compression codec(byte[] bytes) {
    return Compression.of((bytes[0] & 0xff) % Compression.values().length);
  }

  private static void read(ByteBuffer batch) {
    try {
      RecordReader.read(RecordBatch.at(batch, 0), CAP);
    } catch (MalformedRecordsException e) {
      // As it should be.
    }
  }

  private static ByteBuffer batch(Compression codec, byte count, byte[] payload) {
    ByteBuffer one =
        RecordBatchBuilder.uncompressed().append(1_000, null, ByteBuffer.allocate(1)).build();
    ByteBuffer batch = ByteBuffer.allocate(RecordBatch.HEADER_BYTES + payload.length);
    batch.put(one.slice(0, RecordBatch.HEADER_BYTES)).put(payload).flip();
    batch.putInt(RecordBatch.LENGTH_AT, batch.limit() - RecordBatch.LENGTH_OVERHEAD_BYTES);
    batch.putShort(RecordBatch.ATTRIBUTES_AT, (short) codec.id());
    batch.putInt(RecordBatch.LAST_OFFSET_DELTA_AT, count - 1);
    batch.putInt(RecordBatch.RECORD_COUNT_AT, count);
    batch.putInt(RecordBatch.CRC_AT, RecordBatch.crcOf(batch, 0, batch.limit()));
    return batch;
  }
}
