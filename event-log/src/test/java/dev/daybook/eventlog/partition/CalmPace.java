package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/// Paces for tests elsewhere.
public final class CalmPace {
  private CalmPace() {}

  /// One that holds nothing back.
  public static ColdPace by(Clock clock) {
    return new ColdPace(clock, () -> false, () -> 1);
  }

  /// One that finds appends between any two looks.
  public static ColdPace besideProducers(Clock clock) {
    AtomicLong entries = new AtomicLong();
    return new ColdPace(clock, () -> false, () -> entries.addAndGet(1_000));
  }
}
