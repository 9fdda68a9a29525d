package dev.daybook.eventlog.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

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
  void aStopIsNoLeap() {
    List<String> told =
        warnings(
            () -> {
              clock.advance(Duration.ofDays(3));
              RetentionClock next = new RetentionClock(clock, OptionalLong.of(startMs));
              for (int hour = 0; hour < 6; hour++) {
                next.nowMs();
                clock.advance(Duration.ofHours(1));
              }
            });

    assertEquals(List.of(), told);
  }

  @Test
  void aLeapIsToldOnceAlsoWhileAStopIsCaughtUpWith() {
    List<String> told =
        warnings(
            () -> {
              clock.advance(Duration.ofDays(3));
              RetentionClock next = new RetentionClock(clock, OptionalLong.of(startMs));
              for (long leapMs : new long[] {0, 2 * DAY_MS, 0, -30 * DAY_MS, 0}) {
                clock.setWallMs(clock.wallMs() + leapMs);
                next.nowMs();
                clock.advance(Duration.ofMinutes(1));
              }
            });

    assertEquals(2, told.size(), told::toString);
    assertTrue(told.stream().allMatch(line -> line.startsWith("the wall clock leapt")));
  }

  /// What an operator is warned of meanwhile.
  private static List<String> warnings(Runnable life) {
    Logger logger = (Logger) LoggerFactory.getLogger(RetentionClock.class);
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try {
      life.run();
    } finally {
      logger.detachAppender(appender);
    }
    return appender.list.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
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
