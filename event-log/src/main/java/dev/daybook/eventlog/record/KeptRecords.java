package dev.daybook.eventlog.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// The records of a batch that compaction keeps, and the batch that holds them alone. They keep their offsets, times and
/// bytes; the batch keeps all else but its count, its youngest time and, when that is asked for, gets a delete horizon.
/// Valid as long as the batch's bytes are.
public final class KeptRecords {
  private final RecordBatch batch;
  private final List<ByteBuffer> bodies = new ArrayList<>();
  private long maxTimestampMs = RecordBatch.NO_TIMESTAMP;
  private boolean holdsTombstone;

  private KeptRecords(RecordBatch batch) {
    this.batch = batch;
  }

  /// Reads a batch and keeps the records that pass.
  public static KeptRecords of(RecordBatch batch, Predicate<LogRecord> keeps)
      throws MalformedRecordsException {
    KeptRecords kept = new KeptRecords(batch);
    try (RecordReader records = RecordReader.open(batch, OutputCap.DEFAULT)) {
      while (records.hasNext()) {
        LogRecord record = records.next();
        if (keeps.test(record)) {
          kept.add(record, records.body());
        }
      }
    }
    return kept;
  }

  private void add(LogRecord record, ByteBuffer body) {
    bodies.add(body);
    maxTimestampMs = Math.max(maxTimestampMs, record.timestampMs());
    holdsTombstone |= record.value() == null;
  }

  public int count() {
    return bodies.size();
  }

  /// Whether the batch is as it was.
  public boolean isAll() {
    return bodies.size() == batch.recordCount();
  }

  /// Whether one of them has no value.
  public boolean holdsTombstone() {
    return holdsTombstone;
  }

  /// The batch with these records only, packed with the codec it had.
  ///
  /// @param deleteHorizonMs the one to give it; empty to leave what it has
  public ByteBuffer build(OptionalLong deleteHorizonMs) {
    byte[] payload = pack(deleteHorizonMs);
    int sizeBytes = RecordBatch.HEADER_BYTES + payload.length;
    ByteBuffer target = ByteBuffer.allocate(sizeBytes);
    target.put(batch.bytes().limit(RecordBatch.HEADER_BYTES)).put(payload).flip();
    target.putInt(RecordBatch.LENGTH_AT, sizeBytes - RecordBatch.LENGTH_OVERHEAD_BYTES);
    target.putInt(RecordBatch.RECORD_COUNT_AT, bodies.size());
    target.putLong(RecordBatch.MAX_TIMESTAMP_AT, maxTimestampMs);
    if (deleteHorizonMs.isPresent()) {
      target.putLong(RecordBatch.BASE_TIMESTAMP_AT, deleteHorizonMs.getAsLong());
      target.putShort(
          RecordBatch.ATTRIBUTES_AT, (short) (batch.attributes() | RecordBatch.DELETE_HORIZON_BIT));
    }
    return target.putInt(RecordBatch.CRC_AT, RecordBatch.crcOf(target, 0, sizeBytes));
  }

  private byte[] pack(OptionalLong deleteHorizonMs) {
    long shiftMs =
        deleteHorizonMs.isPresent() ? batch.baseTimestampMs() - deleteHorizonMs.getAsLong() : 0;
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream packing = batch.compression().pack(packed)) {
      for (ByteBuffer body : bodies) {
        ByteArrayOutputStream record = new ByteArrayOutputStream(body.remaining() + 10);
        write(shiftMs == 0 ? body : shifted(body, shiftMs), record);
        record.writeTo(packing);
      }
    } catch (IOException e) {
      // Memory takes every byte; a codec that fails here is a bug.
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  /// A record whose time counts from another base.
  private static ByteBuffer shifted(ByteBuffer body, long shiftMs) throws IOException {
    ByteBuffer source = body.duplicate();
    ByteArrayOutputStream moved = new ByteArrayOutputStream(source.remaining() + 10);
    moved.write(source.get());
    Varint.write(Varint.readLong(source) + shiftMs, moved);
    byte[] rest = new byte[source.remaining()];
    source.get(rest);
    moved.writeBytes(rest);
    return ByteBuffer.wrap(moved.toByteArray());
  }

  private static void write(ByteBuffer body, ByteArrayOutputStream target) {
    byte[] bytes = new byte[body.remaining()];
    body.get(body.position(), bytes);
    Varint.write(bytes.length, target);
    target.writeBytes(bytes);
  }
}
