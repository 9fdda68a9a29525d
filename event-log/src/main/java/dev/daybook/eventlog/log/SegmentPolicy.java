package dev.daybook.eventlog.log;

/// How a segment is kept, whatever the topic's settings are called. When a segment is full is not among it: that
/// is decided before the journal, so that a replay rolls where the first run did.
///
/// @param indexIntervalBytes of segment between two entries of its indexes
public record SegmentPolicy(int indexIntervalBytes) {
  /// Kafka's default.
  public static final SegmentPolicy DEFAULT = new SegmentPolicy(4096);

  public SegmentPolicy {
    if (indexIntervalBytes < 0) {
      throw new IllegalArgumentException(
          "The index interval is at least 0 bytes, not " + indexIntervalBytes);
    }
  }
}
