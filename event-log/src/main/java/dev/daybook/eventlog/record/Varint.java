package dev.daybook.eventlog.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Zigzag numbers of variable length, as the package's description has them.
final class Varint {
  private static final int MAX_INT_SHIFT = 28;
  private static final int MAX_LONG_SHIFT = 63;

  private Varint() {}

  static int readInt(ByteBuffer source) throws MalformedRecordsException {
    int bits = 0;
    for (int shift = 0; shift <= MAX_INT_SHIFT; shift += 7) {
      byte group = nextByte(source);
      bits |= (group & 0x7f) << shift;
      if (group >= 0) {
        return unzigzag(bits);
      }
    }
    throw new MalformedRecordsException("A varint is longer than 5 bytes");
  }

  static long readLong(ByteBuffer source) throws MalformedRecordsException {
    long bits = 0;
    for (int shift = 0; shift <= MAX_LONG_SHIFT; shift += 7) {
      byte group = nextByte(source);
      bits |= (group & 0x7fL) << shift;
      if (group >= 0) {
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    throw new MalformedRecordsException("A varlong is longer than 10 bytes");
  }

  static int readInt(InputStream source) throws IOException {
    int bits = 0;
    for (int shift = 0; shift <= MAX_INT_SHIFT; shift += 7) {
      int group = source.read();
      if (group < 0) {
        throw new MalformedRecordsException("The records end within a varint");
      }
      bits |= (group & 0x7f) << shift;
      if (group < 0x80) {
        return unzigzag(bits);
      }
    }
    throw new MalformedRecordsException("A varint is longer than 5 bytes");
  }

  /// Writes a number of either width: a long that fits an int has the int's bytes.
  static void write(long value, ByteArrayOutputStream target) {
    long bits = (value << 1) ^ (value >> 63);
    while ((bits & ~0x7fL) != 0) {
      target.write((int) (bits & 0x7f) | 0x80);
      bits >>>= 7;
    }
    target.write((int) bits);
  }

  private static byte nextByte(ByteBuffer source) throws MalformedRecordsException {
    if (!source.hasRemaining()) {
      throw new MalformedRecordsException("The record ends within a varint");
    }
    return source.get();
  }

  private static int unzigzag(int bits) {
    return (bits >>> 1) ^ -(bits & 1);
  }
}
