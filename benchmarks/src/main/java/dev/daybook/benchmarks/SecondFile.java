package dev.daybook.benchmarks;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Where bytes go once more that were forced in a [ForcedRing] already: into a file that grows, in large runs, past the page
/// cache, and not forced before anybody is answered. This is what segments are to who keeps a journal.
///
/// One thread adds, another one writes; who adds waits while two runs are full.
final class SecondFile {
  private static final int RUN_BYTES = 8 << 20;
  private static final int BLOCK_BYTES = 4096;

  /// Then it begins anew, as growing as before.
  private static final long FILE_BYTES = 1L << 30;

  private final FileChannel file;
  private ByteBuffer filling = run();
  private ByteBuffer written = run();
  private boolean isFull;

  private SecondFile(FileChannel file) {
    this.file = file;
  }

  static SecondFile start(Path path) throws IOException {
    SecondFile second = new SecondFile(FileChannel.open(path, CREATE, WRITE, DiskBound.direct()));
    Thread.ofPlatform().daemon().name("second").start(second::write);
    return second;
  }

  /// Takes a copy of the bytes.
  void add(ByteBuffer bytes) throws InterruptedException {
    while (bytes.hasRemaining()) {
      int count = Math.min(bytes.remaining(), filling.remaining());
      filling.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
      if (!filling.hasRemaining()) {
        handOver();
      }
    }
  }

  private synchronized void handOver() throws InterruptedException {
    while (isFull) {
      wait();
    }
    ByteBuffer full = filling;
    filling = written;
    filling.clear();
    written = full;
    isFull = true;
    notifyAll();
  }

  private void write() {
    try {
      for (long position = 0; ; position += RUN_BYTES) {
        if (position == FILE_BYTES) {
          file.force(false);
          file.truncate(0);
          position = 0;
        }
        file.write(awaitFull(), position);
        free();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized ByteBuffer awaitFull() throws InterruptedException {
    while (!isFull) {
      wait();
    }
    return written.flip();
  }

  private synchronized void free() {
    isFull = false;
    notifyAll();
  }

  private static ByteBuffer run() {
    return ByteBuffer.allocateDirect(RUN_BYTES + BLOCK_BYTES)
        .alignedSlice(BLOCK_BYTES)
        .slice(0, RUN_BYTES);
  }
}
