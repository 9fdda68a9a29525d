package dev.daybook.eventlog.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file of which the disk may not give every block any more. Such a block reads as zeros: for a file whose content proves itself
/// it is damage like any other then, which is found, told in its place and accepted as lost, while all the rest is served; and
/// no sector of one file keeps a log from being opened. Where zeros mean something, as they do in a journal, another filling is
/// taken, and whoever reads asks [#lastBad] as well.
///
/// Reads come from any thread.
public final class BadBlocks implements DiskFile {
  static final int BLOCK_BYTES = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(BadBlocks.class);

  private final DiskFile file;
  private final byte filling;

  /// The last bad block that anybody wanted to read; -1 while there is none.
  private final AtomicLong lastBad = new AtomicLong(-1);

  /// Whether somebody was told: once while the file is open, for bad blocks come in crowds.
  private final AtomicBoolean told = new AtomicBoolean();

  /// @param file whose readers verify what they get
  public BadBlocks(DiskFile file) {
    this(file, 0);
  }

  /// @param filling what the bytes of a bad block read as
  public BadBlocks(DiskFile file, int filling) {
    this.file = file;
    this.filling = (byte) filling;
  }

  /// Where the last bad block lies of those that somebody wanted to read; empty when there is none.
  public OptionalLong lastBad() {
    long last = lastBad.get();
    return last < 0 ? OptionalLong.empty() : OptionalLong.of(last);
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int start = target.position();
    try {
      return file.read(target, position);
    } catch (IOException e) {
      requireBadBlock(e);
      return readBlocks(target.position(start), position);
    }
  }

  @Override
  public int readGiven(ByteBuffer target, long position) throws IOException {
    return file.readGiven(target, position);
  }

  /// Reads block by block, for of all that was asked for as few bytes as can be are to be missing.
  private int readBlocks(ByteBuffer target, long position) throws IOException {
    long end = Math.min(position + target.remaining(), file.size());
    long at = position;
    while (at < end) {
      long blockEnd = Math.min(end, (at / BLOCK_BYTES + 1) * BLOCK_BYTES);
      int bytes = (int) (blockEnd - at);
      readBlock(target.slice(target.position(), bytes), at);
      target.position(target.position() + bytes);
      at = blockEnd;
    }
    return (int) Math.max(0, end - position);
  }

  private void readBlock(ByteBuffer block, long position) throws IOException {
    try {
      var _ = file.read(block, position);
    } catch (IOException e) {
      requireBadBlock(e);
      if (!told.getAndSet(true)) {
        LOG.warn(
            "the disk does not give all of a file position={} reason=\"{}\"",
            position,
            e.getMessage());
      }
      lastBad.accumulateAndGet(position / BLOCK_BYTES * BLOCK_BYTES, Math::max);
      block.clear();
      while (block.hasRemaining()) {
        block.put(filling);
      }
    }
    while (block.hasRemaining()) {
      block.put((byte) 0);
    }
  }

  private static void requireBadBlock(IOException failure) throws IOException {
    if (!SystemError.INPUT_OUTPUT.isEndOf(failure.getMessage())) {
      throw failure;
    }
  }

  @Override
  public void write(long position, ByteBuffer... sources) throws IOException {
    file.write(position, sources);
  }

  @Override
  public void writeRun(long position, ByteBuffer... sources) throws IOException {
    file.writeRun(position, sources);
  }

  @Override
  public void beginForce(long position, long length) throws IOException {
    file.beginForce(position, length);
  }

  @Override
  public long transferTo(long position, long length, WritableByteChannel target)
      throws IOException {
    return file.transferTo(position, length, target);
  }

  @Override
  public boolean isResident(long position, long length) throws IOException {
    return file.isResident(position, length);
  }

  @Override
  public void prefetch(long position, long length) throws IOException {
    file.prefetch(position, length);
  }

  @Override
  public void truncate(long size) throws IOException {
    file.truncate(size);
  }

  @Override
  public void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
