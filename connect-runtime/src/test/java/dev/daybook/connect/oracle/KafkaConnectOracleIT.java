package dev.daybook.connect.oracle;

import static dev.daybook.connect.scene.Scene.STRINGS;
import static dev.daybook.connect.scene.Scene.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daybook.connect.scene.Await;
import dev.daybook.connect.scene.TestLog;
import dev.daybook.connect.scene.TestWorker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same story told to Apache Kafka's Connect and to ours, on our log: every answer must have the same status and the
/// same JSON, up to what is documented to differ. It also shows that Kafka's worker runs on our broker, and that
/// the state one worker leaves is the state the other finds.
@Tag("ci")
class KafkaConnectOracleIT {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  /// One request of the story.
  private record Step(String method, String path, String body) {}

  /// What came back, comparable.
  private record Told(Step step, int status, String json) {}

  private interface Rest {
    Map.Entry<Integer, String> ask(Step step);
  }

  private List<Step> story(String name) {
    String config =
        "{\"connector.class\":\"FileStreamSource\",\"file\":\""
            + folder.resolve("in.txt")
            + "\",\"topic\":\""
            + name
            + "\",\"value.converter\":\""
            + STRINGS
            + "\"}";
    String validate = "/connector-plugins/FileStreamSource/config/validate";
    return List.of(
        new Step("GET", "/connectors", ""),
        new Step("POST", "/connectors", "{\"name\":\"" + name + "\",\"config\":" + config + "}"),
        new Step("AWAIT", "/connectors/" + name + "/tasks/0/status", "RUNNING"),
        new Step("AWAIT", "/connectors/" + name + "/offsets", "\"position\":4"),
        new Step("POST", "/connectors", "{\"name\":\"" + name + "\",\"config\":" + config + "}"),
        new Step("GET", "/connectors/" + name, ""),
        new Step("GET", "/connectors/" + name + "/config", ""),
        new Step("GET", "/connectors/" + name + "/tasks", ""),
        new Step("GET", "/connectors/" + name + "/status", ""),
        new Step("GET", "/connectors/" + name + "/tasks/0/status", ""),
        new Step("GET", "/connectors/" + name + "/tasks/7/status", ""),
        new Step("GET", "/connectors/" + name + "/offsets", ""),
        new Step("GET", "/connectors/nope", ""),
        new Step("GET", "/connectors/nope/status", ""),
        new Step("GET", "/connectors/nope/offsets", ""),
        new Step("PUT", "/connectors/nope/pause", ""),
        new Step("POST", "/connectors/nope/restart", ""),
        new Step("DELETE", "/connectors/nope", ""),
        new Step(
            "PUT",
            "/connectors/" + name + "/config",
            "{\"name\":\"zz\",\"connector.class\":\"FileStreamSource\",\"topic\":\"t\"}"),
        new Step(
            "POST",
            "/connectors",
            "{\"name\":\"b\",\"config\":{\"connector.class\":\"FileStreamSource\"}}"),
        new Step("PUT", "/connectors/" + name + "/pause", ""),
        new Step("AWAIT", "/connectors/" + name + "/status", "\"PAUSED\".*\"PAUSED\""),
        new Step("GET", "/connectors/" + name + "/status", ""),
        new Step("PUT", "/connectors/" + name + "/resume", ""),
        new Step("AWAIT", "/connectors/" + name + "/status", "\"RUNNING\".*\"RUNNING\""),
        new Step("POST", "/connectors/" + name + "/tasks/0/restart", ""),
        new Step("POST", "/connectors/" + name + "/tasks/9/restart", ""),
        new Step("AWAIT", "/connectors/" + name + "/tasks/0/status", "RUNNING"),
        new Step("DELETE", "/connectors/" + name + "/offsets", ""),
        new Step("PUT", "/connectors/" + name + "/stop", ""),
        new Step("AWAIT", "/connectors/" + name + "/status", "\"STOPPED\".*\"tasks\":\\[\\]"),
        new Step("GET", "/connectors/" + name + "/status", ""),
        new Step("PATCH", "/connectors/" + name + "/offsets", "{\"offsets\":[]}"),
        new Step(
            "PATCH",
            "/connectors/" + name + "/offsets",
            "{\"offsets\":[{\"partition\":{\"filename\":\"other\"},\"offset\":{\"position\":3}}]}"),
        new Step("DELETE", "/connectors/" + name + "/offsets", ""),
        new Step("GET", "/connectors/" + name + "/offsets", ""),
        new Step(
            "PATCH",
            "/connectors/" + name + "/config",
            "{\"tasks.max\":\"2\",\"value.converter\":null}"),
        new Step("GET", "/nope", ""),
        new Step("PUT", "/connectors", ""),
        new Step(
            "PUT",
            validate,
            "{\"connector.class\":\"FileStreamSource\",\"name\":\"x\",\"batch.size\":\"many\"}"),
        new Step("PUT", validate, "{\"connector.class\":\"FileStreamSink\",\"name\":\"x\"}"),
        new Step("GET", "/connector-plugins/Nope/config", ""),
        new Step("GET", "/connector-plugins", ""));
  }

