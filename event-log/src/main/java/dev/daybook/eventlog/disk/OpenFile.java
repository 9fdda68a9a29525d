package dev.daybook.eventlog.disk;

import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;

/// A file of the machine's file system. Reads carry their position, so any thread may read; writing moves
/// the channel's position, because the JDK has no positional gather write, so there is one writer.
final class OpenFile implements DiskFile {
  /// The system takes at most 1024 buffers at once (IOV_MAX).
  private static final int MAX_BUFFERS_PER_WRITE = 1024;

  /// The JDK copies what lies on the heap into buffers outside of it, as much as is written at once, and keeps these
  /// for the thread's life.
  private static final int MAX_BYTES_PER_WRITE = 2 << 20;

  /// Less than this is not worth waiting for the disk; the cache takes it at once.
  private static final int WORTH_PAST_CACHE_BYTES = 64 << 10;

  private final Path path;
  private final FileChannel channel;
  private final PastCache pastCache;
  private final EarlyWrites earlyWrites;
  private final CachedPages cachedPages;

  OpenFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
    this.pastCache = new PastCache(path);
    this.earlyWrites = new EarlyWrites(path);
    this.cachedPages = new CachedPages(path, channel, Clock.system());
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      int count = readPiece(target, position + total);
      if (count < 0) {
        break;
      }
      total += count;
    }
    return total;
  }

  private int readPiece(ByteBuffer target, long position) throws IOException {
    try {
      return channel.read(target, position);
    } catch (IOException e) {
      if (e.getClass() != IOException.class) {
        throw e; // Closed: who reads goes by the type.
      }
      // The JDK has only the system's words, which name no file.
      throw named(e);
    }
  }

  private FileSystemException named(IOException failure) {
    FileSystemException named =
        new FileSystemException(path.toString(), null, failure.getMessage());
    named.initCause(failure);
    return named;
  }

  @Override
  public void write(long position, ByteBuffer... sources) throws IOException {
    channel.position(position);
    int first = 0;
    while (first < sources.length) {
      if (!sources[first].hasRemaining()) {
        first++;
      } else if (sources[first].remaining() > MAX_BYTES_PER_WRITE) {
        writePart(sources[first]);
      } else {
        channel.write(sources, first, countOfNextWrite(sources, first));
      }
    }
  }

  /// Head and end of the run share a block with what is before and behind them, so they take the way through the cache.
  @Override
  public void writeRun(long position, ByteBuffer... sources) throws IOException {
    long end = position;
    for (ByteBuffer source : sources) {
      end += source.remaining();
    }
    long from = (position + PastCache.BLOCK_BYTES - 1) & -PastCache.BLOCK_BYTES;
    long to = end & -PastCache.BLOCK_BYTES;
    if (to - from < WORTH_PAST_CACHE_BYTES) {
      write(position, sources);
      return;
    }
    GatheredBytes gathered = new GatheredBytes(sources);
    List<ByteBuffer> head = gathered.take(from - position);
    List<ByteBuffer> blocks = gathered.take(to - from);
    write(position, head.toArray(ByteBuffer[]::new));
    if (!pastCache.write(from, blocks)) {
      write(from, blocks.toArray(ByteBuffer[]::new));
    }
    write(to, sources);
  }

  @Override
  public void beginForce(long position, long length) throws IOException {
    try {
      earlyWrites.begin(position, length);
    } catch (IOException e) {
      throw new ForceFailedException(path, e);
    }
  }

  private void writePart(ByteBuffer large) throws IOException {
    ByteBuffer part = large.slice(large.position(), MAX_BYTES_PER_WRITE);
    large.position(large.position() + channel.write(part));
  }

  private static int countOfNextWrite(ByteBuffer[] sources, int first) {
    int count = 0;
    long bytes = 0;
    while (first + count < sources.length && count < MAX_BUFFERS_PER_WRITE) {
      bytes += sources[first + count].remaining();
      if (count > 0 && bytes > MAX_BYTES_PER_WRITE) {
        break;
      }
      count++;
    }
    return count;
  }

  @Override
  public long transferTo(long position, long length, WritableByteChannel target)
      throws IOException {
    return channel.transferTo(position, length, target);
  }

  @Override
  public boolean isResident(long position, long length) throws IOException {
    return cachedPages.hold(position, length);
  }

  @Override
  public void prefetch(long position, long length) throws IOException {
    cachedPages.wish(position, length);
  }

  @Override
  public void truncate(long size) throws IOException {
    channel.truncate(size);
  }

  @Override
  public void force() throws IOException {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw new ForceFailedException(path, e);
    }
  }

  @Override
  public void close() throws IOException {
    pastCache.close();
    earlyWrites.close();
    cachedPages.close();
    channel.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
