package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.partition.ColdPace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/// Brings a file's bytes into the page cache, so that sending them does not make an event loop, and all its
/// connections, wait for the disk. One thread does it for all connections, in their turn, at a pace that leaves the disk to
/// who appends: exactly what is wanted is read, in pieces, where the system by itself would read megabytes ahead, and
/// each force would wait behind them.
final class ColdReader {
  /// How far ahead of the socket a file is read.
  static final int AHEAD_BYTES = 1 << 20;

  private static final int BUFFER_BYTES = 128 << 10;

  private final Executor thread;
  private final ColdPace pace;
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /// @param thread a single one, which owns the pace
  ColdReader(Executor thread, ColdPace pace) {
    this.thread = thread;
    this.pace = pace;
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

  private int readPiece(DiskFile file, long position, int wanted) throws IOException {
    if (file.isResident(position, wanted)) {
      return wanted;
    }
    for (long waitNs = pace.waitNs(); waitNs > 0; waitNs = pace.waitNs()) {
      LockSupport.parkNanos(waitNs);
    }
    int piece = Math.min(pace.begin(), wanted);
    file.prefetch(position, piece);
    await(file, position, piece);
    pace.end();
    return piece;
  }

  /// Only a read tells that bytes have come, or why they cannot.
  private void await(DiskFile file, long position, int length) throws IOException {
    for (int done = 0; done < length; done += BUFFER_BYTES) {
      scratch.clear().limit(Math.min(BUFFER_BYTES, length - done));
      if (file.read(scratch, position + done) == 0) {
        return; // The file ends: who sends it will say so.
      }
    }
  }
}
