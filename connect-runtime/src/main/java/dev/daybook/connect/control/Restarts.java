package dev.daybook.connect.control;

import dev.daybook.connect.config.ConnectorSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// When to start again what failed: at once-ish at first, then each time after twice the wait, up to a longest wait; back
/// to the first wait after it ran well for that long. Decided on the connector's thread, read
/// by others.
final class Restarts {

  /// A restart that was decided on.
  record Next(int attempt, Duration delay, Instant at) {
    String explain() {
      return "Restart "
          + attempt
          + " follows by itself at "
          + at.truncatedTo(ChronoUnit.SECONDS)
          + ", "
          + seconds()
          + " after the failure (restart.on.failure=never would leave it failed).";
    }

    private String seconds() {
      return delay.toMillis() < 1000 ? delay.toMillis() + " ms" : delay.toSeconds() + " s";
    }
  }

  private record History(int failures, Instant lastFailure) {}

  private final Map<Object, History> histories = new ConcurrentHashMap<>();

  /// Notes a failure; nothing if the connector wants to stay failed.
  Optional<Next> afterFailure(Object what, ConnectorSettings settings, Instant now) {
    if (!settings.restarts()) {
      return Optional.empty();
    }
    Duration longest = settings.restartDelayMax();
    History before = histories.get(what);
    boolean ranWell =
        before != null && before.lastFailure().plus(longest.multipliedBy(2)).isBefore(now);
    int failures = before == null || ranWell ? 1 : before.failures() + 1;
    histories.put(what, new History(failures, now));
    long factor = 1L << Math.min(failures - 1, 30);
    Duration delay = settings.restartDelay().multipliedBy(factor);
    delay = delay.compareTo(longest) > 0 ? longest : delay;
    return Optional.of(new Next(failures, delay, now.plus(delay)));
  }

  int failures(Object what) {
    History history = histories.get(what);
    return history == null ? 0 : history.failures();
  }

  void forget() {
    histories.clear();
  }
}
