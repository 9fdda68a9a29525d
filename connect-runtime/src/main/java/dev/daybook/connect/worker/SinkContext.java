package dev.daybook.connect.worker;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.IllegalWorkerStateException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;

/// What a sink task sees of the worker, and the wishes it leaves there for the loop. Used on the task's thread, except
/// that a task may request a commit from any thread.
final class SinkContext implements SinkTaskContext {

  private final Map<String, String> configs;
  private final Consumer<byte[], byte[]> consumer;
  private final @Nullable ErrantRecordReporter reporter;
  private final PluginMetrics pluginMetrics;
  private final Map<TopicPartition, Long> rewinds = new HashMap<>();
  private final Set<TopicPartition> paused = new HashSet<>();
  private long timeoutMs = -1;
  private volatile boolean commitRequested;
  private boolean pausedByUser;

  SinkContext(
      Map<String, String> configs,
      Consumer<byte[], byte[]> consumer,
      @Nullable ErrantRecordReporter reporter,
      PluginMetrics pluginMetrics) {
    this.configs = configs;
    this.consumer = consumer;
    this.reporter = reporter;
    this.pluginMetrics = pluginMetrics;
  }

  @Override
  public Map<String, String> configs() {
    return configs;
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    rewinds.putAll(offsets);
  }

  @Override
  public void offset(TopicPartition partition, long offset) {
    rewinds.put(partition, offset);
  }

  @Override
  public void timeout(long timeoutMs) {
    this.timeoutMs = timeoutMs;
  }

  @Override
  public Set<TopicPartition> assignment() {
    return consumer.assignment();
  }

  @Override
  public void pause(TopicPartition... partitions) {
    Set<TopicPartition> wanted = requireAssigned("pause", partitions);
    paused.addAll(wanted);
    if (!pausedByUser) {
      consumer.pause(wanted);
    }
  }

  @Override
  public void resume(TopicPartition... partitions) {
    Set<TopicPartition> wanted = requireAssigned("resume", partitions);
    paused.removeAll(wanted);
    if (!pausedByUser) {
      consumer.resume(wanted);
    }
  }

  private Set<TopicPartition> requireAssigned(String verb, TopicPartition... partitions) {
    Set<TopicPartition> wanted = new HashSet<>(Arrays.asList(partitions));
    if (!consumer.assignment().containsAll(wanted)) {
      throw new IllegalWorkerStateException(
          "A sink task may only " + verb + " partitions assigned to it, not " + wanted);
    }
    return wanted;
  }

  @Override
  public void requestCommit() {
    commitRequested = true;
  }

  @Override
  @SuppressWarnings("NullAway") // connect-api answers null where errors are not reported
  public ErrantRecordReporter errantRecordReporter() {
    return reporter;
  }

  @Override
  public PluginMetrics pluginMetrics() {
    return pluginMetrics;
  }

  Map<TopicPartition, Long> takeRewinds() {
    Map<TopicPartition, Long> taken = Map.copyOf(rewinds);
    rewinds.clear();
    return taken;
  }

  /// The partitions the task paused and still has.
  Set<TopicPartition> pausedByTask() {
    paused.retainAll(consumer.assignment());
    return Set.copyOf(paused);
  }

  void pausedByUser(boolean isPaused) {
    pausedByUser = isPaused;
  }

  /// The wait the task asked for before it wants to be called again, once; -1 if none.
  long takeTimeoutMs() {
    long taken = timeoutMs;
    timeoutMs = -1;
    return taken;
  }

  boolean takeCommitRequest() {
    boolean requested = commitRequested;
    commitRequested = false;
    return requested;
  }
}
