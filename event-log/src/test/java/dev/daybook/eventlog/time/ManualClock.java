package dev.daybook.eventlog.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until a test moves it. The wall clock may jump, the monotonic one only goes on.
public final class ManualClock implements Clock {
  private final AtomicLong wallMs = new AtomicLong(1_700_000_000_000L);
  private final AtomicLong monotonicNs = new AtomicLong(1);

  @Override
  public long wallMs() {
    return wallMs.get();
  }

  @Override
  public long monotonicNs() {
    return monotonicNs.get();
  }

  /// Lets time pass on both clocks.
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("Time does not go back: " + duration);
    }
    // In this order, so that nobody sees time pass without the date.
    wallMs.addAndGet(duration.toMillis());
    monotonicNs.addAndGet(duration.toNanos());
  }

  /// Somebody sets the machine's date, forward or back.
  public void setWallMs(long newWallMs) {
    wallMs.set(newWallMs);
  }
}
