package dev.daybook.eventlog.disk;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Opens files also at a moment when the process has as many open as the system lets it. That passes: of a crowd of
/// connections that come at once those too many are closed again, but not before they were accepted; and an owner that
/// cannot open a file stops the process. So it waits a little, and only on threads that may.
///
/// Nothing was opened, created or forced when the system said so, so to ask again is safe.
final class PatientOpening {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_NS = 1_000_000;

  private PatientOpening() {}

  /// Opens something.
  ///
  /// @throws IOException why it cannot be opened; also when too many files are open for long
  static <T> T open(Opening<T> opening) throws IOException {
    return open(opening, PATIENCE);
  }

  static <T> T open(Opening<T> opening, Duration patience) throws IOException {
    long endNs = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return opening.open();
      } catch (IOException e) {
        if (!areTooManyOpen(e) || System.nanoTime() - endNs > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NS);
      }
    }
  }

  private static boolean areTooManyOpen(IOException failure) {
    String message = failure.getMessage();
    return SystemError.TOO_MANY_FILES_OPEN.isToldBy(message)
        || SystemError.TOO_MANY_FILES_OPEN_BY_ALL.isToldBy(message);
  }

  /// What opens a file.
  @FunctionalInterface
  interface Opening<T> {
    T open() throws IOException;
  }
}
