package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Brings a file's bytes into the page cache, so that sending them does not make an event loop, and all its
/// connections, wait for the disk. Runs on a reader's thread; what is there already is not read again.
final class Resident {
  /// How far ahead of the socket a file is read.
  static final int AHEAD_BYTES = 1 << 20;

  private static final int WORTH_ASKING_BYTES = 256 << 10;
  private static final int BUFFER_BYTES = 128 << 10;
  private static final ThreadLocal<ByteBuffer> SCRATCH =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BUFFER_BYTES));

  private Resident() {}

  /// Whether a long range is in the page cache already. A short one is read sooner than asked about: for it, the
  /// answer is no.
  static boolean isThere(DiskFile file, long position, int length) throws IOException {
    return length >= WORTH_ASKING_BYTES && file.isResident(position, length);
  }

  static void make(DiskFile file, long position, int length) throws IOException {
    if (isThere(file, position, length)) {
      return;
    }
    ByteBuffer scratch = SCRATCH.get();
    for (int done = 0; done < length; done += BUFFER_BYTES) {
      scratch.clear().limit(Math.min(BUFFER_BYTES, length - done));
      if (file.read(scratch, position + done) == 0) {
        return;
      }
    }
  }
}
