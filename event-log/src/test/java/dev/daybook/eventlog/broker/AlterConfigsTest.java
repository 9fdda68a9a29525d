package dev.daybook.eventlog.broker;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Settings that change while the server runs, through the stock admin client.
class AlterConfigsTest {
  private static final ConfigResource ORDERS =
      new ConfigResource(ConfigResource.Type.TOPIC, "orders");

  @TempDir private Path directory;
  private RunningBroker daybook;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
    admin
        .createTopics(
            List.of(
                new NewTopic("orders", 1, (short) 1)
                    .configs(Map.of("segment.ms", "5000", "cleanup.policy", "compact"))))
        .all()
        .get();
  }

  @AfterEach
  void stop() throws IOException {
    admin.close();
    daybook.close();
  }

  @Test
  void everyOperationOfTheAdminClientWorksAndSurvivesARestart() throws Exception {
    alter(
        ORDERS,
        op("retention.ms", "7000", OpType.SET),
        op("segment.ms", null, OpType.DELETE),
        op("cleanup.policy", "delete", OpType.APPEND));
    alter(ORDERS, op("cleanup.policy", "compact", OpType.SUBTRACT));

    assertSettings();
    admin.close();
    daybook.close();
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
    assertSettings();
  }

  private void assertSettings() throws Exception {
    assertEquals("7000", entry("retention.ms").value());
    assertEquals(ConfigSource.DYNAMIC_TOPIC_CONFIG, entry("retention.ms").source());
    assertEquals("604800000", entry("segment.ms").value());
    assertEquals(ConfigSource.DEFAULT_CONFIG, entry("segment.ms").source());
    assertEquals("delete", entry("cleanup.policy").value());
  }

  @Test
  void aLimitHoldsFromThenOn() throws Exception {
    try (KafkaProducer<String, String> producer = daybook.producer()) {
      ProducerRecord<String, String> large =
          new ProducerRecord<>("orders", "k", "x".repeat(10_000));
      producer.send(large).get();

      alter(ORDERS, op("max.message.bytes", "5000", OpType.SET));
      ExecutionException refused =
          assertThrows(ExecutionException.class, () -> producer.send(large).get());
      assertInstanceOf(RecordTooLargeException.class, refused.getCause());

      alter(ORDERS, op("max.message.bytes", "20000", OpType.SET));
      producer.send(large).get();
    }
  }

  @Test
  void aCompactedTopicThatIsNoLongerOneTakesRecordsWithoutKeys() throws Exception {
    try (KafkaProducer<String, String> producer = daybook.producer()) {
      ProducerRecord<String, String> keyless = new ProducerRecord<>("orders", "v");
      assertThrows(ExecutionException.class, () -> producer.send(keyless).get());

      alter(ORDERS, op("cleanup.policy", "delete", OpType.SET));
      producer.send(keyless).get();

      alter(ORDERS, op("cleanup.policy", "compact", OpType.SET));
      assertThrows(ExecutionException.class, () -> producer.send(keyless).get());
    }
  }

  @Test
  void validatingChangesNothing() throws Exception {
    AlterConfigsOptions validateOnly = new AlterConfigsOptions().validateOnly(true);
    admin
        .incrementalAlterConfigs(
            Map.of(ORDERS, List.of(op("retention.ms", "1", OpType.SET))), validateOnly)
        .all()
        .get();

    assertEquals("-1", entry("retention.ms").value());
    assertRefused(
        InvalidConfigurationException.class,
        () ->
            admin
                .incrementalAlterConfigs(
                    Map.of(ORDERS, List.of(op("retention.ms", "x", OpType.SET))), validateOnly)
                .all()
                .get());
  }

  @Test
  void oneWrongChangeLeavesTheOthersOfItsTopicUndone() {
    String message =
        assertRefused(
            InvalidConfigurationException.class,
            () ->
                alter(
                    ORDERS,
                    op("retention.ms", "1", OpType.SET),
                    op("retention.byte", "1", OpType.SET)));

    assertTrue(message.contains("did you mean retention.bytes?"), message);
    assertEquals(
        "-1", daybook.log().topics().byName("orders").orElseThrow().config().value("retention.ms"));
  }

  @Test
  void whatCanNotBeAlteredIsRefusedWithASentence() {
    assertRefused(
        UnknownTopicOrPartitionException.class,
        () ->
            alter(
                new ConfigResource(ConfigResource.Type.TOPIC, "absent"),
                op("retention.ms", "1", OpType.SET)));
    String broker =
        assertRefused(
            InvalidRequestException.class,
            () ->
                alter(
                    new ConfigResource(ConfigResource.Type.BROKER, "1"),
                    op("log.retention.ms", "1", OpType.SET)));
    assertTrue(broker.contains("config file"), broker);
    assertRefused(
        InvalidRequestException.class,
        () ->
            alter(
                new ConfigResource(ConfigResource.Type.GROUP, "g"),
                op("consumer.session.timeout.ms", "1", OpType.SET)));
  }

  @Test
  void aSettingThatThereNeverWasIsGoneAlready() throws Exception {
    alter(ORDERS, op("no.such", null, OpType.DELETE), op("retention.ms", "7000", OpType.SET));

    assertEquals("7000", entry("retention.ms").value());
  }

  @Test
  void aNameThatNoTopicCanHaveIsInvalid() {
    ConfigResource impossible = new ConfigResource(ConfigResource.Type.TOPIC, "bad name");

    assertRefused(
        InvalidTopicException.class, () -> alter(impossible, op("retention.ms", "1", OpType.SET)));
    assertRefused(
        InvalidTopicException.class, () -> admin.describeConfigs(List.of(impossible)).all().get());
  }

  @Test
  void whoAsksForNoSettingByItsNameIsToldAll() throws IOException {
    DescribeConfigsRequestData request =
        new DescribeConfigsRequestData()
            .setResources(
                List.of(
                    new DescribeConfigsRequestData.DescribeConfigsResource()
                        .setResourceType(ConfigResource.Type.TOPIC.id())
                        .setResourceName("orders")
                        .setConfigurationKeys(List.of())));
    try (WireClient client = daybook.wire()) {
      DescribeConfigsResponseData none = client.ask(request, 4, DescribeConfigsResponseData.class);
      request.resources().getFirst().setConfigurationKeys(null);
      DescribeConfigsResponseData all = client.ask(request, 4, DescribeConfigsResponseData.class);

      assertFalse(all.results().getFirst().configs().isEmpty());
      assertEquals(all, none);
    }
  }

  @Test
  void theServersOwnDefaultsAreShownWhereTheyComeFrom() throws Exception {
    admin.close();
    daybook.close();
    daybook = RunningBroker.in(directory, Map.of("log.retention.ms", "86400000"));
    admin = daybook.admin();

    ConfigEntry byServer = entry("retention.ms");
    assertEquals("86400000", byServer.value());
    assertEquals(ConfigSource.STATIC_BROKER_CONFIG, byServer.source());
    assertEquals(List.of("log.retention.ms=86400000", "log.retention.ms=-1"), synonyms(byServer));
    alter(ORDERS, op("retention.ms", "5", OpType.SET));
    assertEquals(
        List.of("retention.ms=5", "log.retention.ms=86400000", "log.retention.ms=-1"),
        synonyms(entry("retention.ms")));
    ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
    ConfigEntry shown =
        requireNonNull(admin.describeConfigs(List.of(broker)).all().get().get(broker))
            .get("log.retention.ms");
    assertEquals("86400000", shown.value());
    assertEquals(ConfigSource.STATIC_BROKER_CONFIG, shown.source());
    assertTrue(shown.isReadOnly());
  }

  @Test
  void everySettingIsDocumented() throws Exception {
    DescribeConfigsOptions options = new DescribeConfigsOptions().includeDocumentation(true);
    for (ConfigResource resource :
        List.of(ORDERS, new ConfigResource(ConfigResource.Type.BROKER, "1"))) {
      for (ConfigEntry entry :
          requireNonNull(
                  admin.describeConfigs(List.of(resource), options).all().get().get(resource))
              .entries()) {
        assertFalse(requireNonNull(entry.documentation()).isBlank(), entry.name());
        assertFalse(entry.isSensitive(), entry.name());
      }
    }
  }

  @Test
  void whoHasSettingsIsListed() throws Exception {
    Set<String> all =
        admin.listConfigResources().all().get().stream()
            .map(resource -> resource.type() + " " + resource.name())
            .collect(Collectors.toSet());

    assertEquals(Set.of("TOPIC orders", "BROKER 1"), all);
    assertEquals(
        0,
        admin
            .listConfigResources(
                Set.of(ConfigResource.Type.CLIENT_METRICS, ConfigResource.Type.GROUP),
                new ListConfigResourcesOptions())
            .all()
            .get()
            .size());
  }

  private ConfigEntry entry(String name) throws Exception {
    return requireNonNull(
            admin
                .describeConfigs(
                    List.of(ORDERS), new DescribeConfigsOptions().includeSynonyms(true))
                .all()
                .get()
                .get(ORDERS))
        .get(name);
  }

  private void alter(ConfigResource resource, AlterConfigOp... operations) throws Exception {
    admin.incrementalAlterConfigs(Map.of(resource, List.of(operations))).all().get();
  }

  private static AlterConfigOp op(
      String name, @org.jspecify.annotations.Nullable String value, OpType type) {
    return new AlterConfigOp(new ConfigEntry(name, value), type);
  }

  private static List<String> synonyms(ConfigEntry entry) {
    return entry.synonyms().stream()
        .map(synonym -> synonym.name() + "=" + synonym.value())
        .toList();
  }

  private static String assertRefused(Class<? extends Exception> why, Executable call) {
    ExecutionException refused = assertThrows(ExecutionException.class, call);
    assertInstanceOf(why, refused.getCause());
    return String.valueOf(refused.getMessage());
  }
}
