package dev.daybook.eventlog.partition;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/// Those who wait for records of one partition. Registered from any thread; woken once, by the move of the
/// high watermark that passes their offset, on the appender's thread.
public final class FetchWaiters {
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
  private final LongSupplier highWatermark;
  private volatile boolean closed;

  FetchWaiters(LongSupplier highWatermark) {
    this.highWatermark = highWatermark;
  }

  /// Waits until the high watermark is above `offset`. If it is already, or the partition is gone, `wake`
  /// runs before this returns.
  ///
  /// @param wake runs once; must not block
  public Waiter await(long offset, Runnable wake) {
    Waiting waiter = new Waiting(offset, wake);
    waiting.add(waiter);
    // The watermark may have moved between the caller's look and the registration: look again.
    if (closed || highWatermark.getAsLong() > offset) {
      waiter.wakeOnce();
    }
    return waiter;
  }

  /// Wakes all whom this watermark lets go on.
  void advanced(long newHighWatermark) {
    if (waiting.isEmpty()) {
      return;
    }
    for (Waiting waiter : waiting) {
      if (newHighWatermark > waiter.offset) {
        waiter.wakeOnce();
      }
    }
  }

  /// Wakes everybody: the partition is going.
  void close() {
    closed = true;
    waiting.forEach(Waiting::wakeOnce);
  }

  /// One that waits.
  public interface Waiter {
    /// Waits no longer.
    void cancel();
  }

  private final class Waiting implements Waiter {
    private final long offset;
    private final Runnable wake;
    private final AtomicBoolean done = new AtomicBoolean();

    private Waiting(long offset, Runnable wake) {
      this.offset = offset;
      this.wake = wake;
    }

    private void wakeOnce() {
      if (finish()) {
        Guests.call(wake);
      }
    }

    @Override
    public void cancel() {
      finish();
    }

    private boolean finish() {
      boolean first = done.compareAndSet(false, true);
      if (first) {
        waiting.remove(this);
      }
      return first;
    }
  }
}
