package dev.daybook.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file that is written over and over, and forced in groups: what is added while one group is forced makes the next. This
/// is the least that anybody does who answers only for forced bytes, and it is all that is done here: nothing is checked,
/// nobody could find anything again. With a [SecondFile] each byte is written once more, as who has a journal does. Where it grows
/// instead, each byte is written once and kept, all partitions one behind the other: the least of who keeps what he answered for.
///
/// Any thread adds; one thread writes, forces, and tells those who added.
final class ForcedRing {
  private static final int RING_BYTES = 256 << 20;
  private static final int GROUP_BYTES = 8 << 20;
  private static final int BLOCK_BYTES = 4096;

  /// Then a file that grows begins anew, as growing as before.
  private static final long GROWN_BYTES = 1L << 30;

  private final FileChannel file;
  private final boolean grows;
  private final @Nullable SecondFile second;
  private Group filling = new Group();
  private Group spare = new Group();
  private boolean isWriterIdle;
  private long position;

  private ForcedRing(FileChannel file, boolean grows, @Nullable SecondFile second) {
    this.file = file;
    this.grows = grows;
    this.second = second;
  }

  /// Writes the file once, so that no force has to tell the file system of fresh blocks, and begins.
  static ForcedRing start(Path path, @Nullable SecondFile second) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
    for (long at = 0; at < RING_BYTES; at += zeros.capacity()) {
      file.write(zeros.clear(), at);
    }
    file.force(true);
    return begin(new ForcedRing(file, false, second));
  }

  /// Begins with a file that grows, past the page cache.
  static ForcedRing startGrowing(Path path) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, DiskBound.direct());
    return begin(new ForcedRing(file, true, null));
  }

  private static ForcedRing begin(ForcedRing ring) {
    Thread.ofPlatform().daemon().name("ring").start(ring::run);
    return ring;
  }

  /// Takes a copy of the bytes. Waits while a whole group waits to be written.
  ///
  /// @param forced called by the ring's thread, in the order of these calls, when the bytes are forced
  synchronized void add(ByteBuffer bytes, Runnable forced) throws InterruptedException {
    while (filling.bytes.remaining() < bytes.remaining()) {
      wait();
    }
    filling.bytes.put(bytes);
    filling.forced.add(forced);
    if (isWriterIdle) {
      notifyAll();
    }
  }

  private void run() {
    try {
      while (true) {
        Group group = take();
        write(group.bytes.flip());
        group.forced.forEach(Runnable::run);
        if (second != null) {
          second.add(group.bytes.rewind());
        }
        giveBack(group);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Group take() throws InterruptedException {
    isWriterIdle = true;
    while (filling.forced.isEmpty()) {
      wait();
    }
    isWriterIdle = false;
    Group taken = filling;
    filling = spare;
    spare = taken;
    notifyAll();
    return taken;
  }

  /// Nobody looks at the spare one before the next is taken.
  private static void giveBack(Group group) {
    group.bytes.clear();
    group.forced.clear();
  }

  private void write(ByteBuffer bytes) throws IOException {
    if (!bytes.hasRemaining()) {
      return;
    }
    if (grows) {
      // Whole blocks only: what is behind the last byte is lost.
      bytes.limit((bytes.limit() + BLOCK_BYTES - 1) & -BLOCK_BYTES);
      if (position >= GROWN_BYTES) {
        file.truncate(0);
        position = 0;
      }
    } else if (position + bytes.remaining() > RING_BYTES) {
      position = 0;
    }
    while (bytes.hasRemaining()) {
      position += file.write(bytes, position);
    }
    file.force(false);
  }

  private static final class Group {
    private final ByteBuffer bytes =
        ByteBuffer.allocateDirect(GROUP_BYTES + BLOCK_BYTES)
            .alignedSlice(BLOCK_BYTES)
            .slice(0, GROUP_BYTES);
    private final List<Runnable> forced = new ArrayList<>();
  }
}
