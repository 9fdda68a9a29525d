package dev.daybook.eventlog.log;

/// What a topic's settings say about compaction.
///
/// @param segmentBytes neighbours that are smaller together become one segment
/// @param indexIntervalBytes of log between two entries of the offset index
/// @param deleteRetentionMs how long a tombstone, or the marker of a transaction without records, is kept at least
/// @param minLagMs how old a record must be to be compacted
/// @param maxLagMs how old a record may become without being compacted
/// @param minDirtyRatio the share of bytes not compacted yet from which on it is worth the while
public record CompactionPolicy(
    long segmentBytes,
    int indexIntervalBytes,
    long deleteRetentionMs,
    long minLagMs,
    long maxLagMs,
    double minDirtyRatio) {
  /// The delete horizon of what is found at this date.
  long horizonMs(long datedMs) {
    return deleteRetentionMs > Long.MAX_VALUE - datedMs
        ? Long.MAX_VALUE
        : datedMs + deleteRetentionMs;
  }
}
