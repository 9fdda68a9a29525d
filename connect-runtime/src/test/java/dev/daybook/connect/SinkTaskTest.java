package dev.daybook.connect;

import static dev.daybook.connect.scene.Scene.sink;
import static dev.daybook.connect.scene.Scene.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.connect.scene.Await;
import dev.daybook.connect.scene.ScriptedSink;
import dev.daybook.connect.scene.Stage;
import dev.daybook.connect.scene.TestLog;
import dev.daybook.connect.scene.TestWorker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A sink task's contract, on a real log with its groups.
class SinkTaskTest {

  @SuppressWarnings("NullAway.Init")
  private static TestLog log;

  @SuppressWarnings("NullAway.Init")
  private static TestWorker worker;

  @BeforeAll
  static void start() {
    log = TestLog.start();
    worker = TestWorker.start(log.bootstrapServers(), unique("sinks"), config -> config);
  }

  @AfterAll
  static void stop() {
    worker.close();
    log.close();
  }

  /// A topic and a sink of the same name.
  private static Stage create(String name, Map<String, String> config, String... values) {
    log.createTopic(name, 1);
    log.produce(name, values);
    assertEquals(201, worker.create(name, config).status());
    return Stage.of(name);
  }

  private static long committed(String name) {
    return log.committed("connect-" + name, name, 0);
  }

  private static void awaitCommitted(String name, long offset) {
    Await.untilNoted(
        "offset " + offset + " is committed",
        () -> committed(name) == offset,
        () ->
            "It is "
                + committed(name)
                + "; "
                + Stage.of(name).calls()
                + worker.get("/connectors/" + name + "/status").text());
  }

  /// A worker that is killed does not leave its groups. A stranger would wait for the end of its session.
  @Test
  void aTaskOfAKilledWorkerGoesOnAtOnceAsTheMemberItWas() {
    String name = unique("killed worker's");
    String topic = unique("killed");
    log.createTopic(topic, 1);
    log.produce(topic, "a");
    try (KafkaConsumer<byte[], byte[]> killed =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                log.bootstrapServers(),
                "group.id",
                "connect-" + name,
                "group.instance.id",
                "task-0",
                "session.timeout.ms",
                "1200000",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      killed.subscribe(List.of(topic));
      Await.until("joined", () -> !killed.poll(Duration.ofMillis(100)).isEmpty());
    }
    assertEquals(201, worker.create(name, sink(topic)).status());
    Await.until(
        "delivered before the session ends", () -> log.committed("connect-" + name, topic, 0) == 1);
  }

  @Test
  void recordsArePutInOrderAndCommittedAfterThatOnOneThread() {
    String name = unique("plain");
    Stage stage = create(name, sink(name), "a", "b", "c");
    awaitCommitted(name, 3);
    assertEquals(
        List.of("a", "b", "c"), stage.delivered().stream().map(SinkRecord::value).toList());
    assertEquals(
        "{\"offsets\":[{\"partition\":{\"kafka_partition\":0,\"kafka_topic\":\""
            + name
            + "\"},\"offset\":{\"kafka_offset\":3}}]}",
        worker.get("/connectors/" + name + "/offsets").text());
    worker.delete("/connectors/" + name);
    Await.until("stopped", () -> stage.calls().contains("stop"));
    Thread thread = stage.threadsOf("start").getFirst();
    assertTrue(thread.isVirtual());
    for (String call : List.of("open", "put", "preCommit", "close", "stop")) {
      assertEquals(List.of(thread), stage.threadsOf(call), call);
    }
    List<String> calls = stage.calls();
    assertTrue(calls.indexOf("start") < calls.indexOf("open"));
    assertTrue(calls.lastIndexOf("preCommit") < calls.indexOf("close"), calls.toString());
    assertTrue(calls.indexOf("close") < calls.indexOf("stop"));
  }

