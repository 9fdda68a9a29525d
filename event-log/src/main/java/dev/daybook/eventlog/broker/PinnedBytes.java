package dev.daybook.eventlog.broker;

import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of the log's memory wait in responses for clients to take them, of all connections together.
final class PinnedBytes {
  private static final long MANY_BYTES = 64L << 20;

  private final AtomicLong bytes = new AtomicLong();

  void add(long more) {
    bytes.addAndGet(more);
  }

  void remove(long fewer) {
    bytes.addAndGet(-fewer);
  }

  boolean areTooMany() {
    return bytes.get() > MANY_BYTES;
  }
}
