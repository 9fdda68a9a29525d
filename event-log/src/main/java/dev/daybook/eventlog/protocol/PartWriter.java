package dev.daybook.eventlog.protocol;

import dev.daybook.eventlog.partition.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.common.record.internal.BaseRecords;

/// Writes a message into one buffer and notes where record batches belong, without touching them.
final class PartWriter implements Writable {
  private final ByteBuffer buffer;
  private final ByteBufferAccessor bytes;
  private final List<Response.Part> parts = new ArrayList<>();
  private int partStart;

  /// @param size what will be written, without batches
  PartWriter(int size) {
    this.buffer = ByteBuffer.allocate(size);
    this.bytes = new ByteBufferAccessor(buffer);
  }

  /// What was written, in order.
  Response finish() {
    endPart();
    return new Response(parts);
  }

  @Override
  public void writeRecords(BaseRecords records) {
    if (!(records instanceof SliceRecords(List<Slice> slices, int size))) {
      throw new IllegalArgumentException("Not slices of the log: " + records.getClass());
    }
    if (size > 0) {
      endPart();
      slices.forEach(slice -> parts.add(new Response.Part.Batches(slice)));
    }
  }

  private void endPart() {
    int end = buffer.position();
    if (end > partStart) {
      parts.add(new Response.Part.Encoded(buffer.slice(partStart, end - partStart)));
      partStart = end;
    }
  }

  @Override
  public void writeByte(byte value) {
    bytes.writeByte(value);
  }

  @Override
  public void writeShort(short value) {
    bytes.writeShort(value);
  }

  @Override
  public void writeInt(int value) {
    bytes.writeInt(value);
  }

  @Override
  public void writeLong(long value) {
    bytes.writeLong(value);
  }

  @Override
  public void writeDouble(double value) {
    bytes.writeDouble(value);
  }

  @Override
  public void writeByteArray(byte[] array) {
    bytes.writeByteArray(array);
  }

  @Override
  public void writeUnsignedVarint(int value) {
    bytes.writeUnsignedVarint(value);
  }

  @Override
  public void writeByteBuffer(ByteBuffer source) {
    bytes.writeByteBuffer(source);
  }

  @Override
  public void writeVarint(int value) {
    bytes.writeVarint(value);
  }

  @Override
  public void writeVarlong(long value) {
    bytes.writeVarlong(value);
  }
}
