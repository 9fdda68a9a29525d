package dev.daybook.eventlog.log;

/// How much of a log's sealed segments compaction has not seen yet.
///
/// @param cleanBytes before the dirty part
/// @param dirtyBytes that may be compacted by now
/// @param overdue whether a record there is older than records may become without being compacted
public record Dirt(long cleanBytes, long dirtyBytes, boolean overdue) {
  /// The dirty share of all, from 0 to 1.
  public double ratio() {
    return dirtyBytes == 0 ? 0 : (double) dirtyBytes / (cleanBytes + dirtyBytes);
  }
}
