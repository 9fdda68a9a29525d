package dev.daybook.connectors.debezium;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/// A worker by hand: records and their offsets are kept together, or lost together when it crashes before it commits.
final class SourceWorker implements SourceTaskContext, OffsetStorageReader {
  private final Map<String, String> config;
  private final Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
  private final List<SourceRecord> uncommitted = new ArrayList<>();
  final List<SourceRecord> kept = new ArrayList<>();
  private @Nullable SourceTask task;

  SourceWorker(Map<String, String> config) {
    this.config = config;
  }

  SourceWorker start() throws ReflectiveOperationException {
    PostgresSource connector = new PostgresSource();
    connector.start(config);
    task = (SourceTask) connector.taskClass().getDeclaredConstructor().newInstance();
    task.initialize(this);
    task.start(connector.taskConfigs(1).getFirst());
    return this;
  }

  private SourceTask task() {
    if (task == null) {
      throw new IllegalStateException("not started");
    }
    return task;
  }

  /// Polls until so many records of tables are there, without keeping them.
  SourceWorker await(int records) throws InterruptedException {
    long deadline = System.nanoTime() + 240_000_000_000L;
    while (uncommitted.stream().filter(SourceWorker::isOfTable).count() < records) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "only " + uncommitted.size() + " of " + records + " records came: " + uncommitted);
      }
      List<SourceRecord> polled = task().poll();
      if (polled != null) {
        uncommitted.addAll(polled);
      }
    }
    return this;
  }

  SourceWorker commit() throws InterruptedException {
    for (SourceRecord record : uncommitted) {
      offsets.put(record.sourcePartition(), record.sourceOffset());
      if (isOfTable(record)) {
        kept.add(record);
      }
      task().commitRecord(record, null);
    }
    uncommitted.clear();
    task().commit();
    return this;
  }

  private static boolean isOfTable(SourceRecord record) {
    return !record.topic().startsWith("__debezium-heartbeat");
  }

  void stop() {
    uncommitted.clear();
    task().stop();
  }

  @Override
  public Map<String, String> configs() {
    return config;
  }

  @Override
  public OffsetStorageReader offsetStorageReader() {
    return this;
  }

  @Override
  @SuppressWarnings("NullAway") // Workers without plug-in metrics return null, and Debezium copes.
  public PluginMetrics pluginMetrics() {
    return null;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> @Nullable Map<String, Object> offset(Map<String, T> partition) {
    return (Map<String, Object>) offsets.get(partition);
  }

  @Override
  public <T> Map<Map<String, T>, Map<String, Object>> offsets(
      Collection<Map<String, T>> partitions) {
    Map<Map<String, T>, Map<String, Object>> found = new HashMap<>();
    for (Map<String, T> partition : partitions) {
      Map<String, Object> offset = offset(partition);
      if (offset != null) {
        found.put(partition, offset);
      }
    }
    return found;
  }
}
