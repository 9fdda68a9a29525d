package dev.daybook.connect.control;

import dev.daybook.connect.control.Status.State;
import dev.daybook.connect.topic.CompactedTopic;
import dev.daybook.connect.topic.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last known status of every connector and task, in memory and in the status topic. Any thread may put; a status
/// is news, not a promise, so nobody waits until the topic has it.
public final class StatusBoard {

  private static final Logger LOG = LoggerFactory.getLogger(StatusBoard.class);
  private static final String CONNECTOR = "status-connector-";
  private static final String TASK = "status-task-";

  private final CompactedTopic topic;
  private final String workerId;
  private final Map<String, Status> board = new ConcurrentHashMap<>();

  public StatusBoard(CompactedTopic topic, String workerId) {
    this.topic = topic;
    this.workerId = workerId;
  }

  /// Reads what was true when the last worker ended; nothing runs yet, so all of it is unassigned now.
  public void load(Map<String, Object> consumerConfig) {
    topic.readToEnd(consumerConfig, this::replay);
    board.replaceAll(
        (key, old) ->
            new Status(State.UNASSIGNED, null, workerId, old.generation(), old.version()));
  }

  private void replay(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (!key.startsWith(CONNECTOR) && !key.startsWith(TASK)) {
      return;
    }
    Optional<Map<String, Object>> fields =
        record.value() == null ? Optional.empty() : Json.object(record.value());
    if (fields.isPresent()) {
      int generation =
          fields.get().get("generation") instanceof Number number ? number.intValue() : 0;
      board.put(key, new Status(State.UNASSIGNED, null, workerId, generation, null));
    } else {
      board.remove(key);
    }
  }

  public Optional<Status> connector(String name) {
    return Optional.ofNullable(board.get(CONNECTOR + name));
  }

  public Optional<Status> task(String name, int task) {
    return Optional.ofNullable(board.get(TASK + name + "-" + task));
  }

  /// The tasks of a connector by number.
  public Map<Integer, Status> tasks(String name) {
    Map<Integer, Status> tasks = new TreeMap<>();
    board.forEach(
        (key, status) -> {
          if (key.startsWith(TASK + name + "-")
              && key.lastIndexOf('-') == TASK.length() + name.length()) {
            tasks.put(Integer.parseInt(key.substring(key.lastIndexOf('-') + 1)), status);
          }
        });
    return tasks;
  }

  void putConnector(String name, State state, @Nullable String trace, @Nullable String version) {
    put(CONNECTOR + name, state, trace, version);
  }

  void putTask(
      String name, int task, State state, @Nullable String trace, @Nullable String version) {
    put(TASK + name + "-" + task, state, trace, version);
  }

  private void put(String key, State state, @Nullable String trace, @Nullable String version) {
    Status status =
        board.compute(
            key,
            (same, old) -> {
              int generation = old == null ? 0 : old.generation();
              boolean starts =
                  state == State.RUNNING && (old == null || old.state() != State.RUNNING);
              return new Status(
                  state, trace, workerId, starts ? generation + 1 : generation, version);
            });
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("state", status.state().name());
    value.put("trace", status.trace());
    value.put("worker_id", status.workerId());
    value.put("generation", status.generation());
    value.put("version", status.version());
    write(key, Json.bytes(value));
  }

  void forgetConnector(String name) {
    forget(CONNECTOR + name);
    forgetTasks(name, 0);
  }

  /// Forgets the tasks from number `from` on.
  void forgetTasks(String name, int from) {
    tasks(name).keySet().stream()
        .filter(task -> task >= from)
        .forEach(task -> forget(TASK + name + "-" + task));
  }

  private void forget(String key) {
    if (board.remove(key) != null) {
      write(key, null);
    }
  }

  private void write(String key, byte @Nullable [] value) {
    var _ =
        topic
            .append(key.getBytes(StandardCharsets.UTF_8), value)
            .exceptionally(
                failure -> {
                  LOG.warn("The status {} could not be written: {}", key, failure.toString());
                  return null;
                });
  }
}
