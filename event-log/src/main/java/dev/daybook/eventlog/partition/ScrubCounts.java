package dev.daybook.eventlog.partition;

import java.util.concurrent.atomic.LongAdder;

/// What the scrub has done since the start, for metrics. Counted by its owner, read by any thread.
public final class ScrubCounts {
  final LongAdder bytes = new LongAdder();
  final LongAdder segments = new LongAdder();
  final LongAdder proofs = new LongAdder();
  final LongAdder rounds = new LongAdder();
  final LongAdder damaged = new LongAdder();

  ScrubCounts() {}

  /// Bytes read.
  public long bytes() {
    return bytes.sum();
  }

  /// Segments read from end to end.
  public long segments() {
    return segments.sum();
  }

  /// Proofs written into footers.
  public long proofs() {
    return proofs.sum();
  }

  /// Times that all segments were read.
  public long rounds() {
    return rounds.sum();
  }

  /// Segments that were found damaged, each time they were.
  public long damaged() {
    return damaged.sum();
  }
}
