package dev.daybook.eventlog.topic;

import java.util.List;

/// The leader epochs of one partition, and at which offset each began: an immutable value. A record has the epoch in
/// which it was appended, so epochs rise with offsets.
///
/// @param starts the epochs in order, at least one; the first begins at offset 0
public record LeaderEpochs(List<Start> starts) {
  /// What is answered when there is nothing to say.
  public static final EpochEnd NONE = new EpochEnd(-1, -1);

  public LeaderEpochs {
    starts = List.copyOf(starts);
    if (starts.isEmpty() || starts.getFirst().offset() != 0) {
      throw new IllegalArgumentException("The first leader epoch begins at offset 0: " + starts);
    }
  }

  /// The epoch that records get now.
  public int current() {
    return starts.getLast().epoch();
  }

  /// The epoch of the record at this offset; of the next one to come, if there is none yet.
  public int at(long offset) {
    int epoch = starts.getFirst().epoch();
    for (Start start : starts) {
      if (start.offset() <= offset) {
        epoch = start.epoch();
      }
    }
    return epoch;
  }

  /// Where an epoch ended, as Kafka answers it: the largest epoch that is not above the one asked for, and the offset
  /// at which the next one began. Whoever stands behind that offset has seen records that are gone.
  ///
  /// @param logEnd the offset behind the last durable record
  /// @return [#NONE] for an epoch that never was
  public EpochEnd endOf(int epoch, long logEnd) {
    if (epoch < 0 || epoch > current()) {
      return NONE;
    }
    if (epoch == current()) {
      return new EpochEnd(epoch, logEnd);
    }
    int found = epoch;
    for (Start start : starts) {
      if (start.epoch() > epoch) {
        return new EpochEnd(found, start.offset());
      }
      found = start.epoch();
    }
    throw new IllegalStateException("No epoch above " + epoch + " in " + starts);
  }

  /// Where an epoch began.
  public record Start(int epoch, long offset) {}

  /// Where an epoch ended.
  public record EpochEnd(int epoch, long offset) {}
}
