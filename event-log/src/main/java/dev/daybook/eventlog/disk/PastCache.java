package dev.daybook.eventlog.disk;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A second way into an open file, past the system's cache (O_DIRECT): for whole blocks only, gathered in a buffer that
/// lies as the system asks. The file's one writer owns it.
///
/// Where a file system does not offer this, which may show only with the first write, the caller writes through the
/// cache as always.
final class PastCache implements AutoCloseable {
  /// A page of the cache, and a multiple of what any disk asks for: so no page holds bytes of both ways.
  static final int BLOCK_BYTES = 4096;

  /// Fits in a processor's own cache, so the copy costs little beside the write.
  private static final int STAGING_BYTES = 1 << 20;

  /// Few threads write runs; each keeps its buffer, as the JDK does for its own copies.
  private static final ThreadLocal<ByteBuffer> STAGING =
      ThreadLocal.withInitial(
          () ->
              ByteBuffer.allocateDirect(STAGING_BYTES + BLOCK_BYTES)
                  .alignedSlice(BLOCK_BYTES)
                  .slice(0, STAGING_BYTES));

  /// No part of Java's standard, so asked for by name.
  private static final Optional<OpenOption> DIRECT = directOption();

  private final Path path;
  private @Nullable FileChannel channel;
  private boolean refused;

  PastCache(Path path) {
    this.path = path;
  }

  /// Writes whole blocks at a block's place. The buffers stay as they are.
  ///
  /// @return whether all was written; if not, any part may have been, and the cache's way is the one to take from now on
  boolean write(long position, List<ByteBuffer> wholeBlocks) {
    FileChannel open = open();
    ByteBuffer staging = STAGING.get().clear();
    long at = position;
    for (ByteBuffer source : wholeBlocks) {
      ByteBuffer left = source.duplicate();
      while (open != null && left.hasRemaining()) {
        fill(staging, left);
        if (!staging.hasRemaining()) {
          open = writeWhole(open, at, staging.flip()) ? open : null;
          at += staging.limit();
          staging.clear();
        }
      }
    }
    refused = open == null || !writeWhole(open, at, staging.flip());
    return !refused;
  }

  private static void fill(ByteBuffer target, ByteBuffer source) {
    int count = Math.min(target.remaining(), source.remaining());
    target.put(target.position(), source, source.position(), count);
    target.position(target.position() + count);
    source.position(source.position() + count);
  }

  /// A write that comes back short stands at a full disk, or at a system that wants other blocks: the cache's way tells.
  private static boolean writeWhole(FileChannel open, long position, ByteBuffer blocks) {
    try {
      return open.write(blocks, position) == blocks.limit();
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<OpenOption> directOption() {
    try {
      return Arrays.stream(Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants())
          .filter(option -> option.toString().equals("DIRECT"))
          .map(OpenOption.class::cast)
          .findFirst();
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  private @Nullable FileChannel open() {
    if (channel == null && !refused) {
      try {
        channel = DIRECT.isPresent() ? FileChannel.open(path, WRITE, DIRECT.get()) : null;
      } catch (IOException | UnsupportedOperationException e) {
        refused = true;
      }
    }
    return refused ? null : channel;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
