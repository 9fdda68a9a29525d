package dev.daybook.eventlog.broker;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks at all connections of one event loop every now and then, who is late or idle: one timer for thousands of
/// connections. Owner: the event loop; it is idle while there are none.
final class Watch {
  private static final long MAX_PERIOD_MS = 500;

  private final EventExecutor loop;
  private final long periodMs;
  private final Set<Connection> connections = new HashSet<>();
  private @Nullable ScheduledFuture<?> timer;

  Watch(EventExecutor loop, ConnectionLimits limits) {
    this.loop = loop;
    this.periodMs = Math.clamp(limits.arrivalTimeout().toMillis() / 8, 10, MAX_PERIOD_MS);
  }

  void add(Connection connection) {
    connections.add(connection);
    if (timer == null) {
      timer = loop.scheduleWithFixedDelay(this::look, periodMs, periodMs, TimeUnit.MILLISECONDS);
    }
  }

  void remove(Connection connection) {
    connections.remove(connection);
    if (connections.isEmpty() && timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void look() {
    long now = System.nanoTime();
    // Some of them are closed by it, and take themselves off.
    for (Connection connection : List.copyOf(connections)) {
      connection.watchTimes(now);
    }
  }
}
