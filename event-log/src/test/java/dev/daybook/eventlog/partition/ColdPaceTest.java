package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ColdPaceTest {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration PIECE = Duration.ofNanos(300_000);

  private final ManualClock clock = new ManualClock();
  private boolean forcing;
  private long nextSequence = 1;
  private final ColdPace pace = new ColdPace(clock, () -> forcing, () -> nextSequence);

  @Test
  void holdsNothingBackWhileNobodyAppends() {
    for (int piece = 0; piece < 1_000; piece++) {
      assertEquals(0, pace.waitNs());
      assertEquals(ColdPace.CALM_PIECE_BYTES, read());
    }
  }

  @Test
  void isNotDisturbedByAnAppendNowAndThen() {
    for (int piece = 0; piece < 100; piece++) {
      nextSequence++;
      clock.advance(LOOK);
      assertEquals(0, pace.waitNs());
      assertEquals(ColdPace.CALM_PIECE_BYTES, read());
    }
  }

  @Test
  void restsAfterEachPieceInProportionToItWhileTheJournalIsBusy() {
    makeBusy();
    assertEquals(0, pace.waitNs());
    assertEquals(ColdPace.BUSY_PIECE_BYTES, read());

    assertEquals(ColdPace.REST_FACTOR * PIECE.toNanos(), pace.waitNs());

    clock.advance(PIECE.multipliedBy(ColdPace.REST_FACTOR));
    assertEquals(0, pace.waitNs());
  }

  @Test
  void beginsNoPieceDuringAForce() {
    makeBusy();
    forcing = true;
    assertTrue(pace.waitNs() > 0);

    forcing = false;
    assertEquals(0, pace.waitNs());
  }

  @Test
  void getsOnBesideAJournalThatForcesAllTheTime() {
    makeBusy();
    forcing = true;
    long pieces = 0;
    for (Duration passed = Duration.ZERO; passed.toMillis() < 1_000; ) {
      Duration step = Duration.ofNanos(pace.waitNs());
      if (step.isZero()) {
        read();
        pieces++;
        step = PIECE;
      } else {
        clock.advance(step);
      }
      nextSequence++;
      passed = passed.plus(step);
    }

    long turnNs = ColdPace.PATIENCE_NS + (1 + ColdPace.REST_FACTOR) * PIECE.toNanos();
    long turns = 1_000_000_000L / turnNs;
    assertTrue(
        pieces >= turns - turns / 10 && pieces <= turns + 1, pieces + " pieces, not " + turns);
  }

  @Test
  void hurriesAgainWhenTheProducersHaveGone() {
    makeBusy();
    assertEquals(0, pace.waitNs());
    assertEquals(ColdPace.BUSY_PIECE_BYTES, read());
    clock.advance(LOOK);

    assertEquals(0, pace.waitNs());
    assertEquals(ColdPace.CALM_PIECE_BYTES, read());
  }

  @Test
  void isCarefulWhenItHasNotLookedForLong() {
    clock.advance(Duration.ofHours(1));
    nextSequence += 10;

    assertEquals(0, pace.waitNs());
    assertEquals(ColdPace.BUSY_PIECE_BYTES, read());
  }

  private void makeBusy() {
    nextSequence += 100;
    clock.advance(LOOK);
  }

  private int read() {
    int bytes = pace.begin();
    clock.advance(PIECE);
    pace.end();
    return bytes;
  }
}
