package dev.daybook.eventlog.partition;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;

/// The offset behind the last record that is forced to disk; behind the last that is written, where the topic wants it so. Moved by the appender only, always forward;
/// read by everybody.
final class HighWatermark {
  private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
  private final FetchWaiters waiters = new FetchWaiters(this::get);
  private volatile long offset;

  HighWatermark(long offset) {
    this.offset = offset;
  }

  long get() {
    return offset;
  }

  FetchWaiters waiters() {
    return waiters;
  }

  /// Moves the mark; readers, listeners and waiters see it from here on.
  void advance(long newOffset) {
    if (newOffset < offset) {
      throw new IllegalStateException(
          "The high watermark never goes back: " + offset + " to " + newOffset);
    }
    if (newOffset == offset) {
      return;
    }
    offset = newOffset;
    for (LongConsumer listener : listeners) {
      Guests.call(() -> listener.accept(newOffset));
    }
    waiters.advanced(newOffset);
  }

  AutoCloseable listen(LongConsumer listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
