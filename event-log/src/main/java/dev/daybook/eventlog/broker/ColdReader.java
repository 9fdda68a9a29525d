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
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a file's bytes into the page cache, so that sending them does not make an event loop, and all its
/// connections, wait for the disk. One thread does it for all connections, in their turn, at a pace that leaves the disk to
/// who appends: exactly what is wanted is read, in pieces, where the system by itself would read megabytes ahead, and
/// each force would wait behind them.
///
/// Behind who reads on in turn it brings in the next bytes while he is busy with the last ones, so that disk, check and client
/// work at the same time.
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

  /// So many reads at most are under way that nobody has asked for yet. Each is of two steps.
  private static final int MAX_AHEAD = 8;

  /// A disk that cannot give what nobody has asked for is not asked for such again before this.
  private static final long AFTER_FAILURE_NS = TimeUnit.SECONDS.toNanos(10);

  private final Executor thread;
  private final ColdPace pace;
  private final Clock clock;
  private final Deque<Unseen> unseen = new ArrayDeque<>();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /// Reads that somebody waits for and that have not begun.
  private final AtomicInteger asked = new AtomicInteger();

  private final AtomicInteger ahead = new AtomicInteger();
  private boolean failed;
  private long failedAtNs;

  /// @param thread a single one, which owns the pace
  ColdReader(Executor thread, ColdPace pace, Clock clock) {
    this.thread = thread;
    this.pace = pace;
    this.clock = clock;
  }

  /// The one thread on which [#read] may be called, for who waits for what is read.
  Executor thread() {
    return this::ask;
  }

  private void ask(Runnable read) {
    asked.incrementAndGet();
    try {
      thread.execute(
          () -> {
            asked.decrementAndGet();
            read.run();
          });
    } catch (RejectedExecutionException e) {
      asked.decrementAndGet();
      throw e;
    }
  }

  /// Reads these bytes of a slice's file, unless they are in the page cache. Takes its time.
  void read(FileSlice slice, long position, int length) throws IOException {
    int done = 0;
    while (done < length) {
      done += readPiece(slice, position + done, length - done);
    }
  }

  /// Reads on its thread what who reads on behind this slice will ask for next: while [few append][ColdPace#isCalm], and behind all
  /// that somebody waits for. The slice may be closed meanwhile. Any thread may call.
  void readAhead(FileSlice slice) {
    if (ahead.incrementAndGet() > MAX_AHEAD) {
      ahead.decrementAndGet(); // So many read at once that the disk has enough to do.
      return;
    }
    executeAhead(() -> plan(slice), ahead::decrementAndGet);
  }

  /// @param end when there is nothing more to do, or the log is being closed
  private void executeAhead(Runnable step, Runnable end) {
    try {
      thread.execute(step);
    } catch (RejectedExecutionException e) {
      end.run();
    }
  }

  private void plan(FileSlice slice) {
    Optional<FileSlice> missing = Optional.empty();
    try {
      missing = mayReadAhead() ? slice.ahead(AHEAD_BYTES) : missing;
    } catch (IOException | RuntimeException e) {
      LOG.debug(
          "cannot be looked at slice={}",
          slice,
          e); // Perhaps it was deleted. Who reads it says so.
    }
    missing.ifPresentOrElse(found -> readCalmly(found, 0), ahead::decrementAndGet);
  }

  private void readCalmly(FileSlice slice, int done) {
    int read = done;
    try {
      while (read < slice.length() && mayReadAhead() && asked.get() == 0) {
        int wanted = Math.min(AHEAD_BYTES, slice.length() - read);
        read += readPiece(slice, slice.position() + read, wanted);
      }
    } catch (IOException | RuntimeException e) {
      noteFailure(slice, e);
    }
    if (read < slice.length() && mayReadAhead()) {
      int goOnAt = read;
      executeAhead(() -> readCalmly(slice, goOnAt), () -> endAhead(slice));
    } else {
      endAhead(slice);
    }
  }

  private void endAhead(FileSlice slice) {
    ahead.decrementAndGet();
    slice.close();
  }

  private boolean mayReadAhead() {
    failed = failed && clock.monotonicNs() - failedAtNs < AFTER_FAILURE_NS;
    return !failed && pace.isCalm();
  }

  private void noteFailure(FileSlice slice, Exception failure) {
    LOG.debug("cannot be read ahead file={}", slice.file(), failure); // Who asks for it says so.
    failed = true;
    failedAtNs = clock.monotonicNs();
  }

  private int readPiece(FileSlice slice, long position, int wanted) throws IOException {
    DiskFile file = slice.file();
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
    // Now, and not only when it was planned: others may have brought it in and found it whole
    // meanwhile, and lost it again.
    if (slice.forgetMissing(position, piece)) {
      file.prefetch(position, piece);
      await(file, position, piece);
    }
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
    int last = Math.min(BUFFER_BYTES, length);
    long lastFrom = position + length - last;
    int _ = file.read(scratch.clear().limit(last), lastFrom);
    if (file.isResident(position, length)) {
      return;
    }
    for (long from = position; from < lastFrom; from += BUFFER_BYTES) {
      int count = (int) Math.min(BUFFER_BYTES, lastFrom - from);
      if (file.read(scratch.clear().limit(count), from) < count) {
        return; // The file ends: who sends it will say so.
      }
    }
  }

  /// Bytes that were read, and were not seen in memory afterwards.
  private record Unseen(Path path, long from, long to, long atNs) {}
}
