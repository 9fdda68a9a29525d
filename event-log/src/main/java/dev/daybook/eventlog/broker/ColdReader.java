package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.partition.ColdPace;
import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a file's bytes into the page cache, so that sending them does not make an event loop, and all its
/// connections, wait for the disk. One thread does it for all connections, in their turn, at a pace that leaves the disk to
/// who appends: exactly what is wanted is read, in pieces, where the system by itself would read megabytes ahead, and
/// each force would wait behind them.
///
/// Some file systems never say what of a file is in memory (ZFS keeps a cache of its own). What was read from there a moment
/// ago is not read again for it.
final class ColdReader {
  private static final Logger LOG = LoggerFactory.getLogger(ColdReader.class);

  /// How far ahead of the socket a file is read.
  static final int AHEAD_BYTES = 1 << 20;

  private static final int BUFFER_BYTES = 128 << 10;

  /// For so long, and of so many, it is known that they were read, though the system does not say so.
  private static final long A_MOMENT_NS = TimeUnit.SECONDS.toNanos(1);

  private static final int MAX_UNSEEN = 64;

  private final Executor thread;
  private final ColdPace pace;
  private final Clock clock;
  private final Deque<Unseen> unseen = new ArrayDeque<>();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /// @param thread a single one, which owns the pace
  ColdReader(Executor thread, ColdPace pace, Clock clock) {
    this.thread = thread;
    this.pace = pace;
    this.clock = clock;
  }

  /// The one thread on which [#read] may be called.
  Executor thread() {
    return thread;
  }

  /// Reads these bytes, unless they are in the page cache. Takes its time.
  void read(DiskFile file, long position, int length) throws IOException {
    int done = 0;
    while (done < length) {
      done += readPiece(file, position + done, length - done);
    }
  }

  /// Reads on its thread what nobody has asked for yet, while nobody appends, and closes the slice. Any thread may call.
  void readAhead(FileSlice slice) {
    try {
      thread.execute(() -> readCalmly(slice));
    } catch (RejectedExecutionException e) {
      slice.close(); // The log is being closed.
    }
  }

  private void readCalmly(FileSlice slice) {
    try (slice) {
      int done = 0;
      while (done < slice.length() && pace.isCalm()) {
        int step = Math.min(AHEAD_BYTES, slice.length() - done);
        read(slice.file(), slice.position() + done, step);
        done += step;
      }
    } catch (IOException e) {
      LOG.debug("cannot be read ahead file={}", slice.file(), e); // Who asks for it says so.
    }
  }

  private int readPiece(DiskFile file, long position, int wanted) throws IOException {
    if (file.isResident(position, wanted)) {
      return wanted;
    }
    int readBefore = readBefore(file, position, wanted);
    if (readBefore > 0) {
      return readBefore;
    }
    for (long waitNs = pace.waitNs(); waitNs > 0; waitNs = pace.waitNs()) {
      LockSupport.parkNanos(waitNs);
    }
    int piece = Math.min(pace.begin(), wanted);
    file.prefetch(position, piece);
    await(file, position, piece);
    pace.end();
    if (!file.isResident(position, piece)) {
      noteUnseen(new Unseen(file.path(), position, position + piece, clock.monotonicNs()));
    }
    return piece;
  }

  /// How many of these bytes were read a moment ago, though they are not seen in memory.
  private int readBefore(DiskFile file, long position, int wanted) {
    long nowNs = clock.monotonicNs();
    unseen.removeIf(read -> nowNs - read.atNs > A_MOMENT_NS);
    for (Unseen read : unseen) {
      if (read.path.equals(file.path()) && read.from <= position && position < read.to) {
        return (int) Math.min(wanted, read.to - position);
      }
    }
    return 0;
  }

  private void noteUnseen(Unseen read) {
    unseen.add(read);
    if (unseen.size() > MAX_UNSEEN) {
      unseen.remove();
    }
  }

  /// Only a read tells that bytes have come, or why they cannot. They come about in their order, so where the last ones are there
  /// all are, mostly, and nothing else is copied for it.
  private void await(DiskFile file, long position, int length) throws IOException {
    int left = length;
    while (left > 0) {
      int count = Math.min(BUFFER_BYTES, left);
      scratch.clear().limit(count);
      int _ = file.read(scratch, position + left - count);
      if (left == length && file.isResident(position, length)) {
        return;
      }
      left -= count;
    }
  }

  /// Bytes that were read, and were not seen in memory afterwards.
  private record Unseen(Path path, long from, long to, long atNs) {}
}