  @Test
  void theSameBatchComesAgainAfterARetriableException() {
    String name = unique("again");
    Stage.of(name)
        .failOn("put", new RetriableException("busy"))
        .failOn("put", new RetriableException("still busy"));
    Map<String, String> config = sink(name);
    config.put("consumer.override.max.poll.records", "2");
    Stage stage = create(name, config, "a", "b", "c");
    awaitCommitted(name, 3);
    List<List<String>> puts = stage.puts();
    assertEquals(List.of("a", "b"), puts.get(0));
    assertEquals(puts.get(0), puts.get(1), "nothing new comes between");
    assertEquals(puts.get(0), puts.get(2));
    assertEquals(List.of("c"), puts.get(3));
    assertEquals(1, stage.count("start"));
    worker.delete("/connectors/" + name);
  }

  @Test
  void onlyWhatPreCommitCallsSafeIsCommitted() {
    String name = unique("safe");
    ScriptedSink.SAFE.put(
        name, offsets -> Map.of(new TopicPartition(name, 0), new OffsetAndMetadata(1)));
    Stage stage = create(name, sink(name), "a", "b", "c");
    awaitCommitted(name, 1);
    worker.delete("/connectors/" + name);
    Await.until("stopped", () -> stage.calls().contains("stop"));
    assertEquals(1, committed(name));
  }

  @Test
  void anOffsetBeyondWhatWasDeliveredIsIgnored() {
    String name = unique("beyond");
    ScriptedSink.SAFE.put(
        name,
        offsets -> {
          Map<TopicPartition, OffsetAndMetadata> beyond = new HashMap<>(offsets);
          beyond.replaceAll((partition, offset) -> new OffsetAndMetadata(offset.offset() + 100));
          return beyond;
        });
    Stage stage = create(name, sink(name), "a");
    Await.until("it was asked", () -> stage.count("put") > 0 && stage.count("preCommit") > 2);
    assertEquals(-1, committed(name));
    worker.delete("/connectors/" + name);
  }

  @Test
  void anEmptyAnswerOfPreCommitLeavesCommittingToTheTask() {
    String name = unique("optOut");
    ScriptedSink.SAFE.put(name, offsets -> Map.of());
    Stage stage = create(name, sink(name), "a");
    Await.until("it was asked", () -> stage.count("put") > 0 && stage.count("preCommit") > 2);
    assertEquals(-1, committed(name));
    worker.delete("/connectors/" + name);
  }

  @Test
  void aFailureInPreCommitBringsEverythingSinceTheLastCommitAgain() {
    String name = unique("preCommitFails");
    Map<String, Boolean> failed = new ConcurrentHashMap<>();
    ScriptedSink.SAFE.put(
        name,
        offsets -> {
          boolean delivered = offsets.values().stream().anyMatch(offset -> offset.offset() > 0);
          if (delivered && failed.putIfAbsent("once", true) == null) {
            throw new IllegalStateException("cannot flush");
          }
          return offsets;
        });
    Stage stage = create(name, sink(name), "a", "b");
    awaitCommitted(name, 2);
    assertEquals(
        List.of("a", "b", "a", "b"), stage.delivered().stream().map(SinkRecord::value).toList());
    worker.delete("/connectors/" + name);
  }

  @Test
  void aTaskThatDiedBetweenPutAndFlushGetsItsRecordsAgain() {
    String name = unique("dies");
    ScriptedSink.SAFE.put(name, offsets -> Map.of()); // delivered, but nothing durable yet
    Stage stage = create(name, sink(name), "a", "b");
    Await.until("delivered", () -> stage.delivered().size() == 2);
    stage.failOn("put", new IllegalStateException("killed between put and flush"));
    log.produce(name, "c");
    Await.until("delivered again", () -> stage.delivered().size() >= 6);
    assertEquals(
        List.of("a", "b", "c"),
        stage.delivered().stream().skip(3).map(SinkRecord::value).limit(3).toList());
    ScriptedSink.SAFE.remove(name);
    awaitCommitted(name, 3);
    worker.delete("/connectors/" + name);
  }

