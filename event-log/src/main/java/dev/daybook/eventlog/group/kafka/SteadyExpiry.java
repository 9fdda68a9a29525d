package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.time.RetentionClock;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;

/// The coordinator's settings, with a retention of offsets that goes by a clock which never leaps. The coordinator asks how
/// long an offset is kept whenever it looks for old ones, and counts by the date it has from [SteadyTime]. By how much that
/// is ahead of the time to go by, by so much longer is the answer.
///
/// An offset whose client gave it a time of its own (OffsetCommit up to version 4) is not asked for: it goes at the date
/// that its commit names.
final class SteadyExpiry extends GroupCoordinatorConfig {
  private final RetentionClock clock;

  SteadyExpiry(AbstractConfig given, RetentionClock clock) {
    super(given);
    this.clock = clock;
  }

  @Override
  public long offsetsRetentionMs() {
    return super.offsetsRetentionMs() + clock.dateMs() - clock.nowMs();
  }
}
