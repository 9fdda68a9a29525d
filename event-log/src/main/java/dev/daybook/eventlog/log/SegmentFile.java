package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.BadBlocks;
import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A segment's file, open while somebody holds it: the writer until what it wrote is forced, a reader until its slice
/// is sent. So thousands of quiet partitions keep no file open, and a name that is removed leaves the bytes to who
/// reads them. Blocks that the disk does not give any more are damage ([BadBlocks]).
///
/// Any thread. Taking a file that is open costs no lock; opening and closing do.
final class SegmentFile {
  private final Disk disk;
  private final Path path;
  private final Predicate<RecordBatch> rightEpoch;
  private final ColdBytes cold = new ColdBytes(this);
  private final AtomicInteger holders = new AtomicInteger();
  private volatile @Nullable DiskFile opened;

  /// @param rightEpoch whether a batch has the leader epoch that it must
  SegmentFile(Disk disk, Path path, Predicate<RecordBatch> rightEpoch) {
    this.disk = disk;
    this.path = path;
    this.rightEpoch = rightEpoch;
  }

  /// A walk through the batches of the file, which the caller holds.
  BatchCursor cursor(DiskFile held, Place start, Place end, int windowBytes) {
    return new BatchCursor(walked(held), rightEpoch, start, end, windowBytes);
  }

  /// The file, which the caller holds, for walks.
  WalkedBytes walked(DiskFile held) {
    return new WalkedBytes(held, cold);
  }

  /// What is known of its bytes.
  ColdBytes cold() {
    return cold;
  }

  Path path() {
    return path;
  }

  /// The file, open until it is given back by [#release()].
  DiskFile hold() throws IOException {
    DiskFile file = holdIfOpen();
    return file != null ? file : open();
  }

  /// The file, held as by [#hold()], if it is open.
  @Nullable DiskFile holdIfOpen() {
    int count = holders.get();
    while (count > 0) {
      if (holders.compareAndSet(count, count + 1)) {
        return held();
      }
      count = holders.get();
    }
    return null;
  }

  /// The file of a segment that gets its first bytes, held as by [#hold()]. Before a recovery has come by, a file of a
  /// former life may stand there: it is written over.
  synchronized DiskFile holdFirst() throws IOException {
    if (!disk.exists(path)) {
      opened = new BadBlocks(disk.create(path));
    }
    return hold();
  }

  /// The file that the caller holds already.
  DiskFile held() {
    return Objects.requireNonNull(opened, "the file is not held");
  }

  void release() throws IOException {
    if (holders.decrementAndGet() == 0) {
      closeUnlessHeld();
    }
  }

  private synchronized DiskFile open() throws IOException {
    DiskFile file = opened;
    if (file == null) {
      file = new BadBlocks(disk.open(path));
      opened = file;
    }
    holders.incrementAndGet();
    return file;
  }

  private synchronized void closeUnlessHeld() throws IOException {
    DiskFile file = opened;
    if (holders.get() == 0 && file != null) {
      opened = null;
      file.close();
    }
  }
}
