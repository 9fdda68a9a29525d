package dev.daybook.eventlog.log;

import dev.daybook.eventlog.time.Clock;

/// Offsets whose records were in the log once and cannot be read any more. Both ends are base offsets of batches,
/// or where one would begin.
///
/// @param fromOffset the first damaged offset
/// @param toOffset behind the last one, or [#UNKNOWN_END] when nobody can tell how many there were
/// @param reason one sentence: what was found, and where
/// @param foundMs when, in ms since 1970
public record DamagedRange(long fromOffset, long toOffset, String reason, long foundMs) {
  /// Behind `fromOffset` there may have been records, or not.
  public static final long UNKNOWN_END = Long.MAX_VALUE;

  public DamagedRange {
    if (fromOffset < 0 || toOffset <= fromOffset) {
      throw new IllegalArgumentException(
          "No damaged range goes from %d to %d".formatted(fromOffset, toOffset));
    }
  }

  /// Offsets that turn out to be damaged just now.
  static DamagedRange foundNow(long fromOffset, long toOffset, String reason) {
    return new DamagedRange(fromOffset, toOffset, reason, Clock.system().wallMs());
  }

  /// Whether it is known where it ends.
  public boolean isBounded() {
    return toOffset != UNKNOWN_END;
  }

  boolean holds(long offset) {
    return fromOffset <= offset && offset < toOffset;
  }

  boolean covers(DamagedRange other) {
    return fromOffset <= other.fromOffset && other.toOffset <= toOffset;
  }

  boolean overlaps(DamagedRange other) {
    return fromOffset < other.toOffset && other.fromOffset < toOffset;
  }

  boolean touches(DamagedRange other) {
    return fromOffset <= other.toOffset && other.fromOffset <= toOffset;
  }

  /// Both as one, which was found when the earlier one was.
  DamagedRange and(DamagedRange other) {
    DamagedRange earlier = foundMs <= other.foundMs ? this : other;
    return new DamagedRange(
        Math.min(fromOffset, other.fromOffset),
        Math.max(toOffset, other.toOffset),
        earlier.reason,
        earlier.foundMs);
  }

  /// The offsets as people say them: `10 to 19`, or `10 and behind`.
  public String offsets() {
    return isBounded() ? fromOffset + " to " + (toOffset - 1) : fromOffset + " and behind";
  }
}
