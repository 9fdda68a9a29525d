package dev.daybook.connect.control;

import dev.daybook.connect.topic.CompactedTopic;
import dev.daybook.connect.topic.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/// Writes changes into the config topic and, once the log has them durably, into the book. One change at a time, since
/// several records make one change and the checks before it must still hold when it is written.
public final class ConfigLog {

  private static final long WRITE_TIMEOUT_S = 20;

  private final CompactedTopic topic;
  private final ConnectorBook book = new ConnectorBook();
  private final ReentrantLock writing = new ReentrantLock();

  public ConfigLog(CompactedTopic topic) {
    this.topic = topic;
  }

  public ConnectorBook book() {
    return book;
  }

  public void load(Map<String, Object> consumerConfig) {
    topic.readToEnd(
        consumerConfig,
        record -> {
          if (record.key() != null) {
            book.replay(record.key(), record.value());
          }
        });
  }

  /// Adds a connector with its first target state; false if the name is taken.
  boolean create(String name, Map<String, String> config, TargetState target) {
    return change(
        () -> {
          if (book.find(name).isPresent()) {
            return false;
          }
          writeTarget(name, target);
          write(ConnectorBook.CONNECTOR + name, Map.of("properties", config));
          return true;
        });
  }

  void update(String name, Map<String, String> config) {
    change(
        () -> {
          write(ConnectorBook.CONNECTOR + name, Map.of("properties", config));
          return true;
        });
  }

  void delete(String name) {
    change(
        () -> {
          write(ConnectorBook.CONNECTOR + name, null);
          write(ConnectorBook.TARGET + name, null);
          return true;
        });
  }

  void target(String name, TargetState target) {
    change(
        () -> {
          writeTarget(name, target);
          return true;
        });
  }

  /// Replaces the task configurations of a connector.
  void tasks(String name, List<Map<String, String>> configs) {
    change(
        () -> {
          if (book.find(name).isEmpty()) {
            return false; // deleted meanwhile
          }
          for (int i = 0; i < configs.size(); i++) {
            write(ConnectorBook.TASK + name + "-" + i, Map.of("properties", configs.get(i)));
          }
          write(ConnectorBook.COMMIT + name, Map.of("tasks", configs.size()));
          return true;
        });
  }

  private void writeTarget(String name, TargetState target) {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("state", target == TargetState.STOPPED ? "PAUSED" : target.name());
    state.put("state.v2", target.name());
    write(ConnectorBook.TARGET + name, state);
  }

  private interface Change {
    boolean make();
  }

  private boolean change(Change change) {
    writing.lock();
    try {
      return change.make();
    } finally {
      writing.unlock();
    }
  }

  private void write(String key, @Nullable Object value) {
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    byte[] valueBytes = value == null ? null : Json.bytes(value);
    try {
      topic.append(keyBytes, valueBytes).get(WRITE_TIMEOUT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while writing to " + topic.name(), e);
    } catch (ExecutionException | TimeoutException e) {
      throw new ConnectException("Cannot write to " + topic.name() + "; is the log reachable?", e);
    }
    book.replay(keyBytes, valueBytes);
  }
}
