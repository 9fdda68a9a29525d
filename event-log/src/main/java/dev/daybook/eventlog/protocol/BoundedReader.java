package dev.daybook.eventlog.protocol;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.jspecify.annotations.Nullable;

/// Reads a message, and counts the array elements it announces before room is made for them. Kafka's generated
/// readers compare an array's length with the bytes that remain, so a frame of 1 MiB may ask for a million
/// objects; here it may not ask for more than [#MAX_ELEMENTS].
///
/// How it knows: a generated reader asks for [#remaining()] in one place only, right after it has read an array's
/// length. A test sends such frames for every API, so an upgrade that changes this is noticed.
final class BoundedReader implements Readable {
  /// More than any honest request holds: ten times the partitions a topic may have.
  static final int MAX_ELEMENTS = 100_000;

  private final ByteBuffer buffer;
  private final ByteBufferAccessor bytes;
  private int lastLength;
  private int elements;

  BoundedReader(ByteBuffer buffer) {
    this.buffer = buffer;
    this.bytes = new ByteBufferAccessor(buffer);
  }

  /// The array elements announced so far.
  int elements() {
    return elements;
  }

  @Override
  public int remaining() {
    int announced = Math.max(0, lastLength);
    lastLength = 0;
    if (announced > buffer.remaining() || announced > MAX_ELEMENTS - elements) {
      throw new IllegalArgumentException(
          "an array of " + announced + " elements after " + elements + " others");
    }
    elements += announced;
    return buffer.remaining();
  }

  @Override
  public int readInt() {
    lastLength = bytes.readInt();
    return lastLength;
  }

  @Override
  public int readUnsignedVarint() {
    int value = bytes.readUnsignedVarint();
    lastLength = value - 1;
    return value;
  }

  @Override
  public byte[] readArray(int size) {
    return bytes.readArray(checked(size));
  }

  @Override
  public ByteBuffer readByteBuffer(int size) {
    return bytes.readByteBuffer(checked(size));
  }

  /// Steps over a field this version does not know. It is not kept: nobody will ask for it.
  @Override
  public List<RawTaggedField> readUnknownTaggedField(
      @Nullable List<RawTaggedField> unknowns, int tag, int size) {
    buffer.position(buffer.position() + checked(size));
    return unknowns != null ? unknowns : new ArrayList<>(0);
  }

  @Override
  public byte readByte() {
    return bytes.readByte();
  }

  @Override
  public short readShort() {
    return bytes.readShort();
  }

  @Override
  public long readLong() {
    return bytes.readLong();
  }

  @Override
  public double readDouble() {
    return bytes.readDouble();
  }

  @Override
  public int readVarint() {
    return bytes.readVarint();
  }

  @Override
  public long readVarlong() {
    return bytes.readVarlong();
  }

  @Override
  public Readable slice() {
    return bytes.slice();
  }

  private int checked(int size) {
    if (size < 0 || size > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    return size;
  }
}
