package dev.daybook.connect;

import static dev.daybook.connect.scene.Scene.sink;
import static dev.daybook.connect.scene.Scene.source;
import static dev.daybook.connect.scene.Scene.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daybook.connect.scene.Await;
import dev.daybook.connect.scene.Reply;
import dev.daybook.connect.scene.Stage;
import dev.daybook.connect.scene.TestLog;
import dev.daybook.connect.scene.TestWorker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The REST API: codes and shapes of Kafka Connect, and the few places where ours is better on purpose.
class RestApiTest {

  @SuppressWarnings("NullAway.Init")
  private static TestLog log;

  @SuppressWarnings("NullAway.Init")
  private static TestWorker worker;

  @BeforeAll
  static void start() {
    log = TestLog.start();
    worker = TestWorker.start(log.bootstrapServers(), unique("rest"), config -> config);
  }

  @AfterAll
  static void stop() {
    worker.close();
    log.close();
  }

  @Test
  void answers503UntilTheLogCanBeRead() {
    try (TestWorker early = TestWorker.starting(TestWorker.config("127.0.0.1:1", "early"))) {
      assertEquals(503, early.get("/").status());
      assertEquals(503, early.get("/connectors").status());
      assertEquals(503, early.get("/health").status());
      assertEquals("starting", early.get("/health").json().path("status").asText());
      assertFalse(early.runtime().ready());
      assertEquals(List.of(), early.runtime().connectors());
    }
  }

  @Test
  void tellsItsVersionAndHealth() {
    JsonNode root = worker.get("/").json();
    assertEquals("4.3.1", root.path("version").asText());
    assertFalse(root.path("kafka_cluster_id").asText().isEmpty());
    assertTrue(root.has("commit"));
    assertEquals(
        "{\"status\":\"healthy\",\"message\":\"Worker has completed startup and is ready to handle requests.\"}",
        worker.get("/health").text());
  }

  @Test
  void createsShowsChangesAndDeletesAConnector() {
    String name = unique("life");
    Reply created = worker.create(name, source(name));
    assertEquals(201, created.status());
    assertEquals(
        "http://127.0.0.1:8083/connectors/" + name,
        created.headers().firstValue("Location").orElse(""));
    assertEquals(name, created.json().path("config").path("name").asText());
    assertEquals("[]", created.json().path("tasks").toString());
    assertEquals("source", created.json().path("type").asText());
    assertEquals(409, worker.create(name, source(name)).status());
    assertEquals(
        "Connector " + name + " already exists", worker.create(name, source(name)).message());

    worker.awaitTask(name, 0, "RUNNING");
    assertTrue(worker.get("/connectors").text().contains("\"" + name + "\""));
    JsonNode expanded = worker.get("/connectors?expand=info&expand=status").json().path(name);
    assertEquals("RUNNING", expanded.path("status").path("connector").path("state").asText());
    assertEquals(
        "127.0.0.1:8083", expanded.path("status").path("connector").path("worker_id").asText());
    assertEquals("1.2.3", expanded.path("status").path("tasks").path(0).path("version").asText());
    assertEquals("source", expanded.path("info").path("type").asText());
    assertEquals(
        "[{\"connector\":\"" + name + "\",\"task\":0}]",
        worker.get("/connectors/" + name).json().path("tasks").toString());
    assertEquals(
        "dev.daybook.connect.scene.ScriptedSource$ScriptedTask",
        worker
            .get("/connectors/" + name + "/tasks")
            .json()
            .path(0)
            .path("config")
            .path("task.class")
            .asText());

    Map<String, String> two = source(name);
    two.put("tasks.max", "2");
    assertEquals(200, worker.put("/connectors/" + name + "/config", two).status());
    worker.awaitTask(name, 1, "RUNNING");
    Map<String, Object> patch = new HashMap<>();
    patch.put("tasks.max", null);
    assertEquals(200, worker.patch("/connectors/" + name + "/config", patch).status());
    assertFalse(worker.get("/connectors/" + name + "/config").json().has("tasks.max"));
    Await.until(
        "one task is left",
        () -> worker.get("/connectors/" + name + "/tasks/1/status").status() == 404);

    assertEquals(204, worker.delete("/connectors/" + name).status());
    assertEquals("Connector " + name + " not found", worker.get("/connectors/" + name).message());
    assertEquals(404, worker.delete("/connectors/" + name).status());
    Await.until("it stopped", () -> Stage.of(name).calls().contains("connector.stop"));
  }

  @Test
  void putCreatesToo() {
    String name = unique("put");
    assertEquals(201, worker.put("/connectors/" + name + "/config", source(name)).status());
    assertEquals(
        400,
        worker
            .put("/connectors/" + name + "/config", Map.of("name", "other", "topic", "x"))
            .status());
    worker.delete("/connectors/" + name);
  }

