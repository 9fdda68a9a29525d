package dev.daybook.eventlog.partition;

import java.time.Duration;

/// How fast sealed segments are read again.
///
/// @param bytesPerSecond the most that is read while nothing else happens; 0 for no scrub at all
/// @param round the time in which all segments are read once
public record ScrubPace(long bytesPerSecond, Duration round) {
  /// 50 MiB/s at most; everything once a week.
  public static final ScrubPace DEFAULT = new ScrubPace(50L << 20, Duration.ofDays(7));

  public ScrubPace {
    if (bytesPerSecond < 0 || round.toMillis() <= 0) {
      throw new IllegalArgumentException(
          "A scrub of %d bytes a second in rounds of %s is none".formatted(bytesPerSecond, round));
    }
  }

  boolean isOff() {
    return bytesPerSecond == 0;
  }
}
