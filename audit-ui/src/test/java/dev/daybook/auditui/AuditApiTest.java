package dev.daybook.auditui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.auditui.support.Orders;
import dev.daybook.auditui.support.Scene;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The page's API on a real log, asked over real sockets.
class AuditApiTest {
  private static Scene scene;
  private static Orders orders;

  @BeforeAll
  static void open() {
    scene = Scene.open();
    orders = new Orders(scene.registry);
    scene.createTopic(Orders.TOPIC, 3);
    scene.sendAll(orders.story(20));
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @Test
  void listsTopicsWithTheirOffsetsAndHidesInternalOnes() {
    var topics = scene.get("/api/topics").getJsonArray("topics");
    var found = named(topics, Orders.TOPIC);
    assertEquals(3, found.getInteger("partitionCount"));
    assertTrue(Long.parseLong(found.getString("offsetsSpan")) >= 74);
    assertTrue(topics.stream().noneMatch(t -> ((JsonObject) t).getString("name").startsWith("__")));
  }

  @Test
  void browsesNewestFirstPageByPageWithoutGapOrRepeat() {
    scene.createTopic("numbers", 3);
    scene.sendAll(numbered("numbers", 0, 250));
    var seen = new ArrayList<Integer>();
    var positions = new HashSet<String>();
    String path = "/api/topics/numbers/events?limit=40";
    JsonObject page;
    @Nullable String older = null;
    do {
      page = scene.get(older == null ? path : path + "&before=" + older);
      for (var each : page.getJsonArray("events")) {
        var event = (JsonObject) each;
        seen.add(Integer.parseInt(text(event.getJsonObject("value"))));
        assertTrue(positions.add(event.getInteger("partition") + "/" + event.getString("offset")));
      }
      older = page.getString("older");
    } while (older != null);
    assertEquals(250, seen.size());
    assertEquals(IntStream.rangeClosed(1, 250).mapToObj(i -> 250 - i).toList(), seen);
    assertTrue(page.getJsonObject("coverage").getBoolean("complete"));
  }

  @Test
  void saysWhereAPageStoppedAndWhatItCovers() {
    scene.createTopic("covered", 1);
    scene.sendAll(numbered("covered", 0, 30));
    var coverage = scene.get("/api/topics/covered/events?limit=10").getJsonObject("coverage");
    var span = coverage.getJsonArray("partitions").getJsonObject(0);
    assertEquals("20", span.getString("from"));
    assertEquals("30", span.getString("to"));
    assertEquals(10, coverage.getInteger("scanned"));
    assertFalse(coverage.getBoolean("complete"));
    assertTrue(coverage.getString("stoppedAt").contains("older ones remain"));
  }

  @Test
  void keepsEveryDigitOfLargeNumbersAndDecimals() {
    scene.createTopic("exact", 1);
    var original = orders.insert(Orders.remarkable());
    scene.send(new ProducerRecord<>("exact", original.key(), original.value()));
    var event = scene.get("/api/topics/exact/0/0").getJsonObject("event");
    var after = event.getJsonObject("change").getJsonObject("after");
    assertEquals("9007199254740993", field(after, "id").getString("text"));
    assertEquals(
        "12345678901234567890123456789.000000001", field(after, "total").getString("text"));
    assertEquals(Orders.EMOJI, field(after, "note").getString("text"));
    assertEquals("2026-03-03T14:05:00.123456", field(after, "created_at").getString("reading"));
    assertEquals(
        "9007199254740993",
        field(event.getJsonObject("key").getJsonObject("value"), "id").getString("text"));
  }

  @Test
  void keepsEveryDigitOfJsonNumbersAndBothOfTwoEqualNames() {
    scene.createTopic("json", 1);
    scene.send(
        record("json", "{\"n\":9007199254740993,\"n\":1.10,\"e\":1e400,\"half\":\"\\ud83d\"}"));
    var value = scene.get("/api/topics/json/0/0").getJsonObject("event").getJsonObject("value");
    assertEquals("json", value.getString("format"));
    var fields = value.getJsonObject("value").getJsonArray("fields");
    var texts =
        fields.stream()
            .map(f -> ((JsonObject) f).getJsonObject("value").getString("text"))
            .toList();
    assertEquals(List.of("9007199254740993", "1.10", "1e400", "\\ud83d"), texts);
  }

  @Test
  void showsOneEventWithKeyHeadersSchemaTimeAndStoredBytes() {
    var event = scene.get("/api/topics/" + Orders.TOPIC + "/0/0").getJsonObject("event");
    assertEquals("CreateTime", event.getString("timestampType"));
    var header = event.getJsonArray("headers").getJsonObject(0);
    assertEquals("trace-id", header.getString("name"));
    assertEquals("9f2c41d07be34a11", text(header.getJsonObject("value")));
    var value = event.getJsonObject("value");
    assertEquals("shop.public.orders.Envelope", value.getJsonObject("schema").getString("name"));
    assertEquals(value.getInteger("size") * 2, value.getString("raw").length());
    assertTrue(value.getString("raw").startsWith("00000000"));
  }

  @Test
  void showsAPayloadThatFitsNoSchemaAsBytesWithTheReasonAndCountsIt() {
    scene.createTopic("broken", 1);
    scene.send(new ProducerRecord<>("broken", null, new byte[] {0, 0, 0, 0, 101, 1, 2, 3}));
    scene.send(new ProducerRecord<>("broken", null, new byte[] {0, 0, 0, 99, 99, 1}));
    var page = scene.get("/api/topics/broken/events");
    assertEquals(2, page.getJsonObject("coverage").getInteger("decodeFailures"));
    var newest = page.getJsonArray("events").getJsonObject(0).getJsonObject("value");
    assertEquals("bytes", newest.getString("format"));
    assertTrue(newest.getString("problem").contains("no such schema"), newest.encode());
    var older = page.getJsonArray("events").getJsonObject(1).getJsonObject("value");
    assertTrue(older.getString("problem").contains("do not fit schema 101"), older.encode());
  }

  @Test
  void findsATextInsideAvroFieldsAndSaysHowMuchItScanned() {
    var page = scene.get("/api/topics/" + Orders.TOPIC + "/events?contains=Grace%20Hopper");
    assertEquals(13, page.getJsonArray("events").size());
    var coverage = page.getJsonObject("coverage");
    assertTrue(coverage.getBoolean("complete"));
    assertEquals(74, coverage.getInteger("scanned"));
  }

  @Test
  void showsWhatThereWasUntilAMoment() {
    scene.createTopic("timed", 2);
    for (int i = 0; i < 10; i++) {
      var value = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
      scene.send(new ProducerRecord<>("timed", i % 2, 1_772_546_700_000L + i * 1000L, null, value));
    }
    var page = scene.get("/api/topics/timed/events?until=2026-03-03T14:05:04.000Z");
    var values =
        page.getJsonArray("events").stream()
            .map(e -> text(((JsonObject) e).getJsonObject("value")))
            .toList();
    assertEquals(List.of("4", "3", "2", "1", "0"), values);
  }

  @Test
  void browsesAllPartitionsWhileOneOfThemGrows() throws InterruptedException {
    scene.createTopic("growing", 3);
    scene.sendAll(numbered("growing", 0, 30));
    var stop = new AtomicBoolean();
    var writer = Thread.ofVirtual().start(() -> writeUntil(stop));
    try {
      for (int i = 0; i < 10; i++) {
        var coverage = scene.get("/api/topics/growing/events?limit=500").getJsonObject("coverage");
        assertFalse(coverage.encode().contains("limit of 10 s"), coverage.encode());
      }
    } finally {
      stop.set(true);
      writer.join();
    }
  }

  private static void writeUntil(AtomicBoolean stop) {
    for (int i = 30; !stop.get(); i += 3) {
      scene.sendAll(numbered("growing", i, i + 1));
    }
  }

  @Test
  void answersAnEmptyTopicWithACompleteCoverage() {
    scene.createTopic("empty", 2);
    var page = scene.get("/api/topics/empty/events");
    assertEquals(0, page.getJsonArray("events").size());
    assertTrue(page.getJsonObject("coverage").getBoolean("complete"));
    assertNull(page.getString("older"));
  }

  @Test
  void refusesWithAReasonAndAFix() {
    assertRefused(404, "topic-not-found", "/api/topics/nowhere/events");
    assertRefused(404, "partition-not-found", "/api/topics/" + Orders.TOPIC + "/9/0");
    assertRefused(404, "offset-not-found", "/api/topics/" + Orders.TOPIC + "/0/999999");
    assertRefused(400, "bad-request", "/api/topics/" + Orders.TOPIC + "/events?limit=0");
    assertRefused(400, "bad-request", "/api/topics/" + Orders.TOPIC + "/events?before=x");
    assertRefused(400, "bad-request", "/api/topics/" + Orders.TOPIC + "/events?until=yesterday");
    assertRefused(404, "not-found", "/api/nothing");
  }

  @Test
  void neverShowsEventsOfInternalTopics() {
    scene.createTopic("connect-configs", 1);
    scene.send(record("connect-configs", "{\"password\":\"hunter2\"}"));
    assertRefused(403, "internal-topic", "/api/topics/connect-configs/events");
    assertRefused(403, "internal-topic", "/api/topics/connect-configs/0/0");
    assertRefused(403, "internal-topic", "/api/topics/connect-configs/tail");
  }

  @Test
  void listsConnectorsWithTheirStateAndWithoutTheirSecrets() {
    var answer = scene.get("/api/connectors");
    var sink = named(answer.getJsonArray("connectors"), "orders-to-h2");
    assertEquals("RUNNING", sink.getString("state"));
    var task = sink.getJsonArray("tasks").getJsonObject(0);
    assertEquals("FAILED", task.getString("state"));
    assertTrue(task.getString("trace").contains("is missing"));
    assertFalse(answer.encode().contains("hunter2"));
  }

  @Test
  void listsSubjectsAndShowsASchemaInAllItsVersions() {
    var subjects = scene.get("/api/subjects").getJsonArray("subjects");
    assertTrue(
        subjects.stream()
            .anyMatch(s -> ((JsonObject) s).getString("subject").equals(Orders.TOPIC + "-value")));
    var one = scene.get("/api/subjects/" + Orders.TOPIC + "-value");
    assertEquals("BACKWARD", one.getString("compatibility"));
    assertEquals(1, one.getJsonArray("versions").size());
  }

  @Test
  void servesThePageUnderAStrictContentPolicy() {
    var index = scene.request("/");
    assertEquals(200, index.statusCode());
    var policy = index.headers().firstValue("Content-Security-Policy").orElse("");
    assertTrue(policy.startsWith("default-src 'self'; script-src 'self' 'sha256-"), policy);
    assertFalse(policy.contains("unsafe"), policy);
  }

  private static void assertRefused(int status, String code, String path) {
    var response = scene.request(path);
    assertEquals(status, response.statusCode(), path + " " + response.body());
    var body = new JsonObject(response.body());
    assertEquals(code, body.getString("code"), path);
    assertFalse(body.getString("fix").isBlank(), path);
  }

  private static List<ProducerRecord<byte[], byte[]>> numbered(String topic, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                new ProducerRecord<byte[], byte[]>(
                    topic,
                    i % 3 % (topic.equals("covered") ? 1 : 3),
                    1_772_546_700_000L + i,
                    null,
                    Integer.toString(i).getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
    return new ProducerRecord<>(topic, null, value.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject named(JsonArray all, String name) {
    return all.stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getString("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonObject field(JsonObject struct, String name) {
    return named(struct.getJsonArray("fields"), name).getJsonObject("value");
  }

  private static String text(JsonObject payload) {
    return payload.getJsonObject("value").getString("text");
  }
}
