package dev.daybook.auditui.log;

import java.time.Duration;

/// What one reader of the page may cost. A scan that meets a limit says where it stopped and can be
/// continued from there; it never passes for complete.
public record Limits(
    int eventsPerPage,
    int scannedEvents,
    long scannedBytes,
    Duration scanTime,
    int requests,
    int tails,
    int tailEventsPerBatch) {

  public static final Limits DEFAULT =
      new Limits(500, 200_000, 128L << 20, Duration.ofSeconds(10), 16, 32, 200);

  public Limits {
    boolean positive =
        eventsPerPage > 0
            && scannedEvents > 0
            && scannedBytes > 0
            && scanTime.isPositive()
            && requests > 0
            && tails > 0
            && tailEventsPerBatch > 0;
    if (!positive) {
      throw new IllegalArgumentException("every limit of the page must be greater than zero");
    }
  }
}
