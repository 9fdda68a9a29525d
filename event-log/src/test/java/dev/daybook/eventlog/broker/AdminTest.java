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
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Topics and settings, through the stock admin client.
class AdminTest {
  @TempDir private static Path directory;
  private static RunningBroker daybook;
  private static Admin admin;

  @BeforeAll
  static void start() throws IOException {
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
  }

  @AfterAll
  static void stop() throws IOException {
    admin.close();
    daybook.close();
  }

  @Test
  void aTopicIsCreatedDescribedAndDeleted() throws Exception {
    CreateTopicsResult created =
        admin.createTopics(
            List.of(
                new NewTopic("orders", 3, (short) 1)
                    .configs(Map.of("max.message.bytes", "2000000"))));
    assertEquals(3, created.numPartitions("orders").get());
    assertEquals(1, created.replicationFactor("orders").get());
    assertEquals("2000000", created.config("orders").get().get("max.message.bytes").value());

    TopicDescription description = describe("orders");
    assertEquals(created.topicId("orders").get(), description.topicId());
    assertEquals(3, description.partitions().size());
    assertEquals(1, description.partitions().getFirst().leader().id());
    assertFalse(description.isInternal());
    assertTrue(admin.listTopics().names().get().contains("orders"));

    admin.deleteTopics(List.of("orders")).all().get();
    assertRefused(
        UnknownTopicOrPartitionException.class,
        () -> admin.describeTopics(List.of("orders")).allTopicNames().get());
  }

  @Test
  void aTopicOfTheSameNameIsRefused() throws Exception {
    admin.createTopics(List.of(new NewTopic("twice", 1, (short) 1))).all().get();

    assertRefused(
        TopicExistsException.class,
        () -> admin.createTopics(List.of(new NewTopic("twice", 1, (short) 1))).all().get());
  }

  @Test
  void validatingCreatesNothing() throws Exception {
    admin
        .createTopics(
            List.of(new NewTopic("only-asked", 2, (short) 1)),
            new CreateTopicsOptions().validateOnly(true))
        .all()
        .get();

    assertFalse(admin.listTopics().names().get().contains("only-asked"));
  }