  @Test
  void startsInTheStateThatIsAskedFor() {
    String name = unique("initial");
    Reply reply =
        worker.post(
            "/connectors",
            Map.of("name", name, "initial_state", "STOPPED", "config", source(name)));
    assertEquals(201, reply.status());
    worker.awaitConnector(name, "STOPPED");
    assertEquals(
        "[]", worker.get("/connectors/" + name + "/status").json().path("tasks").toString());
    assertEquals(0, Stage.of(name).count("connector.start"));
    worker.put("/connectors/" + name + "/resume");
    worker.awaitTask(name, 0, "RUNNING");
    worker.delete("/connectors/" + name);
  }

  @Test
  void stopTakesTheTasksAwayAndKeepsTheConfiguration() {
    String name = unique("stop");
    worker.create(name, source(name));
    worker.awaitTask(name, 0, "RUNNING");
    assertEquals(204, worker.put("/connectors/" + name + "/stop").status());
    worker.awaitConnector(name, "STOPPED");
    assertEquals(
        "[]", worker.get("/connectors/" + name + "/status").json().path("tasks").toString());
    assertEquals("[]", worker.get("/connectors/" + name + "/tasks").text());
    assertEquals(200, worker.get("/connectors/" + name + "/config").status());
    worker.delete("/connectors/" + name);
  }

  @Test
  void restartsConnectorAndTasks() {
    String name = unique("restart");
    worker.create(name, source(name));
    worker.awaitTask(name, 0, "RUNNING");
    Stage stage = Stage.of(name);
    assertEquals(204, worker.post("/connectors/" + name + "/restart").status());
    Await.until("the connector started again", () -> stage.count("connector.start") == 2);
    assertEquals(1, stage.count("start"));
    Reply both = worker.post("/connectors/" + name + "/restart?includeTasks=true&onlyFailed=false");
    assertEquals(202, both.status());
    assertEquals("RESTARTING", both.json().path("connector").path("state").asText());
    assertEquals("RESTARTING", both.json().path("tasks").path(0).path("state").asText());
    Await.until("the task started again", () -> stage.count("start") == 2);
    worker.awaitTask(name, 0, "RUNNING");
    assertEquals(
        202,
        worker.post("/connectors/" + name + "/restart?includeTasks=true&onlyFailed=true").status());
    assertEquals(204, worker.post("/connectors/" + name + "/tasks/0/restart").status());
    Await.until("the task started a third time", () -> stage.count("start") == 3);
    assertEquals(404, worker.post("/connectors/" + name + "/tasks/9/restart").status());
    worker.delete("/connectors/" + name);
  }

  @Test
  void unknownThingsAre404() {
    for (String path :
        List.of(
            "/connectors/nope",
            "/connectors/nope/config",
            "/connectors/nope/tasks",
            "/connectors/nope/status",
            "/connectors/nope/tasks/0/status",
            "/connectors/nope/offsets",
            "/nope",
            "/connector-plugins/Nope/config")) {
      Reply reply = worker.get(path);
      assertEquals(404, reply.status(), path);
      assertEquals(404, reply.json().path("error_code").asInt(), path);
    }
    assertEquals(
        "No status found for connector nope", worker.get("/connectors/nope/status").message());
    assertEquals("Unknown connector nope", worker.put("/connectors/nope/pause").message());
    assertEquals("Unknown connector: nope", worker.post("/connectors/nope/restart").message());
    assertEquals(404, worker.patch("/connectors/nope/config", Map.of("a", "b")).status());
    assertEquals(405, worker.put("/connectors").status());
  }

  @Test
  void badBodiesAre400AndNever500() {
    for (String body :
        List.of(
            "",
            "{",
            "[1]",
            "\"x\"",
            "{\"name\":\"b\",\"nope\":1,\"config\":{}}",
            "{\"name\":\"b\"}",
            "{\"name\":\"b\",\"config\":{\"a\":{}}}",
            "{\"name\":\"b\",\"config\":{},\"initial_state\":\"BOGUS\"}",
            "{\"name\":\"b\",\"config\":{\"tasks.max\":\"1\"}}",
            "{\"name\":\"b\",\"config\":{\"connector.class\":\"Nope\"}}")) {
      Reply reply = worker.send("POST", "/connectors", body, "application/json");
      assertEquals(400, reply.status(), body + " → " + reply.text());
      assertFalse(reply.message().isEmpty());
    }
    assertEquals(415, worker.send("POST", "/connectors", "{}", "text/plain").status());
    assertEquals(
        413, worker.send("POST", "/connectors", "x".repeat(2 << 20), "application/json").status());
  }

  @Test
  void tellsAllErrorsOfAConfigurationAtOnce() {
    Map<String, String> config = sink("t");
    config.put("topics.regex", "x");
    config.put("errors.tolerance", "bogus");
    config.put("transforms", "a");
    Reply reply = worker.put("/connectors/bad/config", config);
    assertEquals(400, reply.status());
    assertTrue(
        reply
            .message()
            .startsWith(
                "Connector configuration is invalid and contains the following 3 error(s):\n"),
        reply.message());
    assertTrue(reply.message().contains("topics and topics.regex are mutually exclusive"));
    assertTrue(reply.message().contains("Missing required configuration \"transforms.a.type\""));
    assertTrue(reply.message().endsWith("`/connector-plugins/{connectorType}/config/validate`"));
  }

