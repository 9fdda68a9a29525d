package dev.daybook.server;

import dev.daybook.eventlog.transaction.TransactionFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// The figures of transactions, as Prometheus wants them.
final class TransactionMetrics {
  private final MeterRegistry registry;
  private final Supplier<TransactionFigures> figures;

  private TransactionMetrics(MeterRegistry registry, Supplier<TransactionFigures> figures) {
    this.registry = registry;
    this.figures = figures;
  }

  static void show(MeterRegistry registry, Supplier<TransactionFigures> figures) {
    TransactionMetrics metrics = new TransactionMetrics(registry, figures);
    metrics.gauge("open", "Begun, and not decided", now -> now.open());
    metrics.gauge("ending", "Decided, and not known to every partition", now -> now.ending());
    metrics.gauge("unloaded", "Partitions of the state not loaded", now -> now.unloaded());
    metrics.count("committed", "Decided to commit", TransactionFigures::committed);
    metrics.count("aborted", "Decided to abort", TransactionFigures::aborted);
    metrics.count("timed.out", "Aborted because open too long", TransactionFigures::timedOut);
  }

  private void gauge(String name, String description, ToDoubleFunction<TransactionFigures> value) {
    Gauge.builder("daybook.transactions." + name, figures, from -> value.applyAsDouble(from.get()))
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  private void count(String name, String description, ToDoubleFunction<TransactionFigures> value) {
    FunctionCounter.builder(
            "daybook.transactions." + name, figures, from -> value.applyAsDouble(from.get()))
        .description(description)
        .register(registry);
  }
}
