package dev.daybook.eventlog.partition;

import java.util.concurrent.atomic.LongAdder;

/// What compaction has done since the start, for metrics. Counted by its owner, read by any thread.
public final class CleanerCounts {
  final LongAdder bytes = new LongAdder();
  final LongAdder cleanings = new LongAdder();
  final LongAdder records = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder reclaimedBytes = new LongAdder();
  final LongAdder failures = new LongAdder();

  CleanerCounts() {}

  /// Bytes read and written.
  public long bytes() {
    return bytes.sum();
  }

  /// Cleanings of a partition that came to their end.
  public long cleanings() {
    return cleanings.sum();
  }

  /// Records that these read.
  public long records() {
    return records.sum();
  }

  /// Records of which a later one was there, or whose time was over.
  public long dropped() {
    return dropped.sum();
  }

  /// By how much the segments became smaller.
  public long reclaimedBytes() {
    return reclaimedBytes.sum();
  }

  /// Cleanings that had to be given up; the log tells why.
  public long failures() {
    return failures.sum();
  }
}
