package dev.daybook.connect;

import static dev.daybook.connect.scene.Scene.source;
import static dev.daybook.connect.scene.Scene.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.connect.scene.Await;
import dev.daybook.connect.scene.Stage;
import dev.daybook.connect.scene.TestLog;
import dev.daybook.connect.scene.TestWorker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A source task's contract, on a real log.
class SourceTaskTest {

  @SuppressWarnings("NullAway.Init")
  private static TestLog log;

  @SuppressWarnings("NullAway.Init")
  private static TestWorker worker;

  @BeforeAll
  static void start() {
    log = TestLog.start();
    worker =
        TestWorker.start(log.bootstrapServers(), "source" + System.nanoTime(), config -> config);
  }

  @AfterAll
  static void stop() {
    worker.close();
    log.close();
  }

  private static Stage create(String name, Map<String, String> config) {
    Stage stage = Stage.of(name);
    assertEquals(201, worker.create(name, config).status());
    return stage;
  }

  @Test
  void whatTheSourceGivesStandsInTheLogAndItsWholeLifeRunsOnOneThread() {
    String name = unique("oneThread");
    Stage stage = create(name, source(name));
    worker.awaitTask(name, 0, "RUNNING");
    stage.give("a", "b");
    stage.give("c");
    Await.until("all is acknowledged", () -> stage.calls().contains("commitRecord c"));
    assertEquals(List.of("a", "b", "c"), log.values(name));
    worker.delete("/connectors/" + name);
    Await.until("the task stopped", () -> stage.calls().contains("stop"));
    Thread thread = stage.threadsOf("start").getFirst();
    assertTrue(thread.isVirtual());
    assertEquals(List.of(thread), stage.threadsOf("poll"));
    assertEquals(List.of(thread), stage.threadsOf("stop"));
  }

  @Test
  void aConnectorMayAskForAPlatformThread() {
    String name = unique("platform");
    Map<String, String> config = source(name);
    config.put("task.thread", "platform");
    Stage stage = create(name, config);
    worker.awaitTask(name, 0, "RUNNING");
    assertFalse(stage.threadsOf("start").getFirst().isVirtual());
    worker.delete("/connectors/" + name);
  }

  @Test
  void stopIsCalledAlsoAfterAFailedStart() {
    String name = unique("failedStart");
    Map<String, String> config = source(name);
    config.put("restart.on.failure", "never");
    Stage.of(name).failOn("start", new IllegalStateException("no such database"));
    Stage stage = create(name, config);
    worker.awaitTask(name, 0, "FAILED");
    assertEquals(
        List.of("start", "stop"),
        stage.calls().stream().filter(call -> !call.startsWith("connector.")).toList());
    assertTrue(
        worker.get("/connectors/" + name + "/tasks/0/status").text().contains("no such database"));
    worker.delete("/connectors/" + name);
  }

  @Test
  void offsetsAreCommittedAndAStartedAgainTaskContinuesThere() {
    String name = unique("resumes");
    Stage stage = create(name, source(name));
    stage.give("a", "b");
    Await.until(
        "the offset is committed",
        () -> worker.get("/connectors/" + name + "/offsets").text().contains("\"next\":2"));
    assertEquals(
        "{\"offsets\":[{\"partition\":{\"number\":0},\"offset\":{\"next\":2}}]}",
        worker.get("/connectors/" + name + "/offsets").text());
    worker.post("/connectors/" + name + "/tasks/0/restart");
    Await.until("it was started again", () -> stage.count("start") == 2);
    stage.give("c");
    Await.until(
        "the offset moved on",
        () -> worker.get("/connectors/" + name + "/offsets").text().contains("\"next\":3"));
    worker.delete("/connectors/" + name);
  }

  @Test
  void aStopFlushesWhatWasAcknowledged() {
    String name = unique("finalFlush");
    Stage stage = create(name, source(name));
    worker.awaitTask(name, 0, "RUNNING");
    stage.give("a");
    Await.until("it is acknowledged", () -> stage.calls().contains("commitRecord a"));
    assertEquals(204, worker.put("/connectors/" + name + "/stop").status());
    Await.until("stopped", () -> stage.calls().contains("stop"));
    assertTrue(worker.get("/connectors/" + name + "/offsets").text().contains("\"next\":1"));
    List<String> calls = stage.calls();
    assertTrue(
        calls.lastIndexOf("commit") < calls.indexOf("stop"),
        "the last commit comes before stop: " + calls);
    worker.delete("/connectors/" + name);
  }

