package dev.daybook.eventlog.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.record.TopicId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicCatalogTest {
  private final TopicId id = TopicId.random();

  @Test
  void createsATopicOnlyThroughReplay() {
    TopicCatalog before = TopicCatalog.empty();

    CatalogDecision decision =
        before.create(topic("orders", Map.of("max.message.bytes", "2000")), () -> id);

    assertTrue(before.byName("orders").isEmpty());
    Topic created = replay(before, decision).byName("orders").orElseThrow();
    assertEquals(id, created.id());
    assertEquals(3, created.partitions());
    assertEquals(2000, created.config().maxMessageBytes());
  }

  @Test
  void refusesNamesThatKafkaRefuses() {
    for (String name : List.of("", ".", "..", "a b", "ä", "a/b", "a".repeat(250), "a\u0000b")) {
      assertRefused(
          CatalogDecision.Reason.ILLEGAL_NAME,
          TopicCatalog.empty().create(topic(name, Map.of()), () -> id));
    }
  }

  @Test
  void refusesATakenNameAndOneThatCollidesWithIt() {
    TopicCatalog catalog =
        replay(TopicCatalog.empty(), TopicCatalog.empty().create(topic("a.b", Map.of()), () -> id));

    assertRefused(
        CatalogDecision.Reason.NAME_TAKEN, catalog.create(topic("a.b", Map.of()), () -> id));
    assertRefused(
        CatalogDecision.Reason.ILLEGAL_NAME, catalog.create(topic("a_b", Map.of()), () -> id));
  }

  @Test
  void namesTheSettingThatIsWrong() {
    CatalogDecision unknown =
        TopicCatalog.empty().create(topic("t", Map.of("retention.msec", "1")), () -> id);
    CatalogDecision wrong =
        TopicCatalog.empty().create(topic("t", Map.of("segment.bytes", "many")), () -> id);

    assertTrue(
        assertRefused(CatalogDecision.Reason.ILLEGAL_CONFIG, unknown).contains("retention.msec"));
    assertTrue(
        assertRefused(CatalogDecision.Reason.ILLEGAL_CONFIG, wrong).contains("segment.bytes"));
  }

  @Test
  void everyDefaultIsALegalValue() {
    for (TopicSettings.Setting setting : TopicSettings.all()) {
      assertEquals(
          List.of(),
          TopicSettings.check(Map.of(setting.name(), setting.defaultValue())),
          setting.name());
    }
  }

  @Test
  void remembersThatATopicIsGone() {
    TopicCatalog catalog =
        replay(TopicCatalog.empty(), TopicCatalog.empty().create(topic("t", Map.of()), () -> id));

    TopicCatalog after = replay(catalog, catalog.delete(id));

    assertTrue(after.all().isEmpty());
    assertTrue(after.wasDeleted(id));
    assertRefused(CatalogDecision.Reason.UNKNOWN_TOPIC, after.delete(id));
  }

  @Test
  void recordsComeBackAsTheyWereWritten() {
    Topic topic =
        new Topic(
            id,
            "orders",
            7,
            new TopicConfig(Map.of("cleanup.policy", "compact", "segment.ms", "5")));
    for (CatalogRecord record :
        List.of(
            new CatalogRecord.TopicCreated(topic),
            new CatalogRecord.TopicDeleted(id),
            new CatalogRecord.ProducerIdsReserved(5_000))) {
      assertEquals(record, CatalogCodec.decode(ByteBuffer.wrap(CatalogCodec.encode(record))));
    }
  }

  @Test
  void refusesARecordOfANewerDaybook() {
    byte[] bytes = CatalogCodec.encode(new CatalogRecord.TopicDeleted(id));
    bytes[1] = 9;

    assertThrows(IllegalArgumentException.class, () -> CatalogCodec.decode(ByteBuffer.wrap(bytes)));
  }

  private static NewTopic topic(String name, Map<String, String> config) {
    return new NewTopic(name, 3, config);
  }

  private static TopicCatalog replay(TopicCatalog catalog, CatalogDecision decision) {
    TopicCatalog after = catalog;
    for (CatalogRecord record :
        assertInstanceOf(CatalogDecision.Accepted.class, decision).records()) {
      after = after.replay(record);
    }
    return after;
  }

  private static String assertRefused(CatalogDecision.Reason reason, CatalogDecision decision) {
    CatalogDecision.Refused refused = assertInstanceOf(CatalogDecision.Refused.class, decision);
    assertEquals(reason, refused.reason());
    return refused.message();
  }
}
