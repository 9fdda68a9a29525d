package dev.daybook.registry;

import static dev.daybook.registry.RunningRegistry.record;
import static dev.daybook.registry.RunningRegistry.schema;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.registry.MemorySchemaLog.Fault;
import dev.daybook.registry.RunningRegistry.Answer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What happens to ids and answers when the registry stops, the log fails, and many write at once.
@NullUnmarked
@Timeout(300)
class RegistrarTest {
  private static final String V1 = record("a:\"long\"");
  private static final String V2 = record("a:\"long\"", "b:[\"null\",\"string\"]=null");

  private final MemorySchemaLog log = new MemorySchemaLog();

  @Test
  void aRestartGivesTheSameAnswers() throws Exception {
    List<String> paths =
        List.of(
            "/schemas?deleted=true",
            "/config",
            "/config/s",
            "/mode/t",
            "/subjects?deleted=true",
            "/schemas/ids/1",
            "/schemas/ids/2",
            "/subjects/s/versions/latest");
    List<String> before = new ArrayList<>();
    try (var registry = new RunningRegistry(log)) {
      registry.register("s", V1);
      registry.register("s", V2);
      registry.register("t", V2);
      registry.delete("/subjects/t");
      registry.put("/config", new JsonObject().put("compatibility", "FULL"));
      registry.put(
          "/config/s", new JsonObject().put("compatibility", "NONE").put("normalize", true));
      registry.put("/mode/t", new JsonObject().put("mode", "READONLY"));
      for (String path : paths) {
        before.add(registry.get(path).text());
      }
    }
    log.compact();
    try (var registry = new RunningRegistry(log)) {
      for (int i = 0; i < paths.size(); i++) {
        assertEquals(before.get(i), registry.get(paths.get(i)).text(), paths.get(i));
      }
      assertEquals(3, registry.register("u", record("x:\"int\"")));
    }
  }

  @Test
  void anErasedIdIsNeverGivenAgainNotEvenAfterCompaction() throws Exception {
    try (var registry = new RunningRegistry(log)) {
      registry.register("s", V1);
      registry.register("t", V2);
      registry.delete("/subjects/t");
      registry.delete("/subjects/t?permanent=true");
    }
    log.compact();
    assertFalse(log.contains(key -> key.contains("\"t\"") && key.contains("SCHEMA\"")));
    try (var registry = new RunningRegistry(log)) {
      assertEquals(3, registry.register("t", V2));
    }
  }

  @Test
  void nothingIsAnsweredBeforeItWasReadBack() throws Exception {
    try (var registry = new RunningRegistry(log);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      log.holdReads(true);
      int before = log.size();
      Future<Integer> write = threads.submit(() -> registry.register("s", V1));
      while (log.size() == before) {
        Thread.onSpinWait();
      }
      Future<Integer> sameAgain = threads.submit(() -> registry.register("s", V1));
      assertEquals("[]", registry.get("/subjects").text());
      assertEquals(404, registry.get("/schemas/ids/1").status());
      assertFalse(write.isDone() || sameAgain.isDone());
      log.holdReads(false);
      assertEquals(1, write.get());
      assertEquals(1, sameAgain.get());
    }
  }

  @Test
  void answers503UntilTheLogIsRead() throws Exception {
    log.away(true);
    try (var registry = new RunningRegistry(log, RunningRegistry.config())) {
      Answer answer = registry.get("/subjects");
      assertEquals(503, answer.status());
      assertEquals(50301, answer.code());
      assertEquals("1", answer.response().headers().firstValue("Retry-After").orElseThrow());
      assertEquals(503, registry.post("/subjects/s/versions", schema(V1)).status());
      log.away(false);
      registry.awaitReady();
      assertEquals("[]", registry.get("/subjects").text());
    }
  }

  @Test
  void aFailedAppendIsToldAndTheNextWriteWorks() throws Exception {
    try (var registry = new RunningRegistry(log)) {
      log.nextAppend(Fault.REFUSED);
      assertEquals(50001, registry.post("/subjects/s/versions", schema(V1)).code());
      assertEquals(1, registry.register("s", V1));
    }
  }

