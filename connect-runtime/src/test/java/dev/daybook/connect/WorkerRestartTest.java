package dev.daybook.connect;

import static dev.daybook.connect.scene.Scene.sink;
import static dev.daybook.connect.scene.Scene.source;
import static dev.daybook.connect.scene.Scene.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.connect.scene.Await;
import dev.daybook.connect.scene.CountingSource;
import dev.daybook.connect.scene.Stage;
import dev.daybook.connect.scene.TestLog;
import dev.daybook.connect.scene.TestWorker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a worker finds when it starts again, and what it starts again by itself.
class WorkerRestartTest {

  @SuppressWarnings("NullAway.Init")
  private static TestLog log;

  @BeforeAll
  static void start() {
    log = TestLog.start();
  }

  @AfterAll
  static void stop() {
    log.close();
  }

  private static TestWorker worker(String name) {
    return TestWorker.start(log.bootstrapServers(), name, config -> config);
  }

  @Test
  void everythingGoesOnWhereItWas() {
    String name = unique("again");
    log.createTopic(name + "-in", 1);
    log.produce(name + "-in", "a", "b");
    Map<String, String> two = source(name);
    two.put("tasks.max", "2");
    try (TestWorker worker = worker(name)) {
      worker.create(name + "-source", two);
      worker.create(name + "-sink", sink(name + "-in"));
      worker.create(name + "-paused", source(name));
      worker.create(name + "-stopped", source(name));
      worker.create(name + "-gone", source(name));
      worker.awaitTask(name + "-source", 1, "RUNNING");
      worker.awaitTask(name + "-paused", 0, "RUNNING");
      worker.put("/connectors/" + name + "-paused/pause");
      worker.put("/connectors/" + name + "-stopped/stop");
      worker.delete("/connectors/" + name + "-gone");
      Stage.of(name + "-source").give("x", "y");
      Await.until("both came", () -> Stage.of(name + "-sink").delivered().size() == 2);
      // What is not committed yet when a worker closes may come again.
      Await.until(
          "both are committed",
          () -> log.committed("connect-" + name + "-sink", name + "-in", 0) == 2);
      Await.until(
          "both are given",
          () ->
              worker.get("/connectors/" + name + "-source/offsets").text().contains("\"next\":2"));
      worker.awaitTask(name + "-paused", 0, "PAUSED");
      worker.awaitConnector(name + "-stopped", "STOPPED");
    }
    long closed = System.nanoTime();
    try (TestWorker worker = worker(name)) {
      assertEquals(
          "[\""
              + name
              + "-paused\",\""
              + name
              + "-sink\",\""
              + name
              + "-source\",\""
              + name
              + "-stopped\"]",
          worker.get("/connectors").text());
      worker.awaitTask(name + "-source", 0, "RUNNING");
      worker.awaitTask(name + "-source", 1, "RUNNING");
      worker.awaitTask(name + "-sink", 0, "RUNNING");
      worker.awaitTask(name + "-paused", 0, "PAUSED");
      worker.awaitConnector(name + "-paused", "PAUSED");
      worker.awaitConnector(name + "-stopped", "STOPPED");
      assertTrue(
          worker.get("/connectors/" + name + "-source/offsets").text().contains("\"next\":2"));
      log.produce(name + "-in", "c");
      Await.until("the next came", () -> Stage.of(name + "-sink").delivered().size() >= 3);
      assertEquals(
          List.of("a", "b", "c"),
          Stage.of(name + "-sink").delivered().stream().map(SinkRecord::value).toList());
    }
    System.out.println(
        "resumed and closed again within " + (System.nanoTime() - closed) / 1_000_000 + " ms");
  }

  @Test
  void theTopicsHoldKafkaConnectsRecords() {
    String name = unique("format");
    try (TestWorker worker = worker(name)) {
      worker.create(name, source(name));
      worker.awaitTask(name, 0, "RUNNING");
      Stage.of(name).give("x");
      Await.until(
          "the offset is there",
          () -> worker.get("/connectors/" + name + "/offsets").text().contains("\"next\":1"));
      worker.put("/connectors/" + name + "/stop");
      worker.awaitConnector(name, "STOPPED");
      worker.delete("/connectors/" + name);
      Await.until(
          "the status is gone", () -> log.entries(name + "-status").getLast().getValue() == null);
    }
    List<String> configs =
        log.entries(name + "-configs").stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .toList();
    assertEquals(
        "target-state-" + name + " {\"state\":\"STARTED\",\"state.v2\":\"STARTED\"}",
        configs.get(0));
    assertTrue(
        configs.get(1).startsWith("connector-" + name + " {\"properties\":{"), configs.get(1));
    assertTrue(configs.get(2).startsWith("task-" + name + "-0 {\"properties\":{"), configs.get(2));
    assertTrue(
        configs
            .get(2)
            .contains("\"task.class\":\"dev.daybook.connect.scene.ScriptedSource$ScriptedTask\""));
    assertEquals("commit-" + name + " {\"tasks\":1}", configs.get(3));
    assertEquals(
        "target-state-" + name + " {\"state\":\"PAUSED\",\"state.v2\":\"STOPPED\"}",
        configs.get(4));
    assertEquals("commit-" + name + " {\"tasks\":0}", configs.get(5));
    assertEquals(
        List.of("connector-" + name + " null", "target-state-" + name + " null"),
        configs.subList(6, 8));
    assertEquals(
        "[\"" + name + "\",{\"number\":0}] {\"next\":1}",
        log.entries(name + "-offsets").stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .findFirst()
            .orElseThrow());
    assertEquals(
        "status-connector-"
            + name
            + " {\"state\":\"RUNNING\",\"trace\":null,\"worker_id\":\"127.0.0.1:8083\",\"generation\":1,\"version\":\"1.2.3\"}",
        log.entries(name + "-status").stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .findFirst()
            .orElseThrow());
  }

