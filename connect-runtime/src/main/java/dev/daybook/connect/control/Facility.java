package dev.daybook.connect.control;

import dev.daybook.connect.config.ConnectorValidator;
import dev.daybook.connect.config.References;
import dev.daybook.connect.worker.Worker;
import java.time.Duration;
import java.util.function.BiConsumer;

/// What every hosted connector needs.
///
/// @param patience how long tasks may take to stop before they are abandoned
/// @param timer runs something after a while; who asks does not wait
public record Facility(
    Worker worker,
    References references,
    ConnectorValidator validator,
    ConfigLog log,
    StatusBoard statuses,
    Duration patience,
    BiConsumer<Duration, Runnable> timer) {

  ConnectorBook book() {
    return log.book();
  }
}