  @Test
  void aWriteWhoseAckWasLostIsFoundWhenSentAgain() throws Exception {
    try (var registry = new RunningRegistry(log)) {
      log.holdReads(true);
      log.nextAppend(Fault.ACK_LOST);
      Answer lost;
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Answer> write =
            threads.submit(() -> registry.post("/subjects/s/versions", schema(V1)));
        lost = write.get();
        log.holdReads(false);
      }
      assertEquals(50001, lost.code());
      assertEquals(1, registry.register("s", V1));
      assertEquals("[1]", registry.get("/subjects/s/versions").text());
      assertEquals(2, registry.register("t", V2));
    }
  }

  @Test
  void readsGoOnWhileTheLogIsAway() throws Exception {
    var quick = RunningRegistry.config();
    var config =
        new SchemaRegistryConfig(
            quick.bootstrapServers(),
            quick.topic(),
            quick.limits(),
            40901,
            Duration.ofMillis(300),
            quick.kafkaSettings());
    try (var patient = new RunningRegistry(log)) {
      patient.register("s", V1);
    }
    try (var registry = new RunningRegistry(log, config)) {
      registry.awaitReady();
      log.away(true);
      Answer failed = registry.post("/subjects/s/versions", schema(V2));
      assertEquals(500, failed.status());
      assertEquals(50002, registry.post("/subjects/s/versions", schema(V2)).code());
      assertEquals(200, registry.get("/schemas/ids/1").status());
      log.away(false);
      Answer later = registry.post("/subjects/s/versions", schema(V2));
      while (later.status() == 500) {
        later = registry.post("/subjects/s/versions", schema(V2));
      }
      assertEquals(2, later.json().getInteger("version"));
    }
  }

  @Test
  void eightWritersNeverGetOneIdForTwoSchemas() throws Exception {
    Map<String, Integer> idByField = new ConcurrentHashMap<>();
    try (var registry = new RunningRegistry(log);
        var threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Void>> writers = new ArrayList<>();
      for (int writer = 0; writer < 8; writer++) {
        int seed = writer;
        writers.add(
            () -> {
              var random = new Random(seed);
              for (int i = 0; i < 40; i++) {
                String field = "f" + random.nextInt(60);
                int id =
                    registry.register(
                        "s" + seed + "-" + i % 7 + "-" + field, record(field + ":\"int\""));
                Integer other = idByField.putIfAbsent(field, id);
                assertTrue(other == null || other == id, field);
              }
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(writers)) {
        done.get();
      }
      Set<Integer> ids = new HashSet<>(idByField.values());
      assertEquals(idByField.size(), ids.size());
      for (Map.Entry<String, Integer> each : idByField.entrySet()) {
        String text = registry.get("/schemas/ids/" + each.getValue() + "/schema").text();
        assertTrue(text.contains("\"" + each.getKey() + "\""), text);
      }
    }
  }

  @Test
  void writersOfOneSubjectGetVersionsWithoutGaps() throws Exception {
    try (var registry = new RunningRegistry(log);
        var threads = Executors.newFixedThreadPool(8)) {
      registry.put("/config", new JsonObject().put("compatibility", "NONE"));
      List<Callable<Integer>> writers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String text = record("f" + i + ":\"int\"");
        writers.add(
            () -> registry.post("/subjects/s/versions", schema(text)).json().getInteger("version"));
      }
      Set<Integer> versions = new HashSet<>();
      for (Future<Integer> done : threads.invokeAll(writers)) {
        versions.add(done.get());
      }
      assertEquals(40, versions.size());
      assertTrue(versions.contains(1) && versions.contains(40));
    }
  }

  @Test
  void theTopicIsConfluents() throws Exception {
    try (var registry = new RunningRegistry(log)) {
      registry.register("s", "\"string\"");
      registry.put("/config", new JsonObject().put("compatibility", "FULL"));
      registry.put("/mode/s", new JsonObject().put("mode", "READONLY"));
      registry.delete("/mode/s");
      registry.delete("/subjects/s");
    }
    List<String> keys = log.entries().stream().map(e -> MemorySchemaLog.text(e.key())).toList();
    assertEquals(
        List.of(
            "{\"keytype\":\"NOOP\",\"magic\":0}",
            "{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1,\"magic\":1}",
            "{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}",
            "{\"keytype\":\"MODE\",\"subject\":\"s\",\"magic\":0}",
            "{\"keytype\":\"MODE\",\"subject\":\"s\",\"magic\":0}",
            "{\"keytype\":\"DELETE_SUBJECT\",\"subject\":\"s\",\"magic\":0}"),
        keys);
    var value = new JsonObject(MemorySchemaLog.text(log.entries().get(1).value()));
    assertEquals("\"string\"", value.getString("schema"));
    assertEquals(1, value.getInteger("id"));
    assertEquals(false, value.getBoolean("deleted"));
    assertEquals(24, value.getString("md5").length());
  }

  @Test
  void readsWhatConfluentsRegistryWrote() throws Exception {
    log.put("{\"keytype\":\"NOOP\",\"magic\":0}", null);
    log.put(
        "{\"keytype\":\"SCHEMA\",\"subject\":\"old\",\"version\":1,\"magic\":1}",
        "{\"subject\":\"old\",\"version\":1,\"id\":7,\"schema\":\"\\\"string\\\"\",\"deleted\":false}");
    log.put(
        "{\"keytype\":\"SCHEMA\",\"subject\":\"old\",\"version\":2,\"magic\":1}",
        "{\"subject\":\"old\",\"version\":2,\"id\":9,\"md5\":\"x\",\"schema\":\"\\\"bytes\\\"\",\"deleted\":true}");
    log.put(
        "{\"keytype\":\"CONFIG\",\"subject\":\"old\",\"magic\":0}",
        "{\"subject\":\"old\",\"compatibilityLevel\":\"FORWARD\"}");
    log.put("{\"keytype\":\"CONTEXT\",\"tenant\":\"default\",\"context\":\".\",\"magic\":0}", "{}");
    log.put("not json", "at all");
    log.put(
        "{\"keytype\":\"SCHEMA\",\"subject\":\"bad\",\"version\":1,\"magic\":1}",
        "{\"id\":\"text\"}");
    try (var registry = new RunningRegistry(log)) {
      assertEquals("\"string\"", registry.get("/schemas/ids/7").json().getString("schema"));
      assertEquals("[1]", registry.get("/subjects/old/versions").text());
      assertEquals("{\"compatibilityLevel\":\"FORWARD\"}", registry.get("/config/old").text());
      assertEquals(10, registry.register("new", V1));
    }
  }

  @Test
  void followsAnotherWriterOfTheTopic() throws Exception {
    try (var registry = new RunningRegistry(log)) {
      log.put(
          "{\"keytype\":\"SCHEMA\",\"subject\":\"other\",\"version\":1,\"magic\":1}",
          "{\"subject\":\"other\",\"version\":1,\"id\":5,\"schema\":\"\\\"string\\\"\",\"deleted\":false}");
      while (registry.get("/schemas/ids/5").status() != 200) {
        Thread.onSpinWait();
      }
      assertEquals(6, registry.register("s", V1));
      assertEquals(5, registry.register("s2", "\"string\""));
    }
  }
}
