package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupRequest;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says which group requests were refused and why, once a second at most: who asks a thousand times must not fill the
/// disk. Any thread.
final class RefusedRequests {
  private static final Logger LOG = LoggerFactory.getLogger(RefusedRequests.class);
  private static final long PERIOD_NS = 1_000_000_000L;

  private final AtomicLong nextNs = new AtomicLong(System.nanoTime());
  private final AtomicLong unsaid = new AtomicLong();

  /// A request asked for more than it may.
  void say(GroupRequest<ApiMessage> request, Throwable refusal) {
    if (mayBeSaid()) {
      LOG.warn(
          "group request refused api={} client={} reason=\"{}\" unsaid={}",
          ApiKeys.forId(request.message().apiKey()),
          request.clientAddress(),
          refusal.getMessage(),
          unsaid.getAndSet(0));
    }
  }

  /// A request was answered with the error that nobody expected.
  void sayBug(GroupRequest<ApiMessage> request, Throwable fault) {
    if (mayBeSaid()) {
      LOG.error(
          "group request failed api={} unsaid={}",
          ApiKeys.forId(request.message().apiKey()),
          unsaid.getAndSet(0),
          fault);
    }
  }

  private boolean mayBeSaid() {
    long now = System.nanoTime();
    long next = nextNs.get();
    if (now - next >= 0 && nextNs.compareAndSet(next, now + PERIOD_NS)) {
      return true;
    }
    unsaid.incrementAndGet();
    return false;
  }
}
