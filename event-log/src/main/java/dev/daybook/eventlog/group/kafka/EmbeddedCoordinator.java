package dev.daybook.eventlog.group.kafka;

import com.yammer.metrics.core.MetricsRegistry;
import dev.daybook.eventlog.group.GroupLog;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.Topic;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorMetrics;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorRuntimeMetrics;
import org.apache.kafka.server.share.persister.NoOpStatePersister;
import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.SystemTimerReaper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Kafka's coordinator service, with everything it wants around it, for one run of the log. It is told that it
/// leads every partition of the offsets topic, and loads them.
final class EmbeddedCoordinator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCoordinator.class);
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(2);

  private static final Duration PAUSE_AFTER_FAILED_LOAD = Duration.ofSeconds(1);

  private final Topic offsets;

  /// The coordinator obeys an election only when its epoch is above all it has seen in this run.
  private final AtomicIntegerArray epochs;

  private final DamagedGroups damaged;
  private final OffsetsWriter writer;
  private final OffsetsLoader loader;
  private final GroupCoordinatorService service;
  private final TopicPublisher topics;

  EmbeddedCoordinator(GroupLog log, Topic offsets, KafkaSettings settings) {
    GroupCoordinatorConfig config = settings.coordinator();
    this.offsets = offsets;
    this.epochs = new AtomicIntegerArray(offsets.partitions());
    this.writer = new OffsetsWriter(log, offsets);
    this.damaged = new DamagedGroups(log, offsets);
    this.loader =
        new OffsetsLoader(
            log, offsets, writer, damaged, config.offsetsLoadBufferSize(), this::loadAgain);
    this.service = build(config, settings, log.retentionClock());
    this.topics = new TopicPublisher(log, service);
    log.onTopics(catalogue -> topics.changed());
  }

  GroupCoordinatorService service() {
    return service;
  }

  DamagedGroups damaged() {
    return damaged;
  }

  TopicPublisher topics() {
    return topics;
  }

  /// Completes when all groups are loaded, but those of a partition that cannot be read; it is tried again.
  CompletableFuture<Void> load() {
    long startedNs = System.nanoTime();
    service.startup(offsets::partitions);
    return topics
        .caughtUp()
        .thenCompose(done -> electAll())
        .thenCompose(done -> topics.forget(loader.committedTopics()))
        .thenRun(
            () ->
                LOG.info(
                    "group coordinator ready: partitions={} ms={}",
                    offsets.partitions(),
                    (System.nanoTime() - startedNs) / 1_000_000));
  }

  @Override
  public void close() {
    topics.close();
    Thread shutdown = Thread.ofPlatform().name("group-shutdown").start(service::shutdown);
    try {
      if (!shutdown.join(PATIENCE_AT_CLOSE)) {
        writer.stop();
        shutdown.join(PATIENCE_AT_CLOSE);
      }
    } catch (InterruptedException e) {
      writer.stop();
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<Void> electAll() {
    IntStream.range(0, offsets.partitions()).forEach(this::elect);
    return CompletableFuture.allOf(
        IntStream.range(0, offsets.partitions())
            .mapToObj(loader::loaded)
            .toArray(CompletableFuture<?>[]::new));
  }

  private void elect(int partition) {
    service.onElection(partition, epochs.incrementAndGet(partition));
  }

  private void loadAgain(int partition) {
    CompletableFuture.delayedExecutor(PAUSE_AFTER_FAILED_LOAD.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> elect(partition));
  }

  private GroupCoordinatorService build(
      GroupCoordinatorConfig config, KafkaSettings settings, RetentionClock clock) {
    Metrics metrics = new Metrics();
    return new GroupCoordinatorService.Builder(TopicImages.NODE_ID, config)
        .withWriter(writer)
        .withLoader(loader)
        .withTime(new SteadyTime(clock))
        .withTimer(new SystemTimerReaper("group-timer", new SystemTimer("group-timer")))
        .withCoordinatorRuntimeMetrics(new GroupCoordinatorRuntimeMetrics(metrics))
        .withGroupCoordinatorMetrics(new GroupCoordinatorMetrics(new MetricsRegistry(), metrics))
        .withGroupConfigManager(settings.newGroupSettings())
        .withPersister(new NoOpStatePersister())
        .withAuthorizerPlugin(Optional.empty())
        .withPartitionMetadataClient(new NoShareGroups())
        .build();
  }
}
