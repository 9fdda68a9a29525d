package dev.daybook.eventlog.partition;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls code of others on an owner's thread: listeners and waiters. What they throw is theirs; it is told, and
/// neither ends the owner nor keeps the next guest from being told.
final class Guests {
  private static final Logger LOG = LoggerFactory.getLogger(Guests.class);

  private Guests() {}

  static void call(Runnable guest) {
    try {
      guest.run();
    } catch (RuntimeException e) {
      LOG.warn("a listener failed reason={}", e.toString(), e);
    }
  }
}
