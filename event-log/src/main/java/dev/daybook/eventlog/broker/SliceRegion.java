package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.disk.DiskFile;
import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/// Bytes of a log file on their way to a socket, without passing through this process where the system can.
final class SliceRegion extends AbstractReferenceCounted implements FileRegion {
  private final DiskFile file;
  private final long position;
  private final int count;
  private long transferred;

  SliceRegion(DiskFile file, long position, int count) {
    this.file = file;
    this.position = position;
    this.count = count;
  }

  @Override
  public long transferTo(WritableByteChannel target, long from) throws IOException {
    long sent = file.transferTo(position + from, count - from, target);
    if (sent == 0 && position + from >= file.size()) {
      throw new EOFException(file.path() + " ends at " + file.size() + ", inside a batch");
    }
    transferred += sent;
    return sent;
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
