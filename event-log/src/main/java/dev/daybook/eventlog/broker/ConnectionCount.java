package dev.daybook.eventlog.broker;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// How many connections there are, of all clients and of each address. Any thread.
final class ConnectionCount {
  private final ConnectionLimits limits;
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();
  private int all;

  ConnectionCount(ConnectionLimits limits) {
    this.limits = limits;
  }

  /// Counts one more, unless there are enough.
  ///
  /// @return why it may not be, if so
  synchronized Optional<String> enter(InetAddress address) {
    if (all >= limits.max()) {
      return Optional.of("more than max.connections=" + limits.max());
    }
    if (byAddress.getOrDefault(address, 0) >= limits.maxPerAddress()) {
      return Optional.of(
          "more than max.connections.per.ip=" + limits.maxPerAddress() + " from its address");
    }
    all++;
    byAddress.merge(address, 1, Integer::sum);
    return Optional.empty();
  }

  /// Counts one that had entered as gone.
  synchronized void leave(InetAddress address) {
    all--;
    byAddress.computeIfPresent(address, (same, count) -> count > 1 ? count - 1 : null);
  }

  synchronized int all() {
    return all;
  }
}
