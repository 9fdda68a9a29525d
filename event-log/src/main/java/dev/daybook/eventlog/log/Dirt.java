package dev.daybook.eventlog.log;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

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

  /// That of these segments, from an offset on. May read indexes.
  static Dirt in(List<Segment> sealed, long from, CompactionPolicy policy, long nowMs)
      throws IOException {
    long end = endOfCleanable(sealed, from, policy, nowMs);
    long cleanBytes = 0;
    long dirtyBytes = 0;
    boolean overdue = false;
    for (Segment segment : sealed) {
      if (segment.nextOffset() <= from) {
        cleanBytes += segment.sizeBytes();
      } else if (segment.nextOffset() <= end) {
        overdue |= dirtyBytes == 0 && isOverdue(segment, policy, nowMs);
        dirtyBytes += segment.sizeBytes();
      }
    }
    return new Dirt(cleanBytes, dirtyBytes, overdue);
  }

  /// Where the first segment begins at or behind `from` that holds a record too young to be compacted.
  static long endOfCleanable(List<Segment> sealed, long from, CompactionPolicy policy, long nowMs)
      throws IOException {
    long end = from;
    for (Segment segment : sealed) {
      if (segment.nextOffset() > from) {
        if (policy.minLagMs() > 0
            && segment.view().times().youngestMs() > nowMs - policy.minLagMs()) {
          break;
        }
        end = segment.nextOffset();
      }
    }
    return end;
  }

  private static boolean isOverdue(Segment segment, CompactionPolicy policy, long nowMs)
      throws IOException {
    OptionalLong since = segment.view().times().firstMs();
    return since.isPresent()
        && since.getAsLong() >= 0
        && nowMs - since.getAsLong() > policy.maxLagMs();
  }
}
