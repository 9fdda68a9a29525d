package dev.daybook.auditui.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Avro's binary primitives over an array. Nothing is allocated before the bytes for it are known
/// to be there, so that a length of two billion in ten bytes costs ten bytes.
final class AvroInput {
  private final byte[] bytes;
  private int position;

  AvroInput(byte[] bytes, int position) {
    this.bytes = bytes;
    this.position = position;
  }

  int remaining() {
    return bytes.length - position;
  }

  boolean readBoolean() throws Undecodable {
    byte value = next();
    if (value != 0 && value != 1) {
      throw new Undecodable("a boolean is neither 0 nor 1" + here());
    }
    return value == 1;
  }

  int readInt() throws Undecodable {
    long value = readLong();
    if (value != (int) value) {
      throw new Undecodable("an int does not fit into 32 bits" + here());
    }
    return (int) value;
  }

  long readLong() throws Undecodable {
    long zigzag = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = next();
      zigzag |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new Undecodable("a number is longer than ten bytes" + here());
  }

  float readFloat() throws Undecodable {
    return slice(4).getFloat();
  }

  double readDouble() throws Undecodable {
    return slice(8).getDouble();
  }

  byte[] readBytes() throws Undecodable {
    return readFixed(readLong());
  }

  byte[] readFixed(long length) throws Undecodable {
    int from = skip(length);
    return Arrays.copyOfRange(bytes, from, position);
  }

  String readString() throws Undecodable {
    long length = readLong();
    int from = skip(length);
    try {
      var text = ByteBuffer.wrap(bytes, from, position - from);
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException malformed) {
      throw new Undecodable("a string is not UTF-8" + here());
    }
  }

  private byte next() throws Undecodable {
    return bytes[skip(1)];
  }

  private ByteBuffer slice(int length) throws Undecodable {
    int from = skip(length);
    return ByteBuffer.wrap(bytes, from, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int skip(long length) throws Undecodable {
    if (length < 0 || length > remaining()) {
      throw new Undecodable(
          "%d bytes are announced and %d are left%s".formatted(length, remaining(), here()));
    }
    int from = position;
    position += (int) length;
    return from;
  }

  private String here() {
    return " (byte " + position + ")";
  }
}
