package dev.daybook.eventlog.topic;

import dev.daybook.eventlog.record.PartitionId;
import java.util.Map;

/// A fact about the whole log, or about some partitions of it: from here on these have a higher leader epoch, because what
/// clients have seen may not be what is there. It is also the audit record of who gave up what, and why. Clients that know an older
/// epoch ask where it ended and so learn of the cut (KIP-320).
///
/// @param epoch the leader epoch from here on
/// @param atMs when, by the wall clock
/// @param details for people: which backup, which loss
/// @param ends where the former epoch ended, for each partition that is concerned. Where all are, one that is not named
///     came later
public record EpochRaise(
    int epoch, Reason reason, long atMs, String details, Map<PartitionId, Long> ends) {
  /// A longer text is of no more use, and must fit in a record.
  public static final int MAX_DETAILS = 10_000;

  public EpochRaise {
    details =
        details.length() <= MAX_DETAILS ? details : details.substring(0, MAX_DETAILS - 1) + "…";
    ends = Map.copyOf(ends);
  }

  /// Why clients may have seen something else.
  public enum Reason {
    /// The log was restored from a backup; what came after the backup is gone.
    RESTORED(1),
    /// Somebody gave up damaged records so that the rest can go on.
    LOSS_ACCEPTED(2),
    /// The machine or the process stopped, and what was acknowledged before it was forced may be gone: of topics that want
    /// it so.
    UNCLEAN_STOP(3);

    private final int number;

    Reason(int number) {
      this.number = number;
    }

    /// Whether every partition there is has the higher epoch; else only those that are named.
    boolean concernsAll() {
      return this != UNCLEAN_STOP;
    }

    /// As it is stored.
    int number() {
      return number;
    }

    static Reason of(int number) {
      for (Reason reason : values()) {
        if (reason.number == number) {
          return reason;
        }
      }
      throw new IllegalArgumentException(
          "Reason "
              + number
              + " of a leader epoch is unknown: it was written by a newer Daybook; start that one");
    }
  }
}
