package dev.daybook.connect.control;

import dev.daybook.connect.topic.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The connectors that should run, as a pure state machine over the config topic's records: `replay` is the only place
/// where it changes, at start and while running alike. Written under [ConfigLog]'s lock, read by any thread.
///
/// Task configurations count only with the `commit-` record that follows them; a crash in between leaves the old ones.
public final class ConnectorBook {

  static final String CONNECTOR = "connector-";
  static final String TASK = "task-";
  static final String COMMIT = "commit-";
  static final String TARGET = "target-state-";

  private final Map<String, ConnectorEntry> entries = new ConcurrentHashMap<>();
  private final Map<String, TargetState> targets = new HashMap<>();
  private final Map<String, Map<Integer, Map<String, String>>> uncommitted = new HashMap<>();
  private final Map<String, List<Map<String, String>>> tasks = new HashMap<>();
  private long revision;

  public Optional<ConnectorEntry> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  public Collection<ConnectorEntry> all() {
    return entries.values().stream().sorted(Comparator.comparing(ConnectorEntry::name)).toList();
  }

  /// Takes in one record. Keys of other kinds (sessions, restarts, loggers) belong to Kafka's own workers and are passed over.
  void replay(byte[] key, byte @Nullable [] value) {
    String text = new String(key, StandardCharsets.UTF_8);
    Optional<Map<String, Object>> fields = value == null ? Optional.empty() : Json.object(value);
    if (text.startsWith(CONNECTOR)) {
      connector(text.substring(CONNECTOR.length()), fields);
    } else if (text.startsWith(TARGET)) {
      target(text.substring(TARGET.length()), fields);
    } else if (text.startsWith(TASK)) {
      task(text.substring(TASK.length()), fields);
    } else if (text.startsWith(COMMIT)) {
      commit(text.substring(COMMIT.length()), fields);
    }
  }

  private void connector(String name, Optional<Map<String, Object>> fields) {
    if (fields.isEmpty()) {
      entries.remove(name);
      targets.remove(name);
      tasks.remove(name);
      uncommitted.remove(name);
      return;
    }
    entries.put(
        name,
        new ConnectorEntry(
            name,
            properties(fields.get()),
            targets.getOrDefault(name, TargetState.STARTED),
            tasks.getOrDefault(name, List.of()),
            ++revision));
  }

  private void target(String name, Optional<Map<String, Object>> fields) {
    if (fields.isEmpty()) {
      targets.remove(name);
      return;
    }
    // Workers before Kafka 3.5 know only "state", where STOPPED is shown to them as PAUSED.
    Object state = fields.get().getOrDefault("state.v2", fields.get().get("state"));
    targets.put(name, targetOf(String.valueOf(state)));
    refresh(name);
  }

  private static TargetState targetOf(String state) {
    return switch (state) {
      case "PAUSED" -> TargetState.PAUSED;
      case "STOPPED" -> TargetState.STOPPED;
      default -> TargetState.STARTED;
    };
  }

  private void task(String id, Optional<Map<String, Object>> fields) {
    int dash = id.lastIndexOf('-');
    if (dash < 0 || fields.isEmpty() || !id.substring(dash + 1).matches("\\d{1,9}")) {
      return;
    }
    uncommitted
        .computeIfAbsent(id.substring(0, dash), name -> new HashMap<>())
        .put(Integer.parseInt(id.substring(dash + 1)), properties(fields.get()));
  }

  private void commit(String name, Optional<Map<String, Object>> fields) {
    Map<Integer, Map<String, String>> fresh = uncommitted.remove(name);
    int count =
        fields.map(map -> map.get("tasks")).map(String::valueOf).map(Integer::parseInt).orElse(0);
    List<Map<String, String>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, String> config = fresh == null ? null : fresh.get(i);
      if (config == null) {
        return; // compaction took a part of this generation: the connector makes its tasks anew
        // when it starts
      }
      all.add(config);
    }
    tasks.put(name, all);
    refresh(name);
  }

  private void refresh(String name) {
    entries.computeIfPresent(
        name,
        (same, entry) ->
            new ConnectorEntry(
                name,
                entry.config(),
                targets.getOrDefault(name, TargetState.STARTED),
                tasks.getOrDefault(name, List.of()),
                entry.revision()));
  }

  private static Map<String, String> properties(Map<String, Object> fields) {
    Map<String, String> properties = new LinkedHashMap<>();
    if (fields.get("properties") instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (value != null) {
              properties.put(String.valueOf(key), String.valueOf(value));
            }
          });
    }
    return properties;
  }
}
