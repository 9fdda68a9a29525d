package dev.daybook.connectors.file;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/// A worker by hand that keeps records and their offsets together, or loses both when it crashes before it commits.
final class SourceWorker implements SourceTaskContext, OffsetStorageReader {
  final Map<String, String> config;
  final Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
  final List<SourceRecord> kept = new ArrayList<>();
  private final List<SourceRecord> uncommitted = new ArrayList<>();
  private FileSourceTask task = new FileSourceTask();

  SourceWorker(Map<String, String> config) {
    this.config = config;
  }

  SourceWorker start() {
    task = new FileSourceTask();
    task.initialize(this);
    task.start(config);
    return this;
  }

  boolean poll() throws InterruptedException {
    List<SourceRecord> records = task.poll();
    if (records != null) {
      uncommitted.addAll(records);
    }
    return records != null;
  }

  void commit() {
    uncommitted.forEach(record -> offsets.put(record.sourcePartition(), record.sourceOffset()));
    kept.addAll(uncommitted);
    uncommitted.clear();
  }

  void crash() {
    uncommitted.clear();
    task.stop();
  }

  /// Polls until nothing came a few times in a row, then commits.
  SourceWorker drain() throws InterruptedException {
    for (int quiet = 0; quiet < 4; quiet = poll() ? 0 : quiet + 1) {}
    commit();
    return this;
  }

  List<Object> values() {
    return kept.stream().map(SourceRecord::value).toList();
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
  public PluginMetrics pluginMetrics() {
    throw new UnsupportedOperationException();
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
