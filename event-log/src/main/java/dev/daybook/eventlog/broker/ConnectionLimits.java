package dev.daybook.eventlog.broker;

import java.time.Duration;

/// How many connections there may be, and how long each may take.
///
/// @param max connections beyond these are closed at once
/// @param maxPerAddress likewise, of those from one address
/// @param idleTimeout a connection that is silent for so long is closed
/// @param arrivalTimeout a first request, and every request once begun, must arrive within this time; a client must
///     take some bytes of its responses within it, too
public record ConnectionLimits(
    int max, int maxPerAddress, Duration idleTimeout, Duration arrivalTimeout) {

  /// Nobody waits longer, and no clock of nanoseconds runs over before.
  private static final Duration A_HUNDRED_YEARS = Duration.ofDays(36_500);

  /// What a broker starts with: as Kafka, but for a number of connections that its memory bears.
  public static final ConnectionLimits DEFAULT =
      new ConnectionLimits(
          10_000, Integer.MAX_VALUE, Duration.ofMinutes(10), Duration.ofSeconds(30));

  public ConnectionLimits {
    if (max < 1 || maxPerAddress < 1) {
      throw new IllegalArgumentException(
          "max.connections=%d and max.connections.per.ip=%d must be at least 1: with none nobody could connect"
              .formatted(max, maxPerAddress));
    }
    requireTime("connections.max.idle.ms", idleTimeout);
    requireTime("request.arrival.timeout.ms", arrivalTimeout);
  }

  /// These limits, but no more connections than the process can hold.
  ConnectionLimits within(OpenFiles files) {
    return new ConnectionLimits(
        Math.min(max, files.connections()), maxPerAddress, idleTimeout, arrivalTimeout);
  }

  private static void requireTime(String setting, Duration time) {
    if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(A_HUNDRED_YEARS) > 0) {
      throw new IllegalArgumentException(
          "%s=%d must be from 1 to %d, which is a hundred years"
              .formatted(setting, time.toMillis(), A_HUNDRED_YEARS.toMillis()));
    }
  }
}
