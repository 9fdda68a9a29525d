package dev.daybook.auditui.web;

import dev.daybook.auditui.upstream.RestClient;
import dev.daybook.auditui.upstream.UpstreamException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Connectors and how they are, from Kafka Connect's REST. Of a configuration only a few harmless
/// settings are passed on: others hold passwords, and not every Connect masks them.
final class ConnectorRoutes {
  private static final List<String> HARMLESS =
      List.of("topics", "topics.regex", "topic", "topic.prefix", "tasks.max");

  private static final int LONGEST_TRACE = 8_000;

  private final Desk desk;
  private final Optional<RestClient> connect;

  ConnectorRoutes(Desk desk, Optional<RestClient> connect) {
    this.desk = desk;
    this.connect = connect;
  }

  void mount(Router router) {
    router.get("/api/connectors").handler(r -> desk.answer(r, this::list));
  }

  private JsonObject list() throws UpstreamException {
    var answer = new JsonObject().put("configured", connect.isPresent());
    return answer.put("connectors", connect.isPresent() ? all(connect.get()) : new JsonArray());
  }

  private static JsonArray all(RestClient connect) throws UpstreamException {
    var answer = connect.object("/connectors?expand=status&expand=info");
    var connectors = new JsonArray();
    for (var name : new TreeSet<>(answer.fieldNames())) {
      connectors.add(connector(name, answer.getJsonObject(name, new JsonObject())));
    }
    return connectors;
  }

  private static JsonObject connector(String name, JsonObject answer) {
    var info = answer.getJsonObject("info", new JsonObject());
    var status = answer.getJsonObject("status", new JsonObject());
    var config = info.getJsonObject("config", new JsonObject());
    var settings = new JsonObject();
    HARMLESS.stream()
        .filter(config::containsKey)
        .forEach(key -> settings.put(key, config.getValue(key)));
    var tasks = new JsonArray();
    for (var task : status.getJsonArray("tasks", new JsonArray())) {
      tasks.add(state((JsonObject) task).put("id", ((JsonObject) task).getValue("id")));
    }
    return state(status.getJsonObject("connector", new JsonObject()))
        .put("name", name)
        .put("type", status.getString("type", info.getString("type", "unknown")))
        .put("class", config.getString("connector.class"))
        .put("settings", settings)
        .put("tasks", tasks);
  }

  private static JsonObject state(JsonObject reported) {
    String trace = reported.getString("trace", "");
    var state =
        new JsonObject()
            .put("state", reported.getString("state", "UNKNOWN"))
            .put("worker", reported.getString("worker_id"));
    return trace.isEmpty()
        ? state
        : state.put("trace", trace.substring(0, Math.min(trace.length(), LONGEST_TRACE)));
  }
}