  @Test
  void aRetriableExceptionFromPollMeansAskAgain() {
    String name = unique("retriable");
    Stage.of(name).failOn("poll", new RetriableException("not yet"));
    Stage stage = create(name, source(name));
    stage.give("a");
    Await.until("the record came", () -> stage.calls().contains("commitRecord a"));
    assertEquals(1, stage.count("start"));
    assertEquals("RUNNING", worker.taskState(name, 0));
    worker.delete("/connectors/" + name);
  }

  @Test
  void offsetsAdvancePastRecordsThatATransformationDropped() {
    String name = unique("filtered");
    Map<String, String> config = source(name);
    config.put("transforms", "drop");
    config.put("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter");
    Stage stage = create(name, config);
    stage.give("a", "b", "c");
    Await.until(
        "the offset is committed",
        () -> worker.get("/connectors/" + name + "/offsets").text().contains("\"next\":3"));
    assertTrue(
        stage
            .calls()
            .containsAll(
                List.of(
                    "commitRecord a dropped", "commitRecord b dropped", "commitRecord c dropped")));
    worker.delete("/connectors/" + name);
  }

  @Test
  void failuresInCommitHaveNoConsequence() {
    String name = unique("commitFails");
    Stage.of(name)
        .failOn("commit", new IllegalStateException("in commit"))
        .failOn("commitRecord a", new IllegalStateException("x"));
    Stage stage = create(name, source(name));
    stage.give("a");
    Await.until(
        "committed anyway",
        () -> worker.get("/connectors/" + name + "/offsets").text().contains("\"next\":1"));
    assertEquals("RUNNING", worker.taskState(name, 0));
    worker.delete("/connectors/" + name);
  }

  @Test
  void commitIsCalledAlsoWhenNothingWasRead() {
    String name = unique("emptyCommit");
    Stage stage = create(name, source(name));
    Await.until("commit was called", () -> stage.count("commit") > 1);
    worker.delete("/connectors/" + name);
  }

  @Test
  void aPausedTaskIsNotPolledAndGoesOnWhenResumed() {
    String name = unique("paused");
    Stage stage = create(name, source(name));
    worker.awaitTask(name, 0, "RUNNING");
    assertEquals(202, worker.put("/connectors/" + name + "/pause").status());
    worker.awaitTask(name, 0, "PAUSED");
    assertEquals("PAUSED", worker.connectorState(name));
    long polls = stage.count("poll");
    stage.give("a");
    worker.put("/connectors/" + name + "/resume");
    worker.awaitTask(name, 0, "RUNNING");
    Await.until("the record came", () -> stage.calls().contains("commitRecord a"));
    assertTrue(stage.count("poll") > polls);
    assertEquals(1, stage.count("start"), "a paused task stays alive");
    worker.delete("/connectors/" + name);
  }

  @Test
  void aRecordThatCannotBeConvertedFailsTheTaskAndIsNotPassed() {
    String name = unique("unconvertible");
    Map<String, String> config = source(name);
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("restart.on.failure", "never");
    Stage stage = create(name, config);
    stage.give("a");
    worker.awaitTask(name, 0, "FAILED");
    String trace =
        worker.get("/connectors/" + name + "/tasks/0/status").json().path("trace").asText();
    assertTrue(trace.contains("errors.tolerance=all"), trace);
    assertEquals("{\"offsets\":[]}", worker.get("/connectors/" + name + "/offsets").text());
    worker.delete("/connectors/" + name);
  }

  @Test
  void underToleranceAllSuchARecordIsSkipped() {
    String name = unique("tolerant");
    Map<String, String> config = source(name);
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("errors.tolerance", "all");
    Stage stage = create(name, config);
    stage.give("a");
    Await.until("skipped", () -> stage.calls().contains("commitRecord a dropped"));
    Await.until(
        "passed",
        () -> worker.get("/connectors/" + name + "/offsets").text().contains("\"next\":1"));
    worker.delete("/connectors/" + name);
  }

  @Test
  void aTaskThatHangsIsAbandonedAndCannotWriteOffsetsAnyMore() throws InterruptedException {
    String name = unique("hangs");
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Stage stage = create(name, source(name));
    worker.awaitTask(name, 0, "RUNNING");
    stage.on(
        "poll",
        () -> {
          hangs.countDown();
          never.await();
        });
    assertTrue(hangs.await(120, TimeUnit.SECONDS), "it is not polled");
    worker.post("/connectors/" + name + "/tasks/0/restart");
    Await.until("a new one runs", () -> stage.count("start") == 2);
    stage.give("a");
    Await.until("the new one works", () -> stage.calls().contains("commitRecord a"));
    worker.delete("/connectors/" + name);
  }
}
