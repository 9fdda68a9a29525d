package dev.daybook.eventlog.log;

/// Where a partition's log stands: what a checkpoint names, and what the log is opened at again.
///
/// @param startOffset the first offset that may be read
/// @param nextOffset the offset that the next record gets
/// @param segmentBaseOffset the offset that the last segment is named by
/// @param segmentPosition the last segment's size in bytes
public record LogEnd(
    long startOffset, long nextOffset, long segmentBaseOffset, long segmentPosition) {
  /// A log without records.
  public static final LogEnd EMPTY = new LogEnd(0, 0, 0, 0);

  public LogEnd {
    boolean ordered = 0 <= startOffset && startOffset <= nextOffset && 0 <= segmentBaseOffset;
    boolean emptySegment = segmentPosition == 0 && segmentBaseOffset == nextOffset;
    boolean filledSegment = segmentPosition > 0 && segmentBaseOffset < nextOffset;
    if (!ordered || !(emptySegment || filledSegment)) {
      throw new IllegalArgumentException(
          "No log can end so: start %d, next %d, segment %d, position %d"
              .formatted(startOffset, nextOffset, segmentBaseOffset, segmentPosition));
    }
  }
}
