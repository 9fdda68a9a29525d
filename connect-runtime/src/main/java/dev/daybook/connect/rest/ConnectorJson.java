package dev.daybook.connect.rest;

import dev.daybook.connect.control.ConnectorEntry;
import dev.daybook.connect.control.Connectors;
import dev.daybook.connect.control.Refused;
import dev.daybook.connect.control.Refused.Reason;
import dev.daybook.connect.control.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Connectors, tasks and statuses in the shapes of Kafka Connect. Secrets are masked before they get here.
final class ConnectorJson {

  private final Connectors connectors;

  ConnectorJson(Connectors connectors) {
    this.connectors = connectors;
  }

  Map<String, Object> info(ConnectorEntry entry) {
    List<Map<String, Object>> tasks = new ArrayList<>();
    for (int i = 0; i < entry.tasks().size(); i++) {
      tasks.add(taskId(entry.name(), i));
    }
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("name", entry.name());
    info.put("config", connectors.shown(entry));
    info.put("tasks", tasks);
    info.put("type", type(entry));
    return info;
  }

  List<Map<String, Object>> tasks(ConnectorEntry entry) {
    List<Map<String, Object>> tasks = new ArrayList<>();
    List<Map<String, String>> configs = connectors.shownTasks(entry);
    for (int i = 0; i < configs.size(); i++) {
      Map<String, Object> task = new LinkedHashMap<>();
      task.put("id", taskId(entry.name(), i));
      task.put("config", configs.get(i));
      tasks.add(task);
    }
    return tasks;
  }

  private static Map<String, Object> taskId(String connector, int task) {
    Map<String, Object> id = new LinkedHashMap<>();
    id.put("connector", connector);
    id.put("task", task);
    return id;
  }

  Map<String, Object> status(String name) {
    Status connector =
        connectors
            .find(name)
            .flatMap(entry -> connectors.statuses().connector(name))
            .orElseThrow(
                () -> new Refused(Reason.NOT_FOUND, "No status found for connector " + name));
    List<Map<String, Object>> tasks = new ArrayList<>();
    connectors.statuses().tasks(name).forEach((task, status) -> tasks.add(task(task, status)));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("name", name);
    answer.put("connector", state(new LinkedHashMap<>(), connector));
    answer.put("tasks", tasks);
    answer.put("type", connectors.find(name).map(this::type).orElse("unknown"));
    return answer;
  }

  Map<String, Object> taskStatus(String name, int task) {
    return task(
        task,
        connectors
            .statuses()
            .task(name, task)
            .orElseThrow(
                () ->
                    new Refused(
                        Reason.NOT_FOUND, "No status found for task " + name + "-" + task)));
  }

  private static Map<String, Object> task(int number, Status status) {
    Map<String, Object> task = new LinkedHashMap<>();
    task.put("id", number);
    return state(task, status);
  }

  private static Map<String, Object> state(Map<String, Object> fields, Status status) {
    fields.put("state", status.state().name());
    fields.put("worker_id", status.workerId());
    putUnlessEmpty(fields, "trace", status.trace());
    putUnlessEmpty(fields, "version", status.version());
    return fields;
  }

  private static void putUnlessEmpty(
      Map<String, Object> fields, String key, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      fields.put(key, value);
    }
  }

  private String type(ConnectorEntry entry) {
    String type = connectors.type(entry);
    return type == null ? "unknown" : type;
  }
}
