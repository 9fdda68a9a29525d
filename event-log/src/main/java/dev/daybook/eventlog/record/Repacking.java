package dev.daybook.eventlog.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// Packs a batch's records with another codec. What the header says of anything else stays: producer, sequence, times, the
/// bits of transactions; the records' own bytes stay, too, so nothing in them must be understood for that.
public final class Repacking {
  private Repacking() {}

  /// The batch with its records unpacked, in memory of its own.
  ///
  /// @throws MalformedRecordsException when they can not be unpacked, or grow beyond the cap
  public static ByteBuffer unpack(RecordBatch batch, OutputCap cap)
      throws MalformedRecordsException {
    try (InputStream records = batch.compression().unpack(batch.payload(), cap)) {
      return batch(batch, Compression.NONE, records.readAllBytes());
    } catch (IOException e) {
      throw new MalformedRecordsException(
          "The records of a %s batch cannot be unpacked: %s"
              .formatted(batch.compression(), e.getMessage()),
          e);
    }
  }

  /// The batch with its records packed; they are not yet.
  public static ByteBuffer pack(RecordBatch unpacked, Packing packing) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    ByteBuffer payload = unpacked.payload();
    byte[] records = new byte[payload.remaining()];
    payload.get(records);
    try (OutputStream target = packing.pack(packed)) {
      target.write(records);
    } catch (IOException e) {
      // Memory takes every byte; a codec that fails here is a bug.
      throw new UncheckedIOException(e);
    }
    return batch(unpacked, packing.compression(), packed.toByteArray());
  }

  private static ByteBuffer batch(RecordBatch like, Compression compression, byte[] payload) {
    int sizeBytes = RecordBatch.HEADER_BYTES + payload.length;
    int attributes = (like.attributes() & ~RecordBatch.COMPRESSION_MASK) | compression.id();
    ByteBuffer batch = ByteBuffer.allocate(sizeBytes);
    batch.put(like.bytes().limit(RecordBatch.HEADER_BYTES)).put(payload).flip();
    batch.putInt(RecordBatch.LENGTH_AT, sizeBytes - RecordBatch.LENGTH_OVERHEAD_BYTES);
    batch.putShort(RecordBatch.ATTRIBUTES_AT, (short) attributes);
    return batch.putInt(RecordBatch.CRC_AT, RecordBatch.crcOf(batch, 0, sizeBytes));
  }
}
