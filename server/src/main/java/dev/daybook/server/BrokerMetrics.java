package dev.daybook.server;

import dev.daybook.eventlog.broker.BrokerFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// The broker's figures, as Prometheus wants them.
final class BrokerMetrics {
  private final MeterRegistry registry;
  private final Supplier<BrokerFigures> figures;

  private BrokerMetrics(MeterRegistry registry, Supplier<BrokerFigures> figures) {
    this.registry = registry;
    this.figures = figures;
  }

  static void show(MeterRegistry registry, Supplier<BrokerFigures> figures) {
    BrokerMetrics metrics = new BrokerMetrics(registry, figures);
    metrics.gauge("daybook.connections", "Of Kafka clients", now -> now.connections());
    metrics.gauge(
        "daybook.requests.bytes", "Of requests not answered yet", BrokerFigures::requestBytes);
    metrics.gauge(
        "daybook.responses.bytes", "Of answers not taken yet", BrokerFigures::responseBytes);
    FunctionCounter.builder(
            "daybook.connections.refused", figures, from -> (double) from.get().refused())
        .description("Closed because of their client, or because there were too many")
        .register(registry);
  }

  private void gauge(String name, String description, ToDoubleFunction<BrokerFigures> value) {
    Gauge.builder(name, figures, from -> value.applyAsDouble(from.get()))
        .description(description)
        .strongReference(true)
        .register(registry);
  }
}
