package dev.daybook.connectors.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;

/// A worker by hand: one partition of a log, one task at a time, and the offset the worker itself has committed.
final class Worker implements SinkTaskContext {
  final TopicPartition partition;
  final List<SinkRecord> log;
  final Map<String, String> config;
  final Map<SinkRecord, Throwable> reported = new HashMap<>();
  final List<Long> rewinds = new ArrayList<>();
  boolean reports = true;
  long committed;
  long position;
  int retries;
  JdbcSinkTask task = new JdbcSinkTask();

  Worker(TopicPartition partition, List<SinkRecord> log, Map<String, String> config) {
    this.partition = partition;
    this.log = log;
    this.config = config;
  }

  /// A new task, as after a start or a crash: it begins where the worker last committed, unless the task says better.
  Worker startTask() {
    task = new JdbcSinkTask();
    task.initialize(this);
    task.start(config);
    position = committed;
    task.open(Set.of(partition));
    return this;
  }

  /// Delivers what is left of the log, so many records at once.
  Worker deliver(int atOnce) {
    while (position < log.size()) {
      deliverOnce(atOnce);
    }
    return this;
  }

  void deliverOnce(int atOnce) {
    List<SinkRecord> batch =
        log.subList((int) position, (int) Math.min(log.size(), position + atOnce));
    long next = position + batch.size();
    position = next;
    while (true) {
      try {
        task.put(batch);
        return;
      } catch (RetriableException again) {
        retries++;
      }
    }
  }

  Worker commit() {
    Map<TopicPartition, OffsetAndMetadata> durable =
        task.preCommit(Map.of(partition, new OffsetAndMetadata(position)));
    OffsetAndMetadata offset = durable.get(partition);
    if (offset != null) {
      committed = offset.offset();
    }
    return this;
  }

  void stopTask() {
    task.close(Set.of(partition));
    task.stop();
  }

  @Override
  public void offset(TopicPartition other, long offset) {
    rewinds.add(offset);
    position = offset;
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    offsets.forEach(this::offset);
  }

  @Override
  public @Nullable ErrantRecordReporter errantRecordReporter() {
    return reports
        ? (record, error) -> {
          reported.put(record, error);
          return CompletableFuture.runAsync(() -> {}, Runnable::run);
        }
        : null;
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
  public org.apache.kafka.common.metrics.PluginMetrics pluginMetrics() {
    throw new UnsupportedOperationException();
  }
}