  @Test
  void aFailedTaskIsStartedAgainWithGrowingWaitsAndTheStatusTellsWhy() {
    String name = unique("heals");
    try (TestWorker worker = worker(name)) {
      Map<String, String> config = source(name);
      config.put("restart.backoff.ms", "2000");
      for (int i = 0; i < 2; i++) {
        Stage.of(name).failOn("start", new IllegalStateException("the database is away"));
      }
      worker.create(name, config);
      worker.awaitTask(name, 0, "RUNNING");
      // Who asks for the status may come too late for a failure. Its topic has every one.
      for (String told : List.of("Restart 1 follows by itself at .*, 2", "Restart 2 .*, 4")) {
        Await.untilNoted(
            "a failure tells of the next start: " + told,
            () ->
                log.values(name + "-status").stream()
                    .filter(Objects::nonNull)
                    .anyMatch(
                        status ->
                            status.matches(
                                "(?s).*\"FAILED\".*"
                                    + told
                                    + " s after the failure .*the database is away.*")),
            () -> log.values(name + "-status").toString());
      }
      assertEquals(3, Stage.of(name).count("start"));
      assertEquals(3, Stage.of(name).count("stop") + 1);
      assertEquals(2, worker.runtime().connectors().getFirst().tasks().getFirst().failures());
    }
  }

  @Test
  void aFailedConnectorIsStartedAgainToo() {
    String name = unique("connectorHeals");
    Stage.of(name).failOn("connector.start", new IllegalStateException("no licence"));
    try (TestWorker worker = worker(name)) {
      worker.create(name, source(name));
      worker.awaitTask(name, 0, "RUNNING");
      assertEquals("RUNNING", worker.connectorState(name));
      assertEquals(
          List.of("connector.start", "connector.stop", "connector.start"),
          Stage.of(name).calls().stream().filter(call -> call.startsWith("connector.st")).toList());
    }
  }

  @Test
  void aSourceMayDieAtAnyStepAndNothingIsLost() {
    long seed = Long.getLong("daybook.seed", 20_261_123);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    String name = unique("steps");
    List<String> steps = List.of("start", "poll", "polled", "commit", "stop", "commitRecord");
    Map<String, String> config = source(name);
    config.put("connector.class", CountingSource.class.getName());
    config.put("restart.backoff.ms", "1");
    config.put("restart.backoff.max.ms", "5");
    Stage stage = Stage.of(name);
    for (int life = 0; life < 3; life++) {
      try (TestWorker worker = worker(name)) {
        worker.put("/connectors/" + name + "/config", config);
        for (int i = 0; i < 20; i++) {
          String step = steps.get(random.nextInt(steps.size()));
          stage.failOn(step, new IllegalStateException("killed in " + step));
          if (random.nextInt(5) == 0) {
            worker.post("/connectors/" + name + "/restart?includeTasks=true");
          }
          long polls = stage.count("poll");
          Await.until("it polls on", () -> stage.count("poll") > polls + 2);
        }
      }
    }
    List<Integer> values = log.values(name).stream().map(Integer::parseInt).toList();
    int last = values.stream().mapToInt(Integer::intValue).max().orElse(-1);
    System.out.println("came to " + last);
    assertTrue(last > 50, "only " + last);
    assertEquals(
        IntStream.rangeClosed(0, last).boxed().toList(),
        values.stream().distinct().sorted().toList(),
        "seed " + seed);
  }

  @Test
  void closingDoesNotWaitForATaskThatHangs() throws InterruptedException {
    String name = unique("hangs");
    TestWorker worker = worker(name);
    worker.create(name, source(name));
    worker.awaitTask(name, 0, "RUNNING");
    CountDownLatch hangs = new CountDownLatch(1);
    Stage.of(name)
        .on(
            "poll",
            () -> {
              hangs.countDown();
              while (true) {
                try {
                  Thread.sleep(1_200_000);
                } catch (InterruptedException e) {
                  Thread.sleep(200); // does not care at first
                  return;
                }
              }
            });
    assertTrue(hangs.await(120, TimeUnit.SECONDS), "it is not polled");
    assertTimeoutPreemptively(Duration.ofSeconds(300), worker::close);
  }

  @Test
  void aConnectorWhoseClassIsGoneIsShownAsFailed() {
    String name = unique("classGone");
    try (TestWorker worker = worker(name)) {
      worker.create(name, source(name));
      worker.awaitTask(name, 0, "RUNNING");
    }
    Map<String, String> gone = new HashMap<>(source(name));
    gone.put("connector.class", "no.longer.Here");
    gone.put("name", name);
    log.produce(
        new org.apache.kafka.clients.producer.ProducerRecord<>(
            name + "-configs",
            "connector-" + name,
            "{\"properties\":{\"connector.class\":\"no.longer.Here\",\"name\":\""
                + name
                + "\",\"a.password\":\"canary-1\"}}"));
    try (TestWorker worker = worker(name)) {
      worker.awaitConnector(name, "FAILED");
      assertTrue(
          worker
              .get("/connectors/" + name + "/status")
              .text()
              .contains("is not installed on this worker"));
      assertEquals(
          "********",
          worker.get("/connectors/" + name + "/config").json().path("a.password").asText());
      assertEquals("unknown", worker.get("/connectors/" + name).json().path("type").asText());
      assertEquals(204, worker.delete("/connectors/" + name).status());
    }
  }
}
