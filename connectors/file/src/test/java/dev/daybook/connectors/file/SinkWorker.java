package dev.daybook.connectors.file;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/// A worker by hand: one partition of a log, one task at a time, and the offset the worker itself has committed.
final class SinkWorker implements SinkTaskContext {
  private final TopicPartition partition;
  private final List<SinkRecord> log;
  private final Map<String, String> config;
  long committed;
  long position;
  private FileSinkTask task = new FileSinkTask();

  SinkWorker(TopicPartition partition, List<SinkRecord> log, Map<String, String> config) {
    this.partition = partition;
    this.log = log;
    this.config = config;
  }

  /// A new task; a former one is just forgotten, as by kill -9.
  SinkWorker start() {
    task = new FileSinkTask();
    task.initialize(this);
    task.start(config);
    position = committed;
    task.open(Set.of(partition));
    return this;
  }

  SinkWorker deliver(int atOnce) {
    while (position < log.size()) {
      deliverOnce(atOnce);
    }
    return this;
  }

  void deliverOnce(int atOnce) {
    List<SinkRecord> batch =
        log.subList((int) position, (int) Math.min(log.size(), position + atOnce));
    position += batch.size();
    task.put(batch);
  }

  SinkWorker commit() {
    OffsetAndMetadata durable =
        task.preCommit(Map.of(partition, new OffsetAndMetadata(position))).get(partition);
    committed = durable == null ? committed : durable.offset();
    return this;
  }

  void stop() {
    task.close(Set.of(partition));
    task.stop();
  }

  @Override
  public void offset(TopicPartition other, long offset) {
    position = offset;
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    offsets.forEach(this::offset);
  }

  @Override
  public Map<String, String> configs() {
    return config;
  }

  @Override
  public void timeout(long timeoutMs) {}

  @Override
  public Set<TopicPartition> assignment() {
    return Set.of(partition);
  }

  @Override
  public void pause(TopicPartition... partitions) {}

  @Override
  public void resume(TopicPartition... partitions) {}

  @Override
  public void requestCommit() {}

  @Override
  public PluginMetrics pluginMetrics() {
    throw new UnsupportedOperationException();
  }
}
