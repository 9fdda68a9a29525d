package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.disk.DiskFile;
import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.TimeUnit;

/// Bytes of a log file on their way to a socket, without passing through this process where the system can.
///
/// They were in the page cache, verified, when they were handed to the socket. A client who is slow may let them wait
/// until they are there no more. Then they are not sent: nobody knows what the disk would make of them, and the event loop
/// does not wait for it. The connection ends, and the client may ask again.
final class SliceRegion extends AbstractReferenceCounted implements FileRegion {
  /// Who takes his bytes within this time costs no question.
  private static final long TRUST_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private final DiskFile file;
  private final long position;
  private final int count;
  private final boolean canBeSeen;
  private long seenNs;
  private long transferred;

  /// @param canBeSeen whether the system can tell that the bytes are in memory
  /// @param seenNs when it did
  SliceRegion(DiskFile file, long position, int count, boolean canBeSeen, long seenNs) {
    this.file = file;
    this.position = position;
    this.count = count;
    this.canBeSeen = canBeSeen;
    this.seenNs = seenNs;
  }

  /// Whether bytes that were in memory then may have left it.
  static boolean isOld(long seenNs, long nowNs) {
    return nowNs - seenNs > TRUST_NS;
  }

  @Override
  public long transferTo(WritableByteChannel target, long from) throws IOException {
    requireInMemory(from);
    long sent = file.transferTo(position + from, count - from, target);
    if (sent == 0 && position + from >= file.size()) {
      throw new EOFException(file.path() + " ends at " + file.size() + ", inside a batch");
    }
    transferred += sent;
    return sent;
  }

  /// Reads all of it, for who sends a copy. He does so at once: it was just seen in memory.
  ///
  /// @return how many bytes there were
  int read(ByteBuffer target) throws IOException {
    return file.readGiven(target, position);
  }

  private void requireInMemory(long from) throws IOException {
    long nowNs = System.nanoTime();
    if (canBeSeen && isOld(seenNs, nowNs)) {
      if (!file.isResident(position + from, count - from)) {
        throw new IOException(
            "bytes of "
                + file.path()
                + " left the page cache while their client was slow; it may ask again");
      }
      seenNs = nowNs;
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public long transferred() {
    return transferred;
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester")
  public long transfered() {
    return transferred;
  }

  @Override
  protected void deallocate() {
    // The slice, not one region of it, keeps the file open.
  }

  @Override
  public FileRegion retain() {
    super.retain();
    return this;
  }

  @Override
  public FileRegion retain(int increment) {
    super.retain(increment);
    return this;
  }

  @Override
  public FileRegion touch() {
    return this;
  }

  @Override
  public FileRegion touch(Object hint) {
    return this;
  }
}
