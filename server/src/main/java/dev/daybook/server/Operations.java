package dev.daybook.server;

import dev.daybook.connect.ConnectorView;
import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.broker.LogServer;
import dev.daybook.eventlog.partition.CleanerCounts;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.ScrubCounts;
import dev.daybook.eventlog.topic.Topic;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// `/health` and `/metrics`: what an operator's tools ask. Figures are read when they are asked for.
final class Operations {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, BooleanSupplier> rooms = new TreeMap<>();
  private final Optional<EventLog> log;
  private final Supplier<List<ConnectorView>> connectors;
  private final MultiGauge topicBytes;
  private final MultiGauge topicEnds;
  private final MultiGauge connectorStates;
  private volatile Supplier<List<String>> problems = List::of;

  Operations(Optional<EventLog> log, Supplier<List<ConnectorView>> connectors) {
    this.log = log;
    this.connectors = connectors;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    this.topicBytes =
        MultiGauge.builder("daybook.topic.bytes")
            .description("Bytes in segments")
            .register(registry);
    this.topicEnds =
        MultiGauge.builder("daybook.topic.high.watermark")
            .description("Sum of the partitions' high watermarks")
            .register(registry);
    this.connectorStates =
        MultiGauge.builder("daybook.connector.running")
            .description("1 where the connector runs")
            .register(registry);
    log.ifPresent(
        opened -> {
          Gauge.builder("daybook.topics", opened, value -> value.topics().all().size())
              .description("Topics there are")
              .register(registry);
          Gauge.builder("daybook.retention.lag", opened, value -> value.retentionLag().toSeconds())
              .description("How far the wall clock leapt ahead of the time that retention goes by")
              .baseUnit("seconds")
              .register(registry);
          opened.measuredBy(new LogMetrics(registry, opened));
          showScrub(opened.scrubbed());
          showCleaner(opened.cleaned());
        });
  }

  private void showScrub(ScrubCounts scrubbed) {
    FunctionCounter.builder("daybook.scrub.bytes", scrubbed, ScrubCounts::bytes)
        .description("Bytes of sealed segments read again in the background")
        .register(registry);
    FunctionCounter.builder("daybook.scrub.damaged", scrubbed, ScrubCounts::damaged)
        .description("Sealed segments that were found damaged")
        .register(registry);
  }

  private void showCleaner(CleanerCounts cleaned) {
    count("cleanings", "Cleanings of a partition that came to their end", cleaned::cleanings);
    count("bytes", "Bytes read and written by compaction", cleaned::bytes);
    count("records.dropped", "Records that compaction removed", cleaned::dropped);
    count("reclaimed.bytes", "Bytes by which segments became smaller", cleaned::reclaimedBytes);
    count("failures", "Cleanings that were given up", cleaned::failures);
  }

  private void count(String name, String description, LongSupplier value) {
    FunctionCounter.builder("daybook.cleaner." + name, value, LongSupplier::getAsLong)
        .description(description)
        .register(registry);
  }

  /// Adds the broker's figures to what `/metrics` tells, and its problems to what `/health` does.
  void show(LogServer server) {
    BrokerMetrics.show(registry, server::figures);
    TransactionMetrics.show(registry, server::transactions);
    tell(server::problems);
  }

  /// Adds sentences about what is not served, and what helps, to what `/health` tells.
  void tell(Supplier<List<String>> sentences) {
    problems = sentences;
  }

  /// Adds a room to what `/health` tells.
  void watch(String room, BooleanSupplier ready) {
    rooms.put(room, ready);
  }

  void mount(Vertx vertx, Router router) {
    router.get("/health").handler(this::health);
    router
        .get("/health/live")
        .handler(context -> context.json(new JsonObject().put("status", "UP")));
    router.get("/health/ready").handler(this::health);
    router.get("/metrics").handler(context -> metrics(vertx, context));
  }

  private void health(RoutingContext context) {
    JsonObject parts = new JsonObject();
    boolean all = true;
    for (Map.Entry<String, BooleanSupplier> room : rooms.entrySet()) {
      boolean ready = room.getValue().getAsBoolean();
      parts.put(room.getKey(), ready ? "UP" : "STARTING");
      all &= ready;
    }
    context.response().setStatusCode(all ? 200 : 503);
    JsonObject health = new JsonObject().put("status", all ? "UP" : "STARTING").put("rooms", parts);
    List<String> told = problems.get();
    // All else is served, so a server with problems is up.
    context.json(told.isEmpty() ? health : health.put("problems", new JsonArray(told)));
  }

  private void metrics(Vertx vertx, RoutingContext context) {
    vertx
        .executeBlocking(this::scrape)
        .onSuccess(
            text ->
                context
                    .response()
                    .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                    .end(text))
        .onFailure(context::fail);
  }

  private synchronized String scrape() {
    log.ifPresent(this::readTopics);
    connectorStates.register(
        connectors.get().stream()
            .<MultiGauge.Row<?>>map(
                connector ->
                    MultiGauge.Row.of(
                        Tags.of("connector", connector.name()),
                        "RUNNING".equals(connector.state()) ? 1 : 0))
            .toList(),
        true);
    return registry.scrape();
  }

  private void readTopics(EventLog opened) {
    topicBytes.register(
        opened.topics().all().stream()
            .<MultiGauge.Row<?>>map(topic -> row(opened, topic, true))
            .toList(),
        true);
    topicEnds.register(
        opened.topics().all().stream()
            .<MultiGauge.Row<?>>map(topic -> row(opened, topic, false))
            .toList(),
        true);
  }

  private static MultiGauge.Row<Number> row(EventLog log, Topic topic, boolean bytes) {
    long sum = 0;
    for (int index = 0; index < topic.partitions(); index++) {
      Partition partition = log.partition(topic.partition(index));
      if (partition != null) {
        sum += bytes ? partition.sizeBytes() : partition.highWatermark();
      }
    }
    return MultiGauge.Row.of(Tags.of("topic", topic.name()), sum);
  }
}
