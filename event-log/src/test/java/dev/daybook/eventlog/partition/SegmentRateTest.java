package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.log.RunWay;
import dev.daybook.eventlog.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SegmentRateTest {
  private static final int LIMIT = 1_000_000;
  private static final int RUNS_PER_SECOND = 20;

  private final ManualClock clock = new ManualClock();
  private final SegmentRate rate = new SegmentRate(clock, LIMIT);

  @Test
  void whatOrdinaryProducersWriteStaysInMemory() {
    assertEquals(RunWay.THROUGH_CACHE, writeFor(5, LIMIT / 2));
  }

  @Test
  void aFastStreamGoesPastTheCacheSoonAndAsLongAsItIsFast() {
    assertEquals(RunWay.PAST_CACHE, writeFor(2, 2 * LIMIT));
    assertEquals(RunWay.PAST_CACHE, writeFor(10, 2 * LIMIT));

    assertEquals(RunWay.THROUGH_CACHE, writeFor(2, LIMIT / 2));
  }

  @Test
  void aRateJustBelowTheLimitKeepsTheWayItHas() {
    assertEquals(RunWay.THROUGH_CACHE, writeFor(2, LIMIT / 10 * 9));

    writeFor(2, 2 * LIMIT);
    assertEquals(RunWay.PAST_CACHE, writeFor(2, LIMIT / 10 * 9));
  }

  @Test
  void aFastStreamThatCeasedLongAgoSaysNothingOfWhatComesNow() {
    writeFor(2, 2 * LIMIT);
    clock.advance(Duration.ofMinutes(1));

    assertEquals(RunWay.THROUGH_CACHE, rate.wayOf(1));
  }

  @Test
  void withoutALimitEverythingGoesPast() {
    SegmentRate none = new SegmentRate(clock, 0);
    assertEquals(RunWay.PAST_CACHE, none.wayOf(1));

    clock.advance(Duration.ofMinutes(1));
    assertEquals(RunWay.PAST_CACHE, none.wayOf(1));
  }

  /// The way of the last run.
  private RunWay writeFor(int seconds, int bytesPerSecond) {
    RunWay way = RunWay.THROUGH_CACHE;
    for (int run = 0; run < seconds * RUNS_PER_SECOND; run++) {
      way = rate.wayOf(bytesPerSecond / RUNS_PER_SECOND);
      clock.advance(Duration.ofSeconds(1).dividedBy(RUNS_PER_SECOND));
    }
    return way;
  }
}
