package dev.daybook.eventlog.time;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.LongBinaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The time that all goes by which ages and is deleted then (segments, tombstones, committed offsets, transactional ids): the
/// wall clock's, but it never leaps. Whoever sets the machine's date wrong must not
/// lose what only looks old then. So this clock follows the wall clock at most [#SPEED] times as fast as time really
/// passes, forward and back: after a leap of a month, a day is believed an hour, and somebody has time to see the warning.
/// A machine that was off for a month catches up likewise; meanwhile records stay longer than they must. What it shows
/// is never ahead of the wall clock, so a date set back deletes nothing.
///
/// Whatever the wall clock does: in any span of real time this clock believes no more than [#SPEED] times that span. The
/// time it has come to is kept in the checkpoint, so that a leap between two lives counts as one, too. Any thread.
public final class RetentionClock {
  /// How many times as fast as time passes the wall clock is followed.
  public static final long SPEED = 24;

  private static final Logger LOG = LoggerFactory.getLogger(RetentionClock.class);
  private static final long TOLD_FROM_MS = Duration.ofHours(1).toMillis();

  /// Nobody is surprised that a server did not run for less.
  private static final long LONG_STOP_MS = Duration.ofDays(30).toMillis();

  private static final long NS_PER_MS = 1_000_000;

  private final Clock clock;
  private long believedMs;
  private long seenNs;

  /// How far the wall clock was ahead, of what is told; 0 when nothing is.
  private long toldAheadMs;

  /// @param remembered the time that a former life had come to; empty in the first one
  public RetentionClock(Clock clock, OptionalLong remembered) {
    this.clock = clock;
    this.believedMs = remembered.orElse(clock.wallMs());
    this.seenNs = clock.monotonicNs();
    tellOfStop(clock.wallMs() - believedMs);
  }

  /// The time to go by: what is to be deleted by now.
  public long nowMs() {
    return follow(Math::min);
  }

  /// The date to note on what shall age from now on by [#nowMs()]: the wall clock's or the one believed, whichever is later.
  /// With the earlier one, what is noted while this clock catches up would age [#SPEED] times as fast as time passes, and
  /// what is noted under a date in the past would be old when the date is set right.
  public long dateMs() {
    return follow(Math::max);
  }

  private synchronized long follow(LongBinaryOperator choice) {
    // First the time that passed: a wall clock that is read before it would look late by as much.
    long passedMs = (clock.monotonicNs() - seenNs) / NS_PER_MS;
    long wallMs = clock.wallMs();
    seenNs += passedMs * NS_PER_MS;
    long stepMs = SPEED * passedMs;
    believedMs =
        wallMs >= believedMs
            ? Math.min(wallMs, believedMs + stepMs)
            : Math.max(wallMs, believedMs - stepMs);
    tellOfLeap(wallMs - believedMs);
    return choice.applyAsLong(wallMs, believedMs);
  }

  /// The time to be remembered: how far the wall clock was believed.
  public synchronized long believedMs() {
    return believedMs;
  }

  /// How far the wall clock is ahead of what is believed, or, below zero, behind it.
  public synchronized long wallAheadMs() {
    return clock.wallMs() - believedMs;
  }

  /// A stop looks like a leap, and nobody can tell them apart from inside; but nearly all are stops.
  private void tellOfStop(long aheadMs) {
    if (aheadMs < TOLD_FROM_MS) {
      return;
    }
    toldAheadMs = aheadMs;
    LOG.atLevel(aheadMs < LONG_STOP_MS ? Level.INFO : Level.WARN)
        .log(
            "retention knows of no time since believed={}, as after a stop, and follows the wall clock by at most {} h an hour; if the date is wrong, set it right ahead={} wall={}",
            Instant.ofEpochMilli(believedMs),
            SPEED,
            Duration.ofMillis(aheadMs),
            Instant.ofEpochMilli(believedMs + aheadMs));
  }

  /// What is told becomes less as time passes; when it becomes more, the wall clock leapt.
  private void tellOfLeap(long aheadMs) {
    if (Math.abs(aheadMs) < TOLD_FROM_MS) {
      toldAheadMs = 0;
      return;
    }
    long leapMs =
        aheadMs > 0 ? aheadMs - Math.max(0, toldAheadMs) : Math.min(0, toldAheadMs) - aheadMs;
    toldAheadMs = aheadMs;
    if (leapMs >= TOLD_FROM_MS) {
      LOG.warn(
          "the wall clock leapt: retention follows it by at most {} h an hour; if the date is wrong, set it right ahead={} wall={} believed={}",
          SPEED,
          Duration.ofMillis(aheadMs),
          Instant.ofEpochMilli(believedMs + aheadMs),
          Instant.ofEpochMilli(believedMs));
    }
  }
}
