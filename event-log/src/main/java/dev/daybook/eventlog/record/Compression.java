package dev.daybook.eventlog.record;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.xerial.snappy.SnappyOutputStream;

/// The codecs a batch's records may be packed with. Nothing is unpacked without an [OutputCap].
public enum Compression {
  NONE(0),
  GZIP(1),
  SNAPPY(2),
  LZ4(3),
  ZSTD(4);

  private static final Compression[] BY_ID = values();

  /// The largest zstd window we take, as a power of two: 8 MiB for a stream, where zstd's own limit allows 128.
  private static final int ZSTD_WINDOW_LOG_MAX = 23;

  private final int id;

  Compression(int id) {
    this.id = id;
  }

  /// The codec with this id in a batch's attributes.
  ///
  /// @throws IllegalArgumentException when there is none
  public static Compression of(int id) {
    if (!isKnown(id)) {
      throw new IllegalArgumentException("There is no compression with id " + id);
    }
    return BY_ID[id];
  }

  static boolean isKnown(int id) {
    return id >= 0 && id < BY_ID.length;
  }

  /// The number that stands in a batch's attributes.
  public int id() {
    return id;
  }

  /// Unpacks the remaining bytes while they are read. The stream fails with an [IOException] when they are not of this
  /// codec, stop short or grow beyond the cap; it holds memory outside the heap until it is closed.
  public InputStream unpack(ByteBuffer packed, OutputCap cap) throws IOException {
    try {
      return open(packed, cap);
    } catch (RuntimeException e) {
      // Of a library that looks at the first bytes at once, and does not expect these.
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private InputStream open(ByteBuffer packed, OutputCap cap) throws IOException {
    long maxBytes = cap.limitFor(packed.remaining());
    InputStream source = new BufferInputStream(packed.duplicate());
    return switch (this) {
      case NONE -> source;
      case GZIP -> new CappedInputStream(new GZIPInputStream(source), maxBytes);
      case SNAPPY -> new SnappyBlockInputStream(packed.duplicate(), maxBytes);
      // One frame, as Kafka's clients read it; what a second one held they would never see.
      case LZ4 -> new CappedInputStream(new LZ4FrameInputStream(source, true), maxBytes);
      case ZSTD ->
          new CappedInputStream(
              new ZstdInputStreamNoFinalizer(source).setLongMax(ZSTD_WINDOW_LOG_MAX), maxBytes);
    };
  }

  /// Packs what is written, to be read by any Kafka client. Closing finishes the packed bytes.
  public OutputStream pack(OutputStream target) throws IOException {
    return switch (this) {
      case NONE -> target;
      case GZIP -> new GZIPOutputStream(target);
      case SNAPPY -> new SnappyOutputStream(target);
      case LZ4 ->
          new LZ4FrameOutputStream(
              target,
              LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB,
              LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE);
      case ZSTD -> new ZstdOutputStreamNoFinalizer(target);
    };
  }
}
