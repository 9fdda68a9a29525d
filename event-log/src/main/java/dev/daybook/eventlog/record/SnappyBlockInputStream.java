package dev.daybook.eventlog.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;

/// Reads snappy as Kafka's clients write it. The library's own stream believes the sizes it reads and reserves
/// what they claim; this one looks at them first.
///
/// ```text
///  xerial's framing (Java clients)          bare (librdkafka)
///   8   0x82 'S' 'N' 'A' 'P' 'P' 'Y' 0       …  one snappy block to the end
///   4   version
///   4   oldest version that can read it
///   4   block's bytes ┐ again and
///   …   snappy block  ┘ again
/// ```
final class SnappyBlockInputStream extends InputStream {
  private static final long MAGIC = 0x82534e4150505900L;
  private static final int MAGIC_START = (int) (MAGIC >>> 32);
  private static final int FRAME_HEADER_BYTES = 16;

  private final ByteBuffer packed;
  private final boolean framed;
  private long allowedBytes;
  private byte[] block = new byte[0];
  private int nextIndex;

  /// @param maxBytes that all blocks together may claim to become
  SnappyBlockInputStream(ByteBuffer packed, long maxBytes) {
    this.packed = packed;
    this.allowedBytes = maxBytes;
    this.framed =
        packed.remaining() >= FRAME_HEADER_BYTES && packed.getLong(packed.position()) == MAGIC;
  }

  @Override
  public int read() throws IOException {
    return fill() ? block[nextIndex++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int from, int maxBytes) throws IOException {
    if (maxBytes == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int bytes = Math.min(maxBytes, block.length - nextIndex);
    System.arraycopy(block, nextIndex, target, from, bytes);
    nextIndex += bytes;
    return bytes;
  }

  private boolean fill() throws IOException {
    while (nextIndex == block.length) {
      if (!packed.hasRemaining()) {
        return false;
      }
      block = unpack(framed ? nextFramedBlock() : rest());
      nextIndex = 0;
    }
    return true;
  }

  private byte[] nextFramedBlock() throws IOException {
    int sizeBytes = readInt();
    // Streams written one after the other repeat the header.
    while (sizeBytes == MAGIC_START) {
      take(FRAME_HEADER_BYTES - Integer.BYTES);
      sizeBytes = readInt();
    }
    return take(sizeBytes);
  }

  private byte[] rest() throws IOException {
    return take(packed.remaining());
  }

  private int readInt() throws IOException {
    if (packed.remaining() < Integer.BYTES) {
      throw new IOException("The snappy bytes stop short");
    }
    return packed.getInt();
  }

  private byte[] take(int sizeBytes) throws IOException {
    if (sizeBytes < 0 || sizeBytes > packed.remaining()) {
      throw new IOException(
          "A snappy block claims %d bytes where %d are left"
              .formatted(sizeBytes, packed.remaining()));
    }
    byte[] bytes = new byte[sizeBytes];
    packed.get(bytes);
    return bytes;
  }

  private byte[] unpack(byte[] packedBlock) throws IOException {
    int claimedBytes = Snappy.uncompressedLength(packedBlock);
    if (claimedBytes < 0 || claimedBytes > allowedBytes) {
      throw new IOException(
          "A snappy block claims to become %d bytes where %d may come"
              .formatted(claimedBytes, allowedBytes));
    }
    allowedBytes -= claimedBytes;
    return Snappy.uncompress(packedBlock);
  }
}
