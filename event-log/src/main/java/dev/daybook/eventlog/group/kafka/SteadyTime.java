package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.time.RetentionClock;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/// The coordinator's time. The date it notes on commits, and on groups that become empty, is one that a wall clock set back
/// does not make old. Its time-outs, as those of members' sessions, go by the monotonic clock.
record SteadyTime(RetentionClock clock) implements Time {
  @Override
  public long milliseconds() {
    return clock.dateMs();
  }

  @Override
  public long nanoseconds() {
    return SYSTEM.nanoseconds();
  }

  @Override
  public void sleep(long ms) {
    SYSTEM.sleep(ms);
  }

  /// The deadline is a date of this time, and waiting goes by the machine's.
  @Override
  public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs)
      throws InterruptedException {
    SYSTEM.waitObject(object, condition, SYSTEM.milliseconds() + deadlineMs - milliseconds());
  }
}