  @Test
  void openMayRewindToWhereTheTargetIs() {
    String name = unique("rewinds");
    ScriptedSink.ON_OPEN.put(
        name, (context, partitions) -> context.offset(new TopicPartition(name, 0), 2));
    Stage stage = create(name, sink(name), "a", "b", "c");
    awaitCommitted(name, 3);
    assertEquals(List.of("c"), stage.delivered().stream().map(SinkRecord::value).toList());
    worker.delete("/connectors/" + name);
  }

  @Test
  void aTaskMayPauseAPartitionAskForATimeoutAndRequestACommit() {
    String name = unique("wishes");
    Map<String, Integer> calls = new ConcurrentHashMap<>();
    ScriptedSink.ON_PUT.put(
        name,
        (context, batch) -> {
          int call = calls.merge("put", 1, Integer::sum);
          if (!batch.isEmpty() && calls.putIfAbsent("paused", call) == null) {
            context.pause(new TopicPartition(name, 0));
            context.timeout(10);
            context.requestCommit();
          } else if (calls.containsKey("paused")
              && batch.isEmpty()
              && calls.putIfAbsent("resumed", call) == null) {
            context.resume(new TopicPartition(name, 0));
          }
        });
    Map<String, String> config = sink(name);
    config.put("consumer.override.max.poll.records", "1");
    create(name, config, "a", "b");
    awaitCommitted(name, 2);
    assertTrue(calls.containsKey("resumed"), calls.toString());
    worker.delete("/connectors/" + name);
  }

  @Test
  void theOriginalTopicPartitionAndOffsetSurviveTransformations() {
    String name = unique("renamed");
    Map<String, String> config = sink(name);
    config.put("transforms", "rename");
    config.put("transforms.rename.type", "org.apache.kafka.connect.transforms.RegexRouter");
    config.put("transforms.rename.regex", ".*");
    config.put("transforms.rename.replacement", "elsewhere");
    Stage stage = create(name, config, "a");
    awaitCommitted(name, 1);
    SinkRecord record = stage.delivered().getFirst();
    assertEquals("elsewhere", record.topic());
    assertEquals(name, record.originalTopic());
    assertEquals(0, record.originalKafkaPartition());
    assertEquals(0, record.originalKafkaOffset());
    worker.delete("/connectors/" + name);
  }

  @Test
  void aPausedSinkTakesNothingAndGoesOnWhenResumed() {
    String name = unique("pausedSink");
    Stage stage = create(name, sink(name), "a");
    awaitCommitted(name, 1);
    worker.put("/connectors/" + name + "/pause");
    worker.awaitTask(name, 0, "PAUSED");
    log.produce(name, "b");
    long puts = stage.count("put");
    worker.put("/connectors/" + name + "/resume");
    awaitCommitted(name, 2);
    assertEquals(puts + 1, stage.count("put"));
    assertEquals(1, stage.count("start"));
    worker.delete("/connectors/" + name);
  }

  @Test
  void partitionsMoveBetweenTasksWithoutLossWhenOneStops() {
    String name = unique("moves");
    log.createTopic(name, 4);
    Map<String, String> config = sink(name);
    config.put("tasks.max", "2");
    assertEquals(201, worker.create(name, config).status());
    worker.awaitTask(name, 0, "RUNNING");
    worker.awaitTask(name, 1, "RUNNING");
    for (int i = 0; i < 40; i++) {
      log.produce(new ProducerRecord<>(name, i % 4, null, "before-" + i));
    }
    Stage stage = Stage.of(name);
    Await.until("all came", () -> stage.delivered().size() >= 40);
    worker.post("/connectors/" + name + "/tasks/1/restart");
    for (int i = 0; i < 40; i++) {
      log.produce(new ProducerRecord<>(name, i % 4, null, "after-" + i));
    }
    Await.until(
        "all is committed",
        () -> {
          long sum = 0;
          for (int i = 0; i < 4; i++) {
            sum += log.committed("connect-" + name, name, i);
          }
          return sum == 80;
        });
    assertEquals(80, stage.delivered().stream().map(SinkRecord::value).distinct().count());
    worker.delete("/connectors/" + name);
  }

