package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.time.Clock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// When the next piece of old records may be read from the disk. Appends and such reads wait in one queue at the disk and
/// share the processors; appends come first, because somebody waits for each of their forces.
///
/// While the journal is busy, pieces are small, none begins during a force, and after each comes a rest that is some times as
/// long as the piece took: where the disk is slow, so is the reader. A force is waited for only so long, so that a
/// reader gets on beside any load. While nobody appends, nothing is held back.
///
/// Only a policy: it never waits itself. Owner: the one thread that reads what is cold.
public final class ColdPace {
  /// As much as is read at once while nobody appends.
  static final int CALM_PIECE_BYTES = 1 << 20;

  /// A force that begins during such a piece waits for about a quarter of a millisecond.
  static final int BUSY_PIECE_BYTES = 256 << 10;

  static final int REST_FACTOR = 3;
  static final long PATIENCE_NS = 2_000_000L;
  static final long POLL_NS = 50_000L;

  private static final long LOOK_NS = 100_000_000L;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long BUSY_ENTRIES_PER_SECOND = 50;

  private final Clock clock;
  private final BooleanSupplier forcing;
  private final LongSupplier nextSequence;

  private long lookedNs;
  private long lastSequence;
  private boolean busy;
  private boolean due;
  private long dueNs;
  private long begunNs;
  private long restUntilNs;

  ColdPace(Clock clock, Journal journal) {
    this(clock, journal::isForcing, journal::nextSequence);
  }

  /// @param forcing whether a force is under way
  /// @param nextSequence rises with each entry that is forced
  ColdPace(Clock clock, BooleanSupplier forcing, LongSupplier nextSequence) {
    this.clock = clock;
    this.forcing = forcing;
    this.nextSequence = nextSequence;
    this.lookedNs = clock.monotonicNs();
    this.restUntilNs = lookedNs;
    this.lastSequence = nextSequence.getAsLong();
  }

  /// How long to wait before asking again; 0 when the next piece may begin.
  public long waitNs() {
    long nowNs = clock.monotonicNs();
    look(nowNs);
    if (!busy) {
      due = false;
      return 0;
    }
    if (nowNs - restUntilNs < 0) {
      return restUntilNs - nowNs;
    }
    if (!due) {
      due = true;
      dueNs = nowNs;
    }
    if (forcing.getAsBoolean() && nowNs - dueNs < PATIENCE_NS) {
      return POLL_NS;
    }
    due = false;
    return 0;
  }

  /// Whether nothing is held back, so that there is time to read what nobody has asked for yet.
  public boolean isCalm() {
    look(clock.monotonicNs());
    return !busy;
  }

  /// A piece begins.
  ///
  /// @return how large it may be
  public int begin() {
    begunNs = clock.monotonicNs();
    return busy ? BUSY_PIECE_BYTES : CALM_PIECE_BYTES;
  }

  /// The piece was read.
  public void end() {
    long nowNs = clock.monotonicNs();
    restUntilNs = nowNs + REST_FACTOR * (nowNs - begunNs);
  }

  /// What happened while nobody read says little of now: a look that was too long ago counts as a busy one.
  private void look(long nowNs) {
    long elapsedNs = nowNs - lookedNs;
    if (elapsedNs >= LOOK_NS) {
      long sequence = nextSequence.getAsLong();
      long entries = sequence - lastSequence;
      busy =
          entries > 0
              && (elapsedNs >= SECOND_NS
                  || entries * SECOND_NS > BUSY_ENTRIES_PER_SECOND * elapsedNs);
      lastSequence = sequence;
      lookedNs = nowNs;
    }
  }
}
