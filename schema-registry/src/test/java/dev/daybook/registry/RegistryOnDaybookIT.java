package dev.daybook.registry;

import static dev.daybook.registry.RunningRegistry.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.maintenance.ClosedLog;
import dev.daybook.eventlog.maintenance.Progress;
import dev.daybook.eventlog.maintenance.Restore;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.registry.ContractCheck.Mode;
import dev.daybook.registry.client.AvroDeserializer;
import dev.daybook.registry.client.AvroSerializer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The registry, its client and the contract check together, on Daybook's own log.
@NullUnmarked
@Timeout(600)
class RegistryOnDaybookIT {
  @TempDir private Path directory;

  @Test
  void schemasLiveInACompactedTopicAndSurviveARestart() throws Exception {
    Map<String, Integer> ids = new HashMap<>();
    String before;
    try (var log = new RunningLog(directory)) {
      try (var registry = ready(log)) {
        for (int i = 0; i < 20; i++) {
          ids.put("s" + i, registry.register("s" + i, record("f" + i % 15 + ":\"int\"")));
        }
        before = registry.get("/schemas").text();
      }
      try (var registry = ready(log)) {
        assertEquals(before, registry.get("/schemas").text());
      }
      assertEquals("compact", topicConfig(log, "cleanup.policy"));
    }
    try (var log = new RunningLog(directory);
        var registry = ready(log)) {
      assertEquals(before, registry.get("/schemas").text());
      for (int i = 0; i < 20; i++) {
        assertEquals(
            ids.get("s" + i), registry.register("s" + i, record("f" + i % 15 + ":\"int\"")));
      }
      assertEquals(16, registry.register("next", record("g:\"int\"")));
    }
  }

  @Test
  void noIdThatWasHandedOutAfterTheBackupIsHandedOutAgain() throws Exception {
    Path data = directory.resolve("data");
    Path restored = directory.resolve("restored");
    var disk = new FileDisk();
    int lost;
    try (var log = new RunningLog(data);
        var registry = ready(log)) {
      assertEquals(1, registry.register("kept", record("a:\"int\"")));
      log.backUp(directory.resolve("backup"));
      lost = registry.register("lost", record("b:\"int\""));
    }
    Restore.run(
        ClosedLog.in(disk, restored, Clock.system()), directory.resolve("backup"), Progress.NONE);
    try (var log = new RunningLog(restored)) {
      int first;
      try (var registry = ready(log)) {
        assertEquals(404, registry.get("/schemas/ids/" + lost).status());
        assertEquals(1, registry.register("kept", record("a:\"int\"")));
        first = registry.register("new", record("c:\"int\""));
        assertTrue(first > lost + 10_000, "id " + first);
      }
      try (var registry = ready(log)) {
        assertEquals(first + 1, registry.register("next", record("d:\"int\"")));
      }
    }
  }

  @Test
  void aLargeSchemaIsStored() throws Exception {
    try (var log = new RunningLog(directory);
        var registry = ready(log)) {
      String doc = "x".repeat(900_000);
      String text = new JsonObject(record("a:\"int\"")).put("doc", doc).encode();
      int id = registry.register("large", text);
      assertTrue(registry.get("/schemas/ids/" + id + "/schema").text().contains(doc));
    }
  }

  @Test
  void recordsTravelThroughProducerLogAndConsumerUnderTheirContract() throws Exception {
    try (var log = new RunningLog(directory);
        var registry = ready(log);
        var check = ContractCheck.start(SchemaRegistryConfig.of(log.bootstrap()))) {
      Schema schema =
          new Schema.Parser().parse(record("id:\"long\"", "note:[\"null\",\"string\"]=null"));
      var order = new GenericData.Record(schema);
      order.put("id", (1L << 53) + 1);
      order.put("note", "daybook \uD83D\uDCD3");
      while (!check.ready()) {
        Thread.sleep(1);
      }
      produce(log, registry, order);
      byte[] stored = firstValue(log);
      // Until the copy has read so far it is asked again.
      Verdict verdict = check.check("orders", false, Mode.ID, ByteBuffer.wrap(stored));
      while (verdict instanceof Verdict.NotReady) {
        verdict = check.check("orders", false, Mode.ID, ByteBuffer.wrap(stored));
      }
      assertEquals(new Verdict.Accepted(), verdict);
      assertInstanceOf(
          Verdict.Refused.class, check.check("other", false, Mode.ID, ByteBuffer.wrap(stored)));
      try (var deserializer = new AvroDeserializer()) {
        deserializer.configure(Map.of("schema.registry.url", registry.url()), false);
        var back = (GenericRecord) deserializer.deserialize("orders", stored);
        assertEquals((1L << 53) + 1, back.get("id"));
        assertEquals("daybook \uD83D\uDCD3", back.get("note"));
      }
    }
  }

