package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.time.Clock;

/// A pace that holds nothing back, for tests elsewhere.
public final class CalmPace {
  private CalmPace() {}

  public static ColdPace by(Clock clock) {
    return new ColdPace(clock, () -> false, () -> 1);
  }
}
