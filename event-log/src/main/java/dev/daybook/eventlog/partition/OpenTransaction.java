package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.TransactionMarker;
import java.io.IOException;
import java.util.OptionalLong;

/// A transaction that has records in a partition and no marker yet.
///
/// @param producerEpoch of its records; its producer may have a higher one by now
/// @param laterOffset where the records begin of one that follows it
public record OpenTransaction(
    long producerId,
    short producerEpoch,
    long firstOffset,
    Standing standing,
    OptionalLong laterOffset) {

  /// One without a follower.
  public OpenTransaction(
      long producerId, short producerEpoch, long firstOffset, Standing standing) {
    this(producerId, producerEpoch, firstOffset, standing, OptionalLong.empty());
  }

  /// One that goes on.
  public OpenTransaction(long producerId, short producerEpoch, long firstOffset) {
    this(producerId, producerEpoch, firstOffset, Standing.GOES_ON);
  }

  /// Whether it takes no more records: it had ended, or may have, and its marker is lost.
  public boolean reopened() {
    return standing != Standing.GOES_ON;
  }

  /// Whether a marker of the coordinator can be its end. The coordinator knows nothing of a transaction that was open once
  /// more: it speaks of a later one, unless the epoch tells that it is this one's end, sent again. Where a later one follows,
  /// nothing can end without the other.
  public boolean isEndedBy(TransactionMarker marker) {
    return switch (standing) {
      case GOES_ON -> true;
      case ENDED, PERHAPS_ENDED ->
          marker.transactionVersion() >= 2 && marker.producerEpoch() == producerEpoch + 1;
      case FOLLOWED -> false;
    };
  }

  /// Whether nobody can tell if a marker of the coordinator is its end, or has anything to end here: then it must wait. In
  /// version 2 the epoch tells it, but not what records of a later one become.
  public boolean isInDoubtBy(TransactionMarker marker) {
    return standing == Standing.FOLLOWED
        || (standing == Standing.PERHAPS_ENDED && marker.transactionVersion() < 2);
  }

  /// What is known of its end.
  public enum Standing {
    /// There was none.
    GOES_ON(0),

    /// It had ended, and the marker is lost.
    ENDED(1),

    /// It may have: records are lost behind it, and who knew what they were is lost, too.
    PERHAPS_ENDED(2),

    /// It had ended, the marker is lost, and behind it lie records of a later transaction of the same producer. Whatever
    /// marker came next would be read as the end of both.
    FOLLOWED(3);

    private final int code;

    Standing(int code) {
      this.code = code;
    }

    /// How the producers file writes it.
    int code() {
      return code;
    }

    /// @throws IOException when none is written so
    static Standing of(int code) throws IOException {
      for (Standing standing : values()) {
        if (standing.code == code) {
          return standing;
        }
      }
      throw new IOException("No transaction stands like " + code);
    }
  }
}
