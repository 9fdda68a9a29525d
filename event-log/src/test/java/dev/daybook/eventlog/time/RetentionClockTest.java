package dev.daybook.eventlog.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RetentionClockTest {
  private static final long HOUR_MS = Duration.ofHours(1).toMillis();
  private static final long DAY_MS = 24 * HOUR_MS;

  private final ManualClock clock = new ManualClock();
  private final long startMs = clock.wallMs();
  private final RetentionClock retention = new RetentionClock(clock, OptionalLong.empty());

  @Test
  void goesWithTheWallClockWhileThatGoesAsItShould() {
    clock.advance(Duration.ofDays(3));

    assertEquals(clock.wallMs(), retention.nowMs());
  }

  @Test
  void followsALeapOfYearsByADayAnHour() {
    clock.setWallMs(startMs + 3 * 365 * DAY_MS);
    assertEquals(startMs, retention.nowMs());

    clock.advance(Duration.ofHours(1));

    assertEquals(startMs + DAY_MS, retention.nowMs());
  }

  @Test
  void isNeverAheadOfAWallClockThatWasSetBack() {
    clock.setWallMs(startMs - 400 * DAY_MS);

    assertEquals(startMs - 400 * DAY_MS, retention.nowMs());
  }

  @Test
  void isBackSoonWhenADateThatWasWrongForAMinuteIsSetRight() {
    clock.setWallMs(0);
    clock.advance(Duration.ofMinutes(1));
    retention.nowMs();
    clock.setWallMs(startMs + 60_000);

    assertEquals(startMs - 24 * 60_000, retention.nowMs());
    clock.advance(Duration.ofMinutes(2));
    assertEquals(clock.wallMs(), retention.nowMs());
  }

  @Test
  void whatIsDatedWhileItCatchesUpAgesByTheWallClock() {
    clock.setWallMs(startMs + 30 * DAY_MS);

    assertEquals(clock.wallMs(), retention.dateMs());
  }

  @Test
  void whatIsDatedUnderADateInThePastIsNotOldWhenTheDateIsSetRight() {
    clock.setWallMs(0);
    clock.advance(Duration.ofMinutes(1));

    assertEquals(startMs - 24 * 60_000, retention.dateMs());
  }

  @Test
  void takesALeapBetweenTwoLivesForALeap() {
    clock.advance(Duration.ofDays(90));

    RetentionClock next = new RetentionClock(clock, OptionalLong.of(startMs));

    assertEquals(startMs, next.nowMs());
    assertEquals(90 * DAY_MS, next.wallAheadMs());
    clock.advance(Duration.ofDays(4));
    assertEquals(clock.wallMs(), next.nowMs());
  }

  @Test
  void noPlayWithTheDateMakesItBelieveMoreThanItsSpeedAllows() {
    java.util.Random random = new java.util.Random(7);
    long passedMs = 0;
    for (int i = 0; i < 2_000; i++) {
      clock.setWallMs(startMs + random.nextLong(-1_000 * DAY_MS, 1_000 * DAY_MS));
      long stepMs = random.nextLong(HOUR_MS);
      clock.advance(Duration.ofMillis(stepMs));
      passedMs += stepMs;

      assertTrue(retention.nowMs() <= startMs + RetentionClock.SPEED * passedMs);
    }
  }
}
