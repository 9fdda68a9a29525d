package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/// Paces for tests elsewhere: one that holds nothing back, and one beside somebody who appends.
public final class CalmPace {
  private CalmPace() {}

  public static ColdPace by(Clock clock) {
    return new ColdPace(clock, () -> false, () -> 1);
  }

  /// That of a journal in which an entry follows the other, and no force takes any time.
  public static ColdPace beside(Clock clock) {
    AtomicLong entries = new AtomicLong();
    return new ColdPace(clock, () -> false, () -> entries.addAndGet(100));
  }
}
