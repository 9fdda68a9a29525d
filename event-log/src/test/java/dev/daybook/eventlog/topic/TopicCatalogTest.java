package dev.daybook.eventlog.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TopicCatalogTest {
  private static final long NOW_MS = 1_800_000_000_000L;

  private final TopicId id = TopicId.random();

  @Test
  void refusesPartitionsThatTogetherWouldFillTheMemory() {
    TopicCatalog catalog = TopicCatalog.empty();
    for (int i = 0; i < 10; i++) {
      CatalogDecision decision =
          catalog.create(
              new NewTopic("full-" + i, TopicCatalog.MAX_PARTITIONS, Map.of()), TopicId::random);
      catalog = catalog.replay(((CatalogDecision.Accepted) decision).records().getFirst());
    }

    assertRefused(
        CatalogDecision.Reason.ILLEGAL_PARTITIONS,
        catalog.create(new NewTopic("one", 1, Map.of()), TopicId::random));

    catalog =
        catalog.replay(
            ((CatalogDecision.Accepted) catalog.delete(catalog.byName("full-3").orElseThrow().id()))
                .records()
                .getFirst());
    assertInstanceOf(
        CatalogDecision.Accepted.class,
        catalog.create(new NewTopic("one", 1, Map.of()), TopicId::random));
  }

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

  /// A copy of all maps for each record took minutes here.
  @Test
  @Timeout(60)
  void replaysManyChangesInTheTimeThatTheyTake() {
    TopicCatalog catalog = TopicCatalog.empty();
    for (int i = 0; i < 100_000; i++) {
      Topic passing = new Topic(TopicId.random(), "passing-" + i, 1, new TopicConfig(Map.of()));
      catalog = catalog.replay(new CatalogRecord.TopicCreated(passing));
      if (i % 10 > 0) {
        catalog = catalog.replay(new CatalogRecord.TopicDeleted(passing.id()));
        assertTrue(catalog.wasDeleted(passing.id()));
      }
    }
    assertEquals(10_000, catalog.all().size());
    assertEquals("passing-0", catalog.all().iterator().next().name());
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
            new CatalogRecord.TopicConfigured(id, Map.of("segment.ms", "7", "retention.ms", "8")),
            new CatalogRecord.TopicConfigured(id, Map.of()),
            new CatalogRecord.PartitionsAdded(id, 9),
            new CatalogRecord.ProducerIdsReserved(5_000),
            new CatalogRecord.EpochRaised(
                new EpochRaise(
                    7_000,
                    EpochRaise.Reason.LOSS_ACCEPTED,
                    NOW_MS,
                    "records 5 to 9 of orders-0, by mail 47",
                    Map.of(topic.partition(0), 5L, topic.partition(6), 0L))))) {
      assertEquals(record, CatalogCodec.decode(ByteBuffer.wrap(CatalogCodec.encode(record))));
    }
  }

  @Test
  void refusesARecordOfAKindThatOnlyANewerDaybookKnows() {
    byte[] bytes = CatalogCodec.encode(new CatalogRecord.PartitionsAdded(id, 9));
    bytes[0] = 99;

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> CatalogCodec.decode(ByteBuffer.wrap(bytes)));

    assertTrue(String.valueOf(refused.getMessage()).contains("newer Daybook"));
  }

  @Test
  void changesAddToEarlierOnesAndListsGrowAndShrink() {
    TopicCatalog catalog = created(Map.of("segment.ms", "5", "cleanup.policy", "compact"));

    TopicCatalog after =
        replay(
            catalog,
            catalog.configure(
                id,
                List.of(
                    new ConfigChange.Assign("retention.ms", " 7 "),
                    new ConfigChange.Reset("segment.ms"),
                    new ConfigChange.Append("cleanup.policy", "delete,compact"))));
    TopicCatalog later =
        replay(
            after,
            after.configure(id, List.of(new ConfigChange.Subtract("cleanup.policy", "compact"))));

    assertEquals(Map.of("retention.ms", "7", "cleanup.policy", "compact,delete"), given(after));
    assertEquals(Map.of("retention.ms", "7", "cleanup.policy", "delete"), given(later));
    assertEquals(7, later.byId(id).orElseThrow().config().retentionMs());
  }

  @Test
  void aChangeThatChangesNothingIsNotWrittenDown() {
    TopicCatalog catalog = created(Map.of("segment.ms", "5"));

    assertEquals(
        new CatalogDecision.Accepted(List.of()),
        catalog.configure(id, List.of(new ConfigChange.Assign("segment.ms", "5"))));
  }

  @Test
  void settingsGivenAnewForgetTheOthers() {
    TopicCatalog catalog = created(Map.of("segment.ms", "5", "retention.ms", "6"));

    TopicCatalog after = replay(catalog, catalog.configureAnew(id, Map.of("retention.ms", "7")));

    assertEquals(Map.of("retention.ms", "7"), given(after));
  }

  @Test
  void whatIsWrongWithAChangeIsSaid() {
    TopicCatalog catalog = created(Map.of());
    Map<ConfigChange, String> wrong =
        Map.of(
            new ConfigChange.Assign("retention.mss", "1"),
            "did you mean retention.ms?",
            new ConfigChange.Assign("nothing.like.it", "1"),
            "Unknown topic config name: nothing.like.it",
            new ConfigChange.Assign("retention.ms", "soon"),
            "retention.ms",
            new ConfigChange.Assign("retention.ms", " ".repeat(300) + "1"),
            "255",
            new ConfigChange.Append("retention.ms", "1"),
            "LIST",
            new ConfigChange.Assign("cleanup.policy", "delete,delete"),
            "twice",
            new ConfigChange.Assign("max.compaction.lag.ms", "3"),
            "min.compaction.lag.ms");

    wrong.forEach(
        (change, said) -> {
          List<ConfigChange> changes =
              List.of(new ConfigChange.Assign("min.compaction.lag.ms", "4"), change);
          String message =
              assertRefused(CatalogDecision.Reason.ILLEGAL_CONFIG, catalog.configure(id, changes));
          assertTrue(message.contains(said), message);
        });
  }

  @Test
  void whatNobodyKnowsCanBeTakenAway() {
    TopicCatalog catalog = created(Map.of());

    assertInstanceOf(
        CatalogDecision.Accepted.class,
        catalog.configure(id, List.of(new ConfigChange.Reset("nothing.like.it"))));
  }

  @Test
  void internalTopicsStayCompactedAndKeepTheirPartitions() {
    NewTopic offsets = new NewTopic("__consumer_offsets", 2, Map.of("cleanup.policy", "compact"));
    TopicCatalog catalog =
        replay(TopicCatalog.empty(), TopicCatalog.empty().create(offsets, () -> id));

    for (ConfigChange change :
        List.of(
            new ConfigChange.Reset("cleanup.policy"),
            new ConfigChange.Append("cleanup.policy", "delete"),
            new ConfigChange.Assign("daybook.contract.key", "id"))) {
      assertRefused(CatalogDecision.Reason.ILLEGAL_CONFIG, catalog.configure(id, List.of(change)));
    }
    assertRefused(CatalogDecision.Reason.ILLEGAL_PARTITIONS, catalog.addPartitions(id, 3));
    assertInstanceOf(
        CatalogDecision.Accepted.class,
        catalog.configure(id, List.of(new ConfigChange.Assign("segment.bytes", "2000000"))));
  }

  @Test
  void aTopicGetsMorePartitionsAndNeverFewer() {
    TopicCatalog catalog = created(Map.of());

    assertRefused(CatalogDecision.Reason.ILLEGAL_PARTITIONS, catalog.addPartitions(id, 2));
    assertRefused(CatalogDecision.Reason.ILLEGAL_PARTITIONS, catalog.addPartitions(id, 3));
    assertRefused(CatalogDecision.Reason.ILLEGAL_PARTITIONS, catalog.addPartitions(id, 10_001));
    TopicCatalog after = replay(catalog, catalog.addPartitions(id, 4));

    assertEquals(4, after.byName("t").orElseThrow().partitions());
    assertEquals(4, after.byId(id).orElseThrow().partitions());
  }

  @Test
  void theServersDefaultsHoldWhereATopicSaysNothing() {
    TopicDefaults defaults =
        TopicDefaults.of(Map.of("log.retention.ms", " 9 ", "num.partitions", "4"));
    TopicCatalog empty = TopicCatalog.empty(defaults);
    TopicCatalog catalog =
        replay(empty, empty.create(topic("t", Map.of("segment.ms", "5")), () -> id));

    assertEquals(9, catalog.byId(id).orElseThrow().config().retentionMs());
    assertEquals(Map.of("segment.ms", "5"), given(catalog));
    assertThrows(
        IllegalArgumentException.class,
        () -> TopicDefaults.of(Map.of("log.retention.ms", "a week")));
  }

  private TopicCatalog created(Map<String, String> config) {
    return replay(TopicCatalog.empty(), TopicCatalog.empty().create(topic("t", config), () -> id));
  }

  private Map<String, String> given(TopicCatalog catalog) {
    return catalog.byId(id).orElseThrow().config().given();
  }

  @Test
  void aRaisedEpochSkipsIdsAndFollowsTheClock() {
    TopicCatalog once = raise(TopicCatalog.empty(), NOW_MS, Map.of());
    TopicCatalog twin = raise(TopicCatalog.empty(), NOW_MS + 1_000, Map.of());

    assertEquals(EpochRaise.Reason.RESTORED, once.epochRaises().getFirst().reason());
    assertTrue(once.leaderEpoch() >= 1_000);
    assertTrue(once.nextProducerId() >= 1_000 + 1_000_000);
    assertTrue(twin.leaderEpoch() > once.leaderEpoch(), "two restores share an epoch");
    assertTrue(
        twin.nextProducerId() - once.nextProducerId() >= 1_000_000, "and share producer ids");
  }

  @Test
  void aRaisedEpochRisesThoughTheClockDoesNot() {
    TopicCatalog once = raise(TopicCatalog.empty(), NOW_MS, Map.of());

    TopicCatalog again = raise(once, 0, Map.of());

    assertTrue(again.leaderEpoch() >= once.leaderEpoch() + 1_000);
    assertTrue(again.nextProducerId() >= once.nextProducerId() + 1_000_000);
  }

  @Test
  void tellsWhereEachEpochOfAPartitionEnded() {
    TopicCatalog before =
        replay(TopicCatalog.empty(), TopicCatalog.empty().create(topic("a", Map.of()), () -> id));
    PartitionId old = new PartitionId(0, id, 0);
    TopicCatalog raised = raise(before, NOW_MS, Map.of(old, 100L));
    TopicId youngId = TopicId.random();
    TopicCatalog after = replay(raised, raised.create(topic("b", Map.of()), () -> youngId));
    int epoch = after.leaderEpoch();

    LeaderEpochs epochs = after.leaderEpochs(old);

    assertEquals(new LeaderEpochs.EpochEnd(0, 100), epochs.endOf(0, 130));
    assertEquals(new LeaderEpochs.EpochEnd(0, 100), epochs.endOf(epoch - 1, 130));
    assertEquals(new LeaderEpochs.EpochEnd(epoch, 130), epochs.endOf(epoch, 130));
    assertEquals(LeaderEpochs.NONE, epochs.endOf(epoch + 1, 130));
    assertEquals(0, epochs.at(99));
    assertEquals(epoch, epochs.at(100));
    LeaderEpochs young = after.leaderEpochs(new PartitionId(0, youngId, 0));
    assertEquals(epoch, young.at(0));
    assertEquals(new LeaderEpochs.EpochEnd(0, 0), young.endOf(0, 7));
  }

  @Test
  void refusesARecordOfANewerDaybook() {
    byte[] bytes = CatalogCodec.encode(new CatalogRecord.TopicDeleted(id));
    bytes[1] = 9;

    assertThrows(IllegalArgumentException.class, () -> CatalogCodec.decode(ByteBuffer.wrap(bytes)));
  }

  private static TopicCatalog raise(TopicCatalog catalog, long atMs, Map<PartitionId, Long> ends) {
    return replay(
        catalog, catalog.raiseEpoch(EpochRaise.Reason.RESTORED, atMs, "from /backup", ends));
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