  @Test
  void tellsTheSameStory() throws Exception {
    Files.writeString(folder.resolve("in.txt"), "abc\n");
    String name = unique("story");
    try (TestLog log = TestLog.start()) {
      List<Told> kafkas = tell(log, name, this::kafkas);
      List<Told> ours = tell(log, name, this::ours);
      for (int i = 0; i < kafkas.size(); i++) {
        assertEquals(kafkas.get(i), ours.get(i), "step " + i);
      }
    }
  }

  private interface Teller {
    List<Told> tell(TestLog log, String topics, List<Step> story) throws Exception;
  }

  private List<Told> tell(TestLog log, String name, Teller teller) throws Exception {
    return teller.tell(log, unique("state"), story(name));
  }

  private List<Told> ours(TestLog log, String topics, List<Step> story) {
    try (TestWorker worker = TestWorker.start(log.bootstrapServers(), topics, config -> config)) {
      return play(
          story,
          step -> {
            var reply =
                worker.send(
                    step.method(),
                    step.path(),
                    step.body().isEmpty() ? null : step.body(),
                    "application/json");
            return Map.entry(reply.status(), reply.text());
          });
    }
  }

  private List<Told> kafkas(TestLog log, String topics, List<Step> story) {
    Connect<?> connect = new ConnectDistributed().startConnect(kafkaSettings(log, topics));
    try (HttpClient client = HttpClient.newHttpClient()) {
      return play(story, step -> askInRest(client, connect.rest().serverUrl(), step));
    } finally {
      connect.stop();
      connect.awaitStop();
    }
  }

  private static Map<String, String> kafkaSettings(TestLog log, String topics) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", log.bootstrapServers());
    settings.put("group.id", topics);
    settings.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
    settings.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    for (String kind : List.of("config", "offset", "status")) {
      settings.put(kind + ".storage.topic", topics + "-" + kind);
      settings.put(kind + ".storage.replication.factor", "1");
    }
    settings.put("offset.storage.partitions", "1");
    settings.put("status.storage.partitions", "1");
    settings.put("offset.flush.interval.ms", "200");
    settings.put("plugin.discovery", "service_load");
    settings.put("listeners", "HTTP://127.0.0.1:0");
    return settings;
  }

  /// While its group rebalances, Kafka's worker asks to be asked again.
  private static Map.Entry<Integer, String> askInRest(HttpClient client, URI server, Step step) {
    AtomicReference<Map.Entry<Integer, String>> reply = new AtomicReference<>();
    Await.until(
        "Kafka's worker answers " + step,
        () -> {
          reply.set(ask(client, server, step));
          return reply.get().getKey() != 409 || !reply.get().getValue().contains("momentarily");
        });
    return reply.get();
  }

  private static Map.Entry<Integer, String> ask(HttpClient client, URI server, Step step) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(step.path()))
            .method(
                step.method(),
                step.body().isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(step.body()));
    if (!step.body().isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return Map.entry(response.statusCode(), response.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Told> play(List<Step> story, Rest rest) {
    List<Told> told = new ArrayList<>();
    for (Step step : story) {
      if (step.method().equals("AWAIT")) {
        Step get = new Step("GET", step.path(), "");
        Await.untilNoted(
            step.path() + " shows " + step.body(),
            () -> rest.ask(get).getValue().matches("(?s).*" + step.body() + ".*"),
            () -> rest.ask(get).getValue());
      } else {
        Map.Entry<Integer, String> reply = rest.ask(step);
        told.add(new Told(step, reply.getKey(), comparable(step, reply.getValue())));
      }
    }
    return told;
  }

  /// What must be equal: everything but worker ids, settings of the runtime itself (ours has some more, and writes its own
  /// texts), and test connectors on the class path.
  private static String comparable(Step step, String body) {
    if (body.isEmpty()) {
      return "";
    }
    try {
      JsonNode json = MAPPER.readTree(body);
      json.findParents("worker_id").forEach(parent -> ((ObjectNode) parent).remove("worker_id"));
      if (json.has("configs")) {
        return validation(json);
      }
      if (step.path().equals("/connector-plugins")) {
        ArrayNode plugins = MAPPER.createArrayNode();
        json.forEach(
            plugin -> {
              if (plugin.path("class").asText().startsWith("org.apache.kafka.connect.file.")) {
                plugins.add(plugin);
              }
            });
        return sorted(plugins);
      }
      return sorted(json);
    } catch (IOException e) {
      throw new AssertionError("Not JSON: " + body, e);
    }
  }

  private static String validation(JsonNode json) throws IOException {
    List<String> own =
        List.of(
            "file", "topic", "batch.size", "name", "tasks.max", "errors.tolerance", "transforms");
    Map<String, Object> comparable = new HashMap<>();
    comparable.put("name", json.path("name").asText());
    comparable.put("error_count", json.path("error_count").asInt());
    json.path("configs")
        .forEach(
            config -> {
              String key = config.path("value").path("name").asText();
              if (own.contains(key)) {
                comparable.put(key, config.path("value"));
                ObjectNode definition = (ObjectNode) config.path("definition");
                definition.remove(List.of("documentation", "order_in_group"));
                comparable.put(key + " definition", definition);
              }
            });
    return sorted(MAPPER.valueToTree(comparable));
  }

  private static String sorted(JsonNode json) throws IOException {
    Object value = MAPPER.treeToValue(json, Object.class);
    return MAPPER
        .writer()
        .with(com.fasterxml.jackson.databind.SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .writeValueAsString(value);
  }
}