  @Test
  void aRecordThatCannotBeConvertedBecomesADeadLetterWithItsBytesAndTheReason() {
    String name = unique("letters");
    Map<String, String> config = sink(name);
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("value.converter.schemas.enable", "false");
    config.put("errors.tolerance", "all");
    config.put("errors.deadletterqueue.topic.name", name + "-dlq");
    config.put("errors.deadletterqueue.context.headers.enable", "true");
    Stage stage = create(name, config, "1", "{no json", "2");
    awaitCommitted(name, 3);
    assertEquals(List.of(1L, 2L), stage.delivered().stream().map(SinkRecord::value).toList());
    ConsumerRecord<String, String> letter = log.read(name + "-dlq").getFirst();
    assertEquals("{no json", letter.value());
    assertEquals(name, header(letter, "topic"));
    assertEquals("0", header(letter, "partition"));
    assertEquals("1", header(letter, "offset"));
    assertEquals(name, header(letter, "connector.name"));
    assertEquals("0", header(letter, "task.id"));
    assertEquals("VALUE_CONVERTER", header(letter, "stage"));
    assertEquals("org.apache.kafka.connect.json.JsonConverter", header(letter, "class.name"));
    assertEquals(
        "org.apache.kafka.connect.errors.DataException", header(letter, "exception.class.name"));
    assertTrue(header(letter, "exception.stacktrace").contains("DataException"));
    worker.delete("/connectors/" + name);
  }

  @Test
  void aTaskMayReportARecordItCannotTake() {
    String name = unique("errant");
    ScriptedSink.ON_PUT.put(
        name,
        (context, batch) ->
            batch.forEach(
                record -> {
                  if (record.value().equals("bad")) {
                    var _ =
                        context
                            .errantRecordReporter()
                            .report(record, new IllegalArgumentException("not for this table"));
                  }
                }));
    Map<String, String> config = sink(name);
    config.put("errors.tolerance", "all");
    config.put("errors.deadletterqueue.topic.name", name + "-dlq");
    config.put("errors.deadletterqueue.context.headers.enable", "true");
    create(name, config, "good", "bad");
    awaitCommitted(name, 2);
    ConsumerRecord<String, String> letter = log.read(name + "-dlq").getFirst();
    assertEquals("bad", letter.value());
    assertEquals("TASK_PUT", header(letter, "stage"));
    assertEquals("not for this table", header(letter, "exception.message"));
    worker.delete("/connectors/" + name);
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    Header header = record.headers().lastHeader("__connect.errors." + name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Test
  void offsetsOfAStoppedSinkCanBeSetAndReset() {
    String name = unique("offsets");
    Stage stage = create(name, sink(name), "a", "b", "c");
    awaitCommitted(name, 3);
    assertEquals(400, worker.delete("/connectors/" + name + "/offsets").status());
    assertEquals(204, worker.put("/connectors/" + name + "/stop").status());
    worker.awaitConnector(name, "STOPPED");
    Map<String, Object> line =
        Map.of(
            "partition",
            Map.of("kafka_topic", name, "kafka_partition", 0),
            "offset",
            Map.of("kafka_offset", 2));
    assertEquals(
        "The offsets for this connector have been altered successfully",
        worker
            .patch("/connectors/" + name + "/offsets", Map.of("offsets", List.of(line)))
            .message());
    assertEquals(2, committed(name));
    worker.put("/connectors/" + name + "/resume");
    Await.until("c came again", () -> stage.delivered().size() == 4);
    worker.put("/connectors/" + name + "/stop");
    worker.awaitConnector(name, "STOPPED");
    assertEquals(
        "The offsets for this connector have been reset successfully",
        worker.delete("/connectors/" + name + "/offsets").message());
    assertEquals("{\"offsets\":[]}", worker.get("/connectors/" + name + "/offsets").text());
    worker.delete("/connectors/" + name);
  }
}
