package dev.daybook.eventlog.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Short runs of log files that go to sockets as copies, of all connections together. A copy goes out in one call with what
/// the response says before and behind it, and wakes the client once; to send the file's own pages takes a call more for each of
/// the three. Any thread.
final class CopiedRuns {
  /// Copies of 64 KiB were measured to gain, those of 1 MiB to lose (docs/performance.md); where the two meet was not looked for.
  private static final int MAX_RUN_BYTES = 128 << 10;

  private final AtomicLong bytes = new AtomicLong();
  private final long maxBytes;

  /// @param maxBytes so much may wait for clients to take it. What comes above that is sent from the files, which takes no
  ///     memory.
  CopiedRuns(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// What is to be sent, read from the page cache, where it must be. Whoever gets a copy hands it to a socket, and
  /// [gives its bytes back][#taken] when it has gone.
  ///
  /// @return null when it must be sent from the file: it is too long, too much waits, there is no memory, or it cannot be read
  @Nullable ByteBuf copy(SliceRegion region, ByteBufAllocator allocator) {
    int size = (int) region.count();
    if (size > MAX_RUN_BYTES || !reserve(size)) {
      return null;
    }
    ByteBuf copy = room(size, allocator);
    if (copy != null && isRead(region, copy, size)) {
      return copy;
    }
    if (copy != null) {
      copy.release();
    }
    taken(size);
    return null;
  }

  private static @Nullable ByteBuf room(int size, ByteBufAllocator allocator) {
    try {
      return allocator.directBuffer(size);
    } catch (OutOfMemoryError e) {
      // The JVM was told to use less outside the heap; that is a bound like ours.
      return null;
    }
  }

  private static boolean isRead(SliceRegion region, ByteBuf copy, int size) {
    try {
      boolean whole = region.read(copy.nioBuffer(0, size)) == size;
      copy.writerIndex(size);
      return whole;
    } catch (IOException e) {
      return false; // Sending it meets the same fault, and says so.
    }
  }

  private boolean reserve(int size) {
    if (bytes.addAndGet(size) <= maxBytes) {
      return true;
    }
    taken(size);
    return false;
  }

  /// The client has taken so many bytes of copies, or has gone.
  void taken(int size) {
    bytes.addAndGet(-size);
  }

  /// Bytes of copies that wait for clients.
  long waitingBytes() {
    return bytes.get();
  }
}
