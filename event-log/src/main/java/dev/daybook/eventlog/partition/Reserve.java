package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.disk.Room;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Space that ordinary appends cannot take: a file of real blocks, given up when recovery, commits or deletes need room
/// on a disk that somebody filled up, and grown again in small steps when there is room. What it lacks is counted from
/// the free space ([Admission]), so a first start need not wait for it. Its content means nothing: any size found at a
/// start is good. It gives only to a write that found no room, and no more than that needs: who fills the disk takes the
/// rest. Where a write finds none in spite of what it got, and that can be taken back, it is not bytes that it lacks (but
/// inodes, perhaps): it gets no more, until it says that it found some.
///
/// The checkpointer grows it; whoever finds no room asks it to give, on his own thread, because he can not go on without.
/// They meet in a lock, held while a step is forced: a small one, but for what is taken back.
final class Reserve implements Room {
  private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);

  /// Grown by so much at once, so that no force of it takes long.
  private static final int STEP_BYTES = 4 << 20;

  private static final int CHUNK_BYTES = 256 << 10;

  private final Disk disk;
  private final Path directory;
  private final Path path;
  private final long targetBytes;
  private volatile long heldBytes;

  /// What was given to those who have not said yet that it helped; 0 where it did not.
  private final Map<Thread, Long> unproven = new HashMap<>();

  private Reserve(Disk disk, ShardFiles files, long targetBytes, long heldBytes) {
    this.disk = disk;
    this.directory = files.directory();
    this.path = files.reserve();
    this.targetBytes = targetBytes;
    this.heldBytes = heldBytes;
  }

  /// The reserve as a former life left it. Where the disk has not that much free besides, it is given up: what has to be
  /// recovered may need it.
  static Reserve open(Disk disk, ShardFiles files, long targetBytes) throws IOException {
    Reserve reserve = new Reserve(disk, files, targetBytes, sizeOf(disk, files.reserve()));
    long surplus = reserve.heldBytes - targetBytes;
    long lacking = targetBytes - reserve.usableBytes();
    reserve.giveUp(Math.max(surplus, lacking));
    return reserve;
  }

  private static long sizeOf(Disk disk, Path path) throws IOException {
    if (!disk.exists(path)) {
      return 0;
    }
    try (DiskFile file = disk.open(path)) {
      return file.size();
    }
  }

  long heldBytes() {
    return heldBytes;
  }

  /// Free space that is left for whoever must write, while there is any reserve to give.
  long floorBytes() {
    return targetBytes / 16;
  }

  long usableBytes() throws IOException {
    return disk.usableBytes(directory);
  }

  /// Sees to it that so much is free, and a little more; where the reserve does not reach for that, it is kept for others.
  ///
  /// @return whether it is
  synchronized boolean makeRoom(long bytes) throws IOException {
    long lacking = bytes + floorBytes() - usableBytes();
    if (lacking > heldBytes) {
      return false;
    }
    giveUp(lacking);
    return usableBytes() >= bytes + floorBytes();
  }

  /// Gives up what a write needs that found no room, and a little more, or all there is; whatever the disk says is free. Who
  /// asks again, and has not said that it helped, gets no more where it can not have.
  ///
  /// @return whether there was anything to give
  @Override
  public synchronized boolean give(long bytes) throws IOException {
    if (usableBytes() >= bytes + floorBytes() && wasGivenInVain()) {
      return false;
    }
    long before = heldBytes;
    giveUp(bytes + floorBytes());
    long given = before - heldBytes;
    if (given > 0) {
      unproven.merge(Thread.currentThread(), given, Long::sum);
    }
    return given > 0;
  }

  /// Whether what this thread got is there, and helped nothing.
  private boolean wasGivenInVain() throws IOException {
    long given = unproven.getOrDefault(Thread.currentThread(), -1L);
    if (given > 0 && takeBack(given)) {
      LOG.warn("took back what did not help bytes={} held={}", given, heldBytes);
      unproven.put(Thread.currentThread(), 0L);
      return true;
    }
    return given == 0;
  }

  private boolean takeBack(long bytes) throws IOException {
    try (DiskFile file = disk.open(path)) {
      grow(file, Math.min(bytes, targetBytes - heldBytes));
      return true;
    } catch (IOException e) {
      if (!DiskFull.isCauseOf(e)) {
        throw e;
      }
      return false;
    }
  }

  /// As [#give], and nothing where it does not reach for that.
  ///
  /// @return whether it does
  @Override
  public synchronized boolean giveWhole(long bytes) throws IOException {
    return heldBytes >= bytes + floorBytes() && give(bytes);
  }

  @Override
  public synchronized void helped() {
    unproven.remove(Thread.currentThread());
  }

  /// Whether it is not as large as it should be.
  boolean isLacking() {
    return heldBytes < targetBytes;
  }

  /// Gives up so many bytes, or all there are. A truncated file's blocks are free when that is forced.
  synchronized void giveUp(long bytes) throws IOException {
    long given = Math.min(bytes, heldBytes);
    if (given <= 0) {
      return;
    }
    long left = heldBytes - given;
    try (DiskFile file = disk.open(path)) {
      file.truncate(left);
      heldBytes = left;
      file.force();
    }
    LOG.warn("gave up a part of the disk's reserve bytes={} left={}", given, heldBytes);
  }

  /// Grows by one step, if it lacks anything and the disk has room. Where there is none in spite of what the disk said,
  /// it keeps what it got.
  ///
  /// @return whether it grew
  synchronized boolean grow() throws IOException {
    long step = Math.min(STEP_BYTES, targetBytes - heldBytes);
    step = Math.min(step, usableBytes() - 2 * floorBytes());
    boolean worthIt = step == targetBytes - heldBytes || step >= Math.min(STEP_BYTES, floorBytes());
    if (step <= 0 || !worthIt) {
      return false;
    }
    try (DiskFile file = disk.exists(path) ? disk.open(path) : DurableFiles.create(disk, path)) {
      grow(file, step);
      return true;
    } catch (IOException e) {
      if (!DiskFull.isCauseOf(e)) {
        throw e;
      }
      return false;
    }
  }

  private void grow(DiskFile file, long step) throws IOException {
    long grown = heldBytes + step;
    try {
      write(file, heldBytes, step);
    } catch (IOException e) {
      if (DiskFull.isCauseOf(e)) {
        file.truncate(heldBytes);
      }
      throw e;
    }
    file.force();
    heldBytes = grown;
  }

  /// Random bytes: some file systems keep no blocks for zeros.
  private static void write(DiskFile file, long from, long bytes) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, bytes)];
    new SplittableRandom(from).nextBytes(chunk);
    for (long at = 0; at < bytes; at += chunk.length) {
      int length = (int) Math.min(chunk.length, bytes - at);
      file.writeRun(from + at, ByteBuffer.wrap(chunk, 0, length));
    }
  }
}