  @Test
  void moreCopiesThanThereAreBrokersAreRefusedByTheSettingsName() {
    ExecutionException refused =
        assertRefused(
            InvalidReplicationFactorException.class,
            () -> admin.createTopics(List.of(new NewTopic("copies", 1, (short) 3))).all().get());

    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("replication.factor"), message);
  }

  @Test
  void partitionsMayBeAssignedByHandToTheOneBroker() throws Exception {
    admin
        .createTopics(List.of(new NewTopic("by-hand", Map.of(0, List.of(1), 1, List.of(1)))))
        .all()
        .get();

    assertEquals(2, describe("by-hand").partitions().size());
    assertThrows(
        ExecutionException.class,
        () ->
            admin
                .createTopics(List.of(new NewTopic("elsewhere", Map.of(0, List.of(7)))))
                .all()
                .get());
  }

  @Test
  void theBrokersDefaultsServeWhoDoesNotSay() throws Exception {
    admin
        .createTopics(List.of(new NewTopic("by-default", Optional.empty(), Optional.empty())))
        .all()
        .get();

    assertTrue(admin.listTopics().names().get().contains("by-default"));
  }

  @Test
  void whatIsWrongWithATopicIsSaid() {
    assertRefused(
        InvalidTopicException.class,
        () -> admin.createTopics(List.of(new NewTopic("no/slash", 1, (short) 1))).all().get());
    assertRefused(
        InvalidPartitionsException.class,
        () -> admin.createTopics(List.of(new NewTopic("none", 0, (short) 1))).all().get());
    assertRefused(
        InvalidConfigurationException.class,
        () ->
            admin
                .createTopics(
                    List.of(
                        new NewTopic("odd", 1, (short) 1)
                            .configs(Map.of("cleanup.policy", "shred"))))
                .all()
                .get());
  }

  @Test
  void aTopicsSettingsSayWhereTheyComeFrom() throws Exception {
    admin
        .createTopics(
            List.of(
                new NewTopic("settings", 1, (short) 1)
                    .configs(Map.of("cleanup.policy", "compact"))))
        .all()
        .get();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, "settings");

    Config config =
        describe(
            resource,
            new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true));

    ConfigEntry given = config.get("cleanup.policy");
    assertEquals("compact", given.value());
    assertEquals(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG, given.source());
    assertEquals(2, given.synonyms().size());
    ConfigEntry byDefault = config.get("retention.ms");
    assertEquals("-1", byDefault.value());
    assertEquals(ConfigEntry.ConfigSource.DEFAULT_CONFIG, byDefault.source());
    assertEquals(ConfigEntry.ConfigType.LONG, byDefault.type());
    assertFalse(byDefault.documentation().isEmpty());
  }

  @Test
  void theBrokersSettingsAreShown() throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, "1");

    Config config = describe(resource, new DescribeConfigsOptions());

    assertEquals("true", config.get("auto.create.topics.enable").value());
    assertTrue(config.get("num.partitions").isReadOnly());
  }

  @Test
  void aTopicsSizeIsTold() throws Exception {
    admin.createTopics(List.of(new NewTopic("sized", 2, (short) 1))).all().get();
    try (KafkaProducer<String, String> producer = daybook.producer()) {
      producer.send(new ProducerRecord<>("sized", 1, "k", "x".repeat(5_000))).get();
    }

    TopicPartition written = new TopicPartition("sized", 1);
    long deadlineNs = System.nanoTime() + 90_000_000_000L;
    long sizeBytes = 0;
    while (sizeBytes == 0 && System.nanoTime() < deadlineNs) {
      Map<TopicPartition, ReplicaInfo> sizes =
          admin
              .describeLogDirs(List.of(1))
              .allDescriptions()
              .get()
              .get(1)
              .values()
              .iterator()
              .next()
              .replicaInfos();
      assertEquals(0, sizes.get(new TopicPartition("sized", 0)).size());
      sizeBytes = sizes.get(written).size();
    }
    assertTrue(sizeBytes > 5_000, "size " + sizeBytes);
  }

  @Test
  void theClusterIsOneBroker() throws Exception {
    assertEquals(1, admin.describeCluster().nodes().get().size());
    assertEquals(daybook.port(), admin.describeCluster().controller().get().port());
    assertEquals(daybook.log().clusterId(), admin.describeCluster().clusterId().get());
  }

  @Test
  void theLargestTimestampIsFound() throws Exception {
    try (var producer = daybook.producer()) {
      KafkaClientsTest.sendAll(producer, "newest", List.of("a", "b", "c"));
    }
    TopicPartition partition = new TopicPartition("newest", 0);

    assertEquals(
        3,
        admin
            .listOffsets(Map.of(partition, OffsetSpec.latest()))
            .partitionResult(partition)
            .get()
            .offset());
    assertTrue(
        admin
                .listOffsets(Map.of(partition, OffsetSpec.maxTimestamp()))
                .partitionResult(partition)
                .get()
                .offset()
            >= 0);
    assertEquals(
        -1,
        admin
            .listOffsets(Map.of(partition, OffsetSpec.latestTiered()))
            .partitionResult(partition)
            .get()
            .offset());
  }

  private static TopicDescription describe(String topic) throws Exception {
    return requireNonNull(admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
  }

  private static Config describe(ConfigResource resource, DescribeConfigsOptions options)
      throws Exception {
    return requireNonNull(
        admin.describeConfigs(List.of(resource), options).all().get().get(resource));
  }

  private static ExecutionException assertRefused(
      Class<? extends Exception> why, org.junit.jupiter.api.function.Executable call) {
    ExecutionException refused = assertThrows(ExecutionException.class, call);
    assertInstanceOf(why, refused.getCause());
    return refused;
  }
}
