package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.time.RetentionClock;
import java.lang.StackWalker.StackFrame;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Time;

/// The coordinator's time. Its time-outs, as those of members' sessions, go by the monotonic clock. Its date is one of two:
///
/// - What it notes on commits, and on groups that become empty, is the later one: a wall clock set back does not make that old.
/// - When it looks for offsets that are too old, it is the time to go by, which never leaps: neither the retention of offsets
///   nor a date that a client of old has set for its own (OffsetCommit up to version 4) comes because somebody set the wall
///   clock ahead.
///
/// The coordinator has one clock for both and does not say what for. So where the two dates differ, which is seldom, this looks
/// who asks. Another name there in a later Kafka shows in `OffsetExpiryTest`.
record SteadyTime(RetentionClock clock) implements Time {
  private static final StackWalker CALLERS = StackWalker.getInstance();
  private static final String LOOKS_FOR_OLD = "cleanupExpiredOffsets";

  @Override
  public long milliseconds() {
    long nowMs = clock.nowMs();
    long dateMs = clock.dateMs();
    return nowMs == dateMs || !CALLERS.walk(SteadyTime::looksForOld) ? dateMs : nowMs;
  }

  private static boolean looksForOld(Stream<StackFrame> frames) {
    return frames.skip(1).findFirst().orElseThrow().getMethodName().equals(LOOKS_FOR_OLD);
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
