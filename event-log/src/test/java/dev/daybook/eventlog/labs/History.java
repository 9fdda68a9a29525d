package dev.daybook.eventlog.labs;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// What all clients saw, in one order: what one of them did because of what another one saw stands behind it. Any thread
/// adds.
final class History {
  private final List<HistoryEvent> events = new ArrayList<>();
  private int acknowledged;

  static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  synchronized void add(HistoryEvent event) {
    events.add(event);
    if (event instanceof HistoryEvent.Acked) {
      acknowledged++;
    }
  }

  synchronized List<HistoryEvent> events() {
    return List.copyOf(events);
  }

  synchronized int acknowledgedBatches() {
    return acknowledged;
  }
}