  @Test
  void listsPluginsAndTheirSettings() {
    JsonNode all = worker.get("/connector-plugins?connectorsOnly=false").json();
    for (String name :
        List.of(
            "org.apache.kafka.connect.json.JsonConverter",
            "org.apache.kafka.connect.storage.StringConverter",
            "org.apache.kafka.connect.transforms.InsertField$Value",
            "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone",
            "dev.daybook.connect.plugin.stock.ByteArrayConverter",
            "org.apache.kafka.connect.storage.SimpleHeaderConverter")) {
      assertTrue(
          StreamSupport.stream(all.spliterator(), false)
              .anyMatch(one -> one.path("class").asText().equals(name)),
          name);
    }
    JsonNode settings =
        worker.get("/connector-plugins/dev.daybook.connect.scene.ScriptedSource/config").json();
    JsonNode topic = settings.path(0);
    assertEquals(
        "{\"name\":\"topic\",\"type\":\"STRING\",\"required\":true,\"default_value\":null,\"importance\":\"HIGH\","
            + "\"documentation\":\"Where to write\",\"group\":null,\"order_in_group\":-1,\"width\":\"NONE\",\"display_name\":\"topic\","
            + "\"dependents\":[]}",
        topic.toString());
    assertTrue(settings.toString().contains("\"name\":\"key.converter\",\"type\":\"CLASS\""));
  }

  @Test
  void validatesWithoutStoring() {
    String path = "/connector-plugins/dev.daybook.connect.scene.ScriptedSource/config/validate";
    Reply reply =
        worker.put(
            path,
            Map.of("connector.class", "dev.daybook.connect.scene.ScriptedSource", "name", "v"));
    assertEquals(200, reply.status());
    assertEquals(1, reply.json().path("error_count").asInt());
    assertEquals("dev.daybook.connect.scene.ScriptedSource", reply.json().path("name").asText());
    assertTrue(
        reply
            .text()
            .contains("Missing required configuration \\\"topic\\\" which has no default value."));
    assertEquals(200, worker.put(path, Map.of("name", "v", "topic", "t")).status());
    assertEquals(
        400,
        worker
            .put(path, Map.of("connector.class", "dev.daybook.connect.scene.ScriptedSink"))
            .status());
    assertEquals(
        400, worker.put("/connector-plugins/Nope/config/validate", Map.of("name", "v")).status());
    assertEquals(404, worker.get("/connectors/v").status());
  }

  @Test
  void offsetsOfAStoppedSourceCanBeSetAndReset() {
    String name = unique("setOffsets");
    worker.create(name, source(name));
    worker.awaitTask(name, 0, "RUNNING");
    Stage.of(name).give("a");
    Await.until(
        "committed",
        () -> worker.get("/connectors/" + name + "/offsets").text().contains("\"next\":1"));
    assertEquals(400, worker.delete("/connectors/" + name + "/offsets").status());
    worker.put("/connectors/" + name + "/stop");
    assertEquals(
        400,
        worker.patch("/connectors/" + name + "/offsets", Map.of("offsets", List.of())).status());
    assertEquals(
        400,
        worker.patch("/connectors/" + name + "/offsets", Map.of("offsets", List.of("x"))).status());
    Map<String, Object> line =
        Map.of("partition", Map.of("number", 0), "offset", Map.of("next", 41));
    assertEquals(
        "The offsets for this connector have been altered successfully",
        worker
            .patch("/connectors/" + name + "/offsets", Map.of("offsets", List.of(line)))
            .message());
    assertTrue(Stage.of(name).calls().contains("connector.alterOffsets"));
    worker.put("/connectors/" + name + "/resume");
    worker.awaitTask(name, 0, "RUNNING");
    Stage.of(name).give("b");
    Await.until(
        "it went on there",
        () -> worker.get("/connectors/" + name + "/offsets").text().contains("\"next\":42"));
    worker.put("/connectors/" + name + "/stop");
    assertEquals(200, worker.delete("/connectors/" + name + "/offsets").status());
    assertEquals("{\"offsets\":[]}", worker.get("/connectors/" + name + "/offsets").text());
    worker.delete("/connectors/" + name);
  }

  @Test
  void theViewForMetricsShowsWhatRuns() {
    String name = unique("view");
    worker.create(name, source(name));
    worker.awaitTask(name, 0, "RUNNING");
    ConnectorView view =
        worker.runtime().connectors().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow();
    assertEquals(
        new ConnectorView(
            name, "source", "RUNNING", 0, List.of(new ConnectorView.TaskView(0, "RUNNING", 0))),
        view);
    worker.delete("/connectors/" + name);
  }
}
