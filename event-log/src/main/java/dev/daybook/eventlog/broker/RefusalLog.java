package dev.daybook.eventlog.broker;

import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says why connections were closed, once a second at most, however many there are. Called from any thread.
final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final long PERIOD_NS = 1_000_000_000L;

  private final AtomicLong nextNs = new AtomicLong(System.nanoTime());
  private final AtomicLong unsaid = new AtomicLong();

  void closed(SocketAddress client, String reason) {
    long now = System.nanoTime();
    long next = nextNs.get();
    if (now - next < 0 || !nextNs.compareAndSet(next, now + PERIOD_NS)) {
      unsaid.incrementAndGet();
      return;
    }
    LOG.warn(
        "connection closed client={} reason=\"{}\" unsaid={}",
        client,
        shortened(reason),
        unsaid.getAndSet(0));
  }

  /// A hostile frame must not choose how long a log line is, nor where it ends.
  private static String shortened(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= 300 ? line : line.substring(0, 300) + "…";
  }
}
