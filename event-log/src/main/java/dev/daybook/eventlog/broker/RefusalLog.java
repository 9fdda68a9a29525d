package dev.daybook.eventlog.broker;

import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says why connections were closed: each kind of reason once a second at most, however many there are. Called from any
/// thread.
final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final long PERIOD_NS = 1_000_000_000L;

  /// Reasons beyond these share one place: a client can make some of them up.
  private static final int MAX_KINDS = 50;

  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();
  private final AtomicLong closed = new AtomicLong();

  void closed(SocketAddress client, String reason) {
    closed.incrementAndGet();
    String line = shortened(reason);
    Kind kind = kind(line.replaceAll("[0-9]+", ""));
    if (kind.mayBeSaid()) {
      LOG.warn(
          "connection closed client={} reason=\"{}\" unsaid={}",
          client,
          line,
          kind.unsaid.getAndSet(0));
    }
  }

  /// How many were closed since the start.
  long count() {
    return closed.get();
  }

  private Kind kind(String name) {
    return kinds.computeIfAbsent(
        kinds.size() < MAX_KINDS || kinds.containsKey(name) ? name : "", same -> new Kind());
  }

  /// A hostile frame must not choose how long a log line is, nor where it ends.
  private static String shortened(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= 300 ? line : line.substring(0, 300) + "…";
  }

  private static final class Kind {
    private final AtomicLong nextNs = new AtomicLong(System.nanoTime());
    private final AtomicLong unsaid = new AtomicLong();

    boolean mayBeSaid() {
      long now = System.nanoTime();
      long next = nextNs.get();
      if (now - next >= 0 && nextNs.compareAndSet(next, now + PERIOD_NS)) {
        return true;
      }
      unsaid.incrementAndGet();
      return false;
    }
  }
}