  @Test
  void killsWhileRegisteringLoseAndDoubleNoId() throws Exception {
    Map<String, Integer> acked = new ConcurrentHashMap<>();
    for (int cycle = 0; cycle < 3; cycle++) {
      Process process = start();
      try {
        String url = url(process);
        assertAllThere(url, acked);
        registerUntilKilled(url, process, cycle, acked);
      } finally {
        process.destroyForcibly().waitFor(120, TimeUnit.SECONDS);
      }
    }
    Process last = start();
    try {
      assertAllThere(url(last), acked);
    } finally {
      last.destroyForcibly().waitFor(120, TimeUnit.SECONDS);
    }
    assertTrue(acked.size() > 30, acked.size() + " acked");
  }

  private Process start() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            RegistryProcess.class.getName(),
            directory.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static String url(Process process) throws Exception {
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("ready ")) {
        return line.substring(6);
      }
      lines.add(line);
    }
    throw new AssertionError(String.join("\n", lines));
  }

  /// Four writers register until the process dies under them.
  private static void registerUntilKilled(
      String url, Process process, int cycle, Map<String, Integer> acked) throws Exception {
    List<Thread> writers = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      String prefix = "c" + cycle + "w" + writer;
      writers.add(Thread.ofPlatform().start(() -> registerWhileAlive(url, prefix, acked)));
    }
    int before = acked.size();
    while (acked.size() < before + 20 && process.isAlive()) {
      Thread.sleep(2);
    }
    process.destroyForcibly().waitFor(120, TimeUnit.SECONDS);
    for (Thread writer : writers) {
      writer.join();
    }
  }

  private static void registerWhileAlive(String url, String prefix, Map<String, Integer> acked) {
    try (var http = HttpClient.newHttpClient()) {
      for (int i = 0; ; i++) {
        String name = prefix + "n" + i;
        var request =
            HttpRequest.newBuilder(URI.create(url + "/subjects/" + name + "/versions"))
                .timeout(Duration.ofSeconds(120))
                .header("Content-Type", MediaTypes.DEFAULT)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        RunningRegistry.schema(record(name + ":\"int\"")).encode()))
                .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          acked.put(name, new JsonObject(answer.body()).getInteger("id"));
        }
      }
    } catch (java.io.IOException e) {
      // The process was killed, as was to be expected.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void assertAllThere(String url, Map<String, Integer> acked) throws Exception {
    assertEquals(acked.size(), Set.copyOf(acked.values()).size());
    try (var http = HttpClient.newHttpClient()) {
      for (Map.Entry<String, Integer> each : acked.entrySet()) {
        var request =
            HttpRequest.newBuilder(URI.create(url + "/subjects/" + each.getKey() + "/versions/1"))
                .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), each.getKey() + " " + answer.body());
        assertEquals(each.getValue(), new JsonObject(answer.body()).getInteger("id"));
      }
    }
  }

  private static RunningRegistry ready(RunningLog log) throws Exception {
    var registry = new RunningRegistry(SchemaRegistryConfig.of(log.bootstrap()));
    registry.awaitReady();
    return registry;
  }

  private static void produce(RunningLog log, RunningRegistry registry, GenericRecord order)
      throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            log.bootstrap(),
            "schema.registry.url",
            registry.url(),
            "key.serializer",
            AvroSerializer.class,
            "value.serializer",
            AvroSerializer.class);
    try (var producer = new KafkaProducer<Object, Object>(settings)) {
      producer.send(new ProducerRecord<>("orders", "k", order)).get(120, TimeUnit.SECONDS);
    }
  }

  private static byte[] firstValue(RunningLog log) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", log.bootstrap(),
            "key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer",
            "value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
    try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
      var partition = new TopicPartition("orders", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (true) {
        var records = consumer.poll(Duration.ofMillis(200)).records(partition);
        if (!records.isEmpty()) {
          return records.get(0).value();
        }
      }
    }
  }

  private static String topicConfig(RunningLog log, String name) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", log.bootstrap()))) {
      var topic = new ConfigResource(ConfigResource.Type.TOPIC, "_schemas");
      var found = admin.describeConfigs(List.of(topic)).all().get(120, TimeUnit.SECONDS);
      return found.get(topic).get(name).value();
    }
  }
}
