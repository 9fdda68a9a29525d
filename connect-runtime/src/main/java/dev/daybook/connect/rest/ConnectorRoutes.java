package dev.daybook.connect.rest;

import dev.daybook.connect.control.ConnectorEntry;
import dev.daybook.connect.control.Connectors;
import dev.daybook.connect.control.OffsetRequests;
import dev.daybook.connect.control.Refused;
import dev.daybook.connect.control.Refused.Reason;
import dev.daybook.connect.control.TargetState;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The answers under `/connectors`. Each runs on a virtual thread.
final class ConnectorRoutes {

  private static final Set<String> CREATE_FIELDS = Set.of("name", "config", "initial_state");

  private final Connectors connectors;
  private final OffsetRequests offsets;
  private final ConnectorJson json;
  private final String workerId;

  ConnectorRoutes(Connectors connectors, String workerId) {
    this.connectors = connectors;
    this.offsets = new OffsetRequests(connectors);
    this.json = new ConnectorJson(connectors);
    this.workerId = workerId;
  }

  Answer list(Request request) {
    if (!request.query().containsKey("expand")) {
      return Answer.ok(connectors.entries().stream().map(ConnectorEntry::name).toList());
    }
    List<String> expand = request.query().get("expand");
    Map<String, Object> all = new LinkedHashMap<>();
    for (ConnectorEntry entry : connectors.entries()) {
      Map<String, Object> one = new LinkedHashMap<>();
      if (expand.contains("info")) {
        one.put("info", json.info(entry));
      }
      if (expand.contains("status") && connectors.statuses().connector(entry.name()).isPresent()) {
        one.put("status", json.status(entry.name()));
      }
      all.put(entry.name(), one);
    }
    return Answer.ok(all);
  }

  Answer create(Request request) {
    Map<String, Object> body = request.object();
    body.keySet().stream()
        .filter(field -> !CREATE_FIELDS.contains(field))
        .findFirst()
        .ifPresent(
            field -> {
              throw new Refused(
                  Reason.BAD_REQUEST,
                  "Unknown field '"
                      + field
                      + "'; a connector is created from name, config and"
                      + " initial_state");
            });
    Map<String, String> config = Request.settings(body.get("config"));
    Object given = body.get("name") == null ? config.get("name") : body.get("name");
    String name = given == null ? "" : String.valueOf(given).trim();
    return created(connectors.create(name, config, initialState(body.get("initial_state"))));
  }

  private static TargetState initialState(@org.jspecify.annotations.Nullable Object given) {
    return switch (given == null ? "RUNNING" : String.valueOf(given).toUpperCase(Locale.ROOT)) {
      case "RUNNING" -> TargetState.STARTED;
      case "PAUSED" -> TargetState.PAUSED;
      case "STOPPED" -> TargetState.STOPPED;
      default ->
          throw new Refused(
              Reason.BAD_REQUEST, "initial_state must be RUNNING, PAUSED or STOPPED, not " + given);
    };
  }

  private Answer created(ConnectorEntry entry) {
    String path = URLEncoder.encode(entry.name(), StandardCharsets.UTF_8).replace("+", "%20");
    return new Answer(201, json.info(entry), "http://" + workerId + "/connectors/" + path);
  }

  Answer get(Request request) {
    return Answer.ok(json.info(connectors.get(request.connector())));
  }

  Answer config(Request request) {
    return Answer.ok(connectors.shown(connectors.get(request.connector())));
  }

  Answer putConfig(Request request) {
    boolean exists = connectors.find(request.connector()).isPresent();
    ConnectorEntry entry = connectors.put(request.connector(), Request.settings(request.object()));
    return exists ? Answer.ok(json.info(entry)) : created(entry);
  }

  Answer patchConfig(Request request) {
    connectors.get(request.connector());
    return Answer.ok(
        json.info(connectors.patch(request.connector(), Request.config(request.object()))));
  }

  Answer tasks(Request request) {
    return Answer.ok(json.tasks(connectors.get(request.connector())));
  }

  Answer status(Request request) {
    return Answer.ok(json.status(request.connector()));
  }

  Answer taskStatus(Request request) {
    return Answer.ok(json.taskStatus(request.connector(), request.task()));
  }

  Answer restart(Request request) {
    boolean includeTasks = request.flag("includeTasks", false);
    boolean onlyFailed = request.flag("onlyFailed", false);
    connectors.restart(request.connector(), includeTasks, onlyFailed);
    return includeTasks || onlyFailed
        ? new Answer(202, json.status(request.connector()), null)
        : Answer.empty(204);
  }

  Answer restartTask(Request request) {
    connectors.restartTask(request.connector(), request.task());
    return Answer.empty(204);
  }

  Answer pause(Request request) {
    connectors.target(request.connector(), TargetState.PAUSED);
    return Answer.empty(202);
  }

  Answer resume(Request request) {
    connectors.target(request.connector(), TargetState.STARTED);
    return Answer.empty(202);
  }

  Answer stop(Request request) {
    connectors.target(request.connector(), TargetState.STOPPED);
    return Answer.empty(204);
  }

  Answer delete(Request request) {
    connectors.delete(request.connector());
    return Answer.empty(204);
  }

  Answer offsets(Request request) {
    return Answer.ok(Map.of("offsets", offsets.read(request.connector())));
  }

  Answer alterOffsets(Request request) {
    connectors.get(request.connector());
    if (!(request.object().get("offsets") instanceof List<?> lines)) {
      throw new Refused(
          Reason.BAD_REQUEST,
          "Partitions / offsets need to be provided for an alter offsets request");
    }
    return Answer.ok(Map.of("message", offsets.alter(request.connector(), lines)));
  }

  Answer resetOffsets(Request request) {
    return Answer.ok(Map.of("message", offsets.reset(request.connector())));
  }
}
