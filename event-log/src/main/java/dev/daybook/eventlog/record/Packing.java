package dev.daybook.eventlog.record;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.xxhash.XXHashFactory;

/// A codec and how hard it works; levels are those of the codec, as in Kafka's `compression.CODEC.level`.
///
/// @param level of no meaning where the codec has none
public record Packing(Compression compression, int level) {
  /// What gzip calls its own default.
  public static final int GZIP_LEVEL = -1;

  /// Kafka's default: the fast way. All others are slower and pack better.
  public static final int LZ4_LEVEL = 9;

  public static final int ZSTD_LEVEL = 3;

  /// Packs with this codec's default level.
  public static Packing of(Compression compression) {
    return new Packing(
        compression,
        switch (compression) {
          case GZIP -> GZIP_LEVEL;
          case LZ4 -> LZ4_LEVEL;
          case ZSTD -> ZSTD_LEVEL;
          case NONE, SNAPPY -> 0;
        });
  }

  /// Packs what is written, to be read by any Kafka client. Closing finishes the packed bytes.
  OutputStream pack(OutputStream target) throws IOException {
    return switch (compression) {
      case NONE, SNAPPY -> compression.pack(target);
      case GZIP -> new LeveledGzip(target, level);
      case LZ4 -> level == LZ4_LEVEL ? compression.pack(target) : hardLz4(target);
      case ZSTD -> new ZstdOutputStreamNoFinalizer(target, level);
    };
  }

  private OutputStream hardLz4(OutputStream target) throws IOException {
    return new LZ4FrameOutputStream(
        target,
        LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB,
        -1,
        LZ4Factory.fastestInstance().highCompressor(level),
        XXHashFactory.fastestInstance().hash32(),
        LZ4FrameOutputStream.FLG.Bits.BLOCK_INDEPENDENCE);
  }

  private static final class LeveledGzip extends GZIPOutputStream {
    private LeveledGzip(OutputStream target, int level) throws IOException {
      super(target);
      def.setLevel(level);
    }
  }
}
