package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.log.FileSlice;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// How many files are kept open for clients who are likely to ask for what follows, of all connections together. Any
/// thread.
final class KeptFiles {
  private final AtomicInteger count = new AtomicInteger();
  private final int most;
  private final Executor readers;

  /// @param most a small part of what the process may have open
  /// @param readers who close files: the last to close one that was deleted waits for the disk
  KeptFiles(int most, Executor readers) {
    this.most = most;
    this.readers = readers;
  }

  /// Whether one more may be kept. Who is told so gives it back by [#close].
  boolean mayKeep() {
    if (count.incrementAndGet() <= most) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }

  /// Closes what was kept.
  void close(List<FileSlice> kept) {
    if (kept.isEmpty()) {
      return;
    }
    count.addAndGet(-kept.size());
    Runnable closing = () -> kept.forEach(FileSlice::close);
    try {
      readers.execute(closing);
    } catch (RejectedExecutionException e) {
      closing.run(); // The server stops.
    }
  }
}
