package dev.daybook.eventlog.disk;

import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// An open file of a simulated disk. Lives as long as the disk's machine runs, whatever its name does.
final class SimulatedFile implements DiskFile {
  private static final int MAX_TRANSFER_BYTES = 8192;

  private final SimulatedDisk disk;
  private final Path path;
  private final SectorFile bytes;
  private boolean closed;

  SimulatedFile(SimulatedDisk disk, Path path, SectorFile bytes) {
    this.disk = disk;
    this.path = path;
    this.bytes = bytes;
    disk.opened(1);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() throws IOException {
    synchronized (disk) {
      requireOpen();
      return bytes.size();
    }
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    synchronized (disk) {
      requireOpen();
      disk.begin(Operation.READ, path);
      if (bytes.isSpoiled((int) position, target.remaining())) {
        throw new FileSystemException(path.toString(), null, "Input/output error");
      }
      int count = bytes.read(target, position);
      disk.wasRead(position, count);
      return count;
    }
  }

  @Override
  public boolean isResident(long position, long length) {
    return disk.keepsInCache(position, position + length);
  }

  @Override
  public void beginForce(long position, long length) {
    disk.begunEarly(length);
  }

  /// A write that fails or finds the disk full has written some of the bytes.
  @Override
  public void write(long position, ByteBuffer... sources) throws IOException {
    synchronized (disk) {
      requireOpen();
      IOException failure = null;
      try {
        disk.beginChange(Operation.WRITE, path);
      } catch (IOException e) {
        failure = e;
      }
      int at = (int) position;
      for (ByteBuffer source : sources) {
        int count = source.remaining();
        if (failure != null) {
          count = disk.random().nextInt(count + 1);
        }
        at += writeWhatFits(at, source, count);
        if (failure != null) {
          throw failure;
        }
        if (source.hasRemaining()) {
          throw new IOException("No space left on device: " + path);
        }
      }
    }
  }

  private int writeWhatFits(int at, ByteBuffer source, int count) {
    int growth = Math.max(0, at + count - Math.max(at, bytes.size()));
    int fits = count - growth + disk.take(growth);
    bytes.write(at, source, fits);
    return fits;
  }

  @Override
  public long transferTo(long position, long length, WritableByteChannel target)
      throws IOException {
    ByteBuffer part = ByteBuffer.allocate((int) Math.min(length, MAX_TRANSFER_BYTES));
    read(part, position);
    return target.write(part.flip());
  }

  @Override
  public void truncate(long size) throws IOException {
    synchronized (disk) {
      requireOpen();
      disk.beginChange(Operation.TRUNCATE, path);
      int before = bytes.size();
      bytes.truncate((int) size);
      disk.giveBack(before - bytes.size());
    }
  }

  @Override
  public void force() throws IOException {
    synchronized (disk) {
      requireOpen();
      try {
        disk.beginChange(Operation.FORCE, path);
      } catch (IOException e) {
        bytes.failForce(disk.random());
        throw e;
      }
      bytes.force();
    }
  }

  @Override
  public void close() {
    synchronized (disk) {
      if (!closed) {
        closed = true;
        disk.opened(-1);
      }
    }
  }

  private void requireOpen() throws IOException {
    disk.requireRunning();
    if (closed) {
      throw new ClosedChannelException();
    }
  }
}
