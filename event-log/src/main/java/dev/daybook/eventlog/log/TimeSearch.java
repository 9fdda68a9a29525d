package dev.daybook.eventlog.log;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Looks for records by their time, through segments that follow each other.
///
/// @param segments those that readers see
/// @param startOffset no record below it is found
record TimeSearch(List<Segment> segments, long startOffset) {
  /// The first record, in order of offsets, that is dated `timestampMs` or later.
  Optional<TimestampedOffset> firstSince(long timestampMs) throws IOException {
    for (Segment segment : segments) {
      Optional<TimestampedOffset> found =
          segment.view().times().firstSince(timestampMs, startOffset);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /// The youngest record; of several the first. Empty when no record has a time.
  Optional<TimestampedOffset> youngest() throws IOException {
    long youngestMs = Youngest.NONE.timestampMs();
    for (Segment segment : segments) {
      youngestMs = Math.max(youngestMs, segment.view().times().youngestMs());
    }
    if (youngestMs == Youngest.NONE.timestampMs()) {
      return Optional.empty();
    }
    Optional<TimestampedOffset> found = firstSince(youngestMs);
    return found.isPresent() ? found : youngestFromStart();
  }

  /// The indexes know records below the start, too: these may be younger than all that is left.
  private Optional<TimestampedOffset> youngestFromStart() throws IOException {
    long youngestMs = Youngest.NONE.timestampMs();
    for (Segment segment : segments) {
      SegmentTimes times = segment.view().times();
      youngestMs =
          Math.max(
              youngestMs,
              segment.baseOffset() < startOffset
                  ? times.youngestMs(startOffset)
                  : times.youngestMs());
    }
    return youngestMs == Youngest.NONE.timestampMs() ? Optional.empty() : firstSince(youngestMs);
  }
}
