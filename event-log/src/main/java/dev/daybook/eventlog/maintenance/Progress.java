package dev.daybook.eventlog.maintenance;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// Told of every piece of a long copy, on the copying thread. It slows the copy by taking its time, and ends it by failing.
@FunctionalInterface
public interface Progress {
  /// Nobody listens and nothing is slowed.
  Progress NONE = bytes -> {};

  /// So many bytes more were read or written.
  void passed(long bytes) throws IOException;

  /// Slows a copy to so many bytes a second.
  static Progress limitedTo(long bytesPerSecond) {
    long begunNs = System.nanoTime();
    long[] passed = {0};
    return bytes -> {
      passed[0] += bytes;
      long dueNs = begunNs + (long) (passed[0] * (1e9 / bytesPerSecond));
      long earlyNs = dueNs - System.nanoTime();
      if (earlyNs > 0) {
        LockSupport.parkNanos(earlyNs);
      }
    };
  }

  /// This, and then that.
  default Progress and(Progress other) {
    return bytes -> {
      passed(bytes);
      other.passed(bytes);
    };
  }
}
