package dev.daybook.eventlog.partition;

import java.time.Duration;

/// How compaction goes about its work.
///
/// @param bytesPerSecond the most that is read and written while nothing else happens; 0 for no compaction at all
/// @param keyBytes the most memory for keys; what does not fit takes another pass
/// @param backoff how long to rest when there is nothing to do
public record CleanerSettings(long bytesPerSecond, long keyBytes, Duration backoff) {
  /// 50 MiB/s at most, some 500,000 keys in a pass.
  public static final CleanerSettings DEFAULT =
      new CleanerSettings(50L << 20, 16L << 20, Duration.ofSeconds(15));

  /// None.
  public static final CleanerSettings OFF = new CleanerSettings(0, 1024, Duration.ofSeconds(15));

  public CleanerSettings {
    if (bytesPerSecond < 0 || keyBytes < 1024 || backoff.isNegative()) {
      throw new IllegalArgumentException(
          "No compaction goes at %d bytes a second with %d bytes for keys, every %s"
              .formatted(bytesPerSecond, keyBytes, backoff));
    }
  }

  boolean isOff() {
    return bytesPerSecond == 0;
  }
}
