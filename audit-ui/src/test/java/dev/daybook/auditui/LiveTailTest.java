package dev.daybook.auditui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.auditui.log.Limits;
import dev.daybook.auditui.support.Scene;
import dev.daybook.auditui.support.TailReader;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The live tail as a stream of server-sent events, read by a plain HTTP client.
class LiveTailTest {
  private static Scene scene;

  @BeforeAll
  static void open() {
    scene = Scene.open(new Limits(500, 1_000, 8 << 20, Duration.ofMinutes(2), 4, 2, 50));
  }

  @AfterAll
  static void close() {
    scene.close();
  }

  @Test
  void showsWhatArrivesAndNothingBefore() {
    scene.createTopic("arriving", 2);
    send("arriving", 0, 10);
    try (var tail = tail("arriving", "")) {
      assertEquals(List.of(), tail.next().getJsonArray("events").getList());
      send("arriving", 10, 13);
      assertEquals(List.of("10", "11", "12"), tail.values(3));
    }
  }

  @Test
  void goesOnWhereABrokenConnectionStopped() {
    scene.createTopic("resumed", 1);
    String seen;
    try (var tail = tail("resumed", "")) {
      tail.next();
      send("resumed", 0, 3);
      assertEquals(List.of("0", "1", "2"), tail.values(3));
      seen = tail.lastId();
    }
    send("resumed", 3, 6);
    try (var tail = tail("resumed", seen)) {
      assertEquals(List.of("3", "4", "5"), tail.values(3));
    }
  }

  @Test
  void countsWhatABusyTopicHasTooMany() {
    scene.createTopic("flood", 1);
    try (var tail = tail("flood", "")) {
      tail.next();
      send("flood", 0, 2_000);
      long shown = 0;
      JsonObject message;
      do {
        message = tail.next();
        shown += message.getJsonArray("events").size();
      } while (message.getJsonObject("coverage").getLong("scanned") < 2_000);
      long dropped = message.getLong("dropped");
      assertTrue(dropped > 0, "some are dropped");
      assertEquals(2_000, shown + dropped);
      var stopped = message.getJsonObject("coverage").getString("stoppedAt");
      assertEquals(dropped + " events were too many to show; browse to see them", stopped);
    }
  }

  @Test
  void refusesMoreTailsThanItMayHaveAndTakesOneWhenAnotherLeaves() {
    scene.createTopic("crowded", 1);
    try (var one = tail("crowded", "");
        var two = tail("crowded", "")) {
      one.next();
      two.next();
      var refused = scene.request("/api/topics/crowded/tail");
      assertEquals(503, refused.statusCode());
      assertEquals("too-many-tails", new JsonObject(refused.body()).getString("code"));
    }
    try (var three = tail("crowded", "")) {
      assertEquals(0, three.next().getJsonArray("events").size());
    }
  }

  @Test
  void stopsAScanAtItsLimitAndGoesOnFromThere() {
    scene.createTopic("long", 1);
    send("long", 0, 2_500);
    var path = "/api/topics/long/events?contains=needle";
    var first = scene.get(path);
    var coverage = first.getJsonObject("coverage");
    assertEquals(1_000, coverage.getInteger("scanned"));
    assertEquals("the limit of 1000 events a scan", coverage.getString("stoppedAt"));
    var rest = new ArrayList<Integer>();
    for (var older = first.getString("older"); older != null; ) {
      var page = scene.get(path + "&before=" + older);
      rest.add(page.getJsonObject("coverage").getInteger("scanned"));
      older = page.getString("older");
    }
    assertEquals(List.of(1_000, 500), rest);
  }

  @Test
  void browsesEventsLargerThanItsMemoryOneByOne() {
    scene.createTopic("large", 1);
    var large = "x".repeat(900_000).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 12; i++) {
      scene.send(new ProducerRecord<>("large", null, large));
    }
    var offsets = new ArrayList<String>();
    var path = "/api/topics/large/events?limit=100";
    var page = scene.get(path);
    while (true) {
      page.getJsonArray("events").forEach(e -> offsets.add(((JsonObject) e).getString("offset")));
      if (page.getString("older") == null) {
        break;
      }
      assertTrue(page.getJsonObject("coverage").getString("stoppedAt").contains("bytes a scan"));
      page = scene.get(path + "&before=" + page.getString("older"));
    }
    assertEquals(IntStream.range(0, 12).mapToObj(i -> "" + (11 - i)).toList(), offsets);
  }

  private static TailReader tail(String topic, String lastId) {
    return scene.tail(topic, lastId);
  }

  private static void send(String topic, int from, int to) {
    scene.sendAll(
        IntStream.range(from, to)
            .mapToObj(
                i ->
                    new ProducerRecord<byte[], byte[]>(
                        topic, Integer.toString(i).getBytes(StandardCharsets.UTF_8)))
            .toList());
  }
}
