package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.time.Clock;

/// Tells who works in the background whether the journal has much to do right now, and how long to rest after some bytes so
/// as to stay out of its way: ten times as long then, so that the work comes to an end some day. Used by one thread.
final class BusyJournal {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int BUSY_ENTRIES_PER_SECOND = 50;
  private static final int BUSY_FACTOR = 10;

  private final Journal journal;
  private long lookedAtNs;
  private long lastSequence;
  private boolean busy;

  BusyJournal(Journal journal, Clock clock) {
    this.journal = journal;
    this.lookedAtNs = clock.monotonicNs();
    this.lastSequence = journal.nextSequence();
  }

  void look(long nowNs) {
    long elapsedNs = nowNs - lookedAtNs;
    if (elapsedNs >= SECOND_NS / 10) {
      long sequence = journal.nextSequence();
      busy = (sequence - lastSequence) * SECOND_NS > BUSY_ENTRIES_PER_SECOND * elapsedNs;
      lastSequence = sequence;
      lookedAtNs = nowNs;
    }
  }

  /// How long so many bytes take at this pace.
  long restNs(long bytes, long bytesPerSecond) {
    long ns = (long) ((double) bytes / bytesPerSecond * SECOND_NS);
    return busy ? BUSY_FACTOR * ns : ns;
  }
}
