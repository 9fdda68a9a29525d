package dev.daybook.compatibility.differential;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/// Stories about topics, their settings and their records.
final class TopicStories {
  private TopicStories() {}

  private static void create(Story story, String what, NewTopic topic) {
    story.tell(what, () -> story.admin().createTopics(List.of(topic)).all());
  }

  static NewTopic topic(String name, int partitions, String... settings) {
    Map<String, String> configs = new HashMap<>();
    for (int at = 0; at < settings.length; at += 2) {
      configs.put(settings[at], settings[at + 1]);
    }
    return new NewTopic(name, partitions, (short) 1).configs(configs);
  }

  /// Where records stay: those of the stories are old, and a broker that looks at their age in the middle of one tells another.
  static NewTopic lasting(String name) {
    return topic(name, 1, "retention.ms", "-1");
  }

  static void topics(Story story) {
    Admin admin = story.admin();
    create(story, "a topic", topic("story-a", 2));
    create(story, "the same again", topic("story-a", 2));
    create(story, "no partitions", topic("story-b", 0));
    create(story, "three copies", new NewTopic("story-b", 1, (short) 3));
    create(story, "a bad name", topic("story b", 1));
    create(story, "a name too long", topic("s".repeat(250), 1));
    create(story, "names that collide", topic("story.b_b", 1));
    create(story, "an unknown setting", topic("story-b", 1, "no.such", "1"));
    create(story, "a bad value", topic("story-b", 1, "retention.ms", "soon"));
    create(story, "a value too small", topic("story-b", 1, "retention.ms", "-2"));
    create(story, "both policies", topic("story-both", 1, "cleanup.policy", "compact,delete"));
    create(story, "a policy nobody knows", topic("story-b", 1, "cleanup.policy", "burn"));
    create(
        story, "all kinds", topic("story-c", 1, "min.insync.replicas", "2", "segment.ms", "1000"));
    story.await(
        "partitions",
        "2",
        () ->
            admin
                .describeTopics(List.of("story-a"))
                .allTopicNames()
                .get()
                .get("story-a")
                .partitions()
                .size());
    story.tell(
        "describe an unknown one", () -> admin.describeTopics(List.of("story-x")).allTopicNames());
    grow(story, "to three", "story-a", 3);
    grow(story, "to three again", "story-a", 3);
    grow(story, "to two", "story-a", 2);
    grow(story, "an unknown one", "story-x", 2);
    story.tell("delete it", () -> admin.deleteTopics(List.of("story-c")).all());
    story.tell("delete an unknown one", () -> admin.deleteTopics(List.of("story-x")).all());
    story.await(
        "that it is gone",
        "UnknownTopicOrPartitionException",
        () -> admin.describeTopics(List.of("story-c")).allTopicNames().get());
  }

  private static void grow(Story story, String what, String topic, int partitions) {
    story.tell(
        "grow " + what,
        () ->
            story
                .admin()
                .createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                .all());
  }

  static void settings(Story story) {
    create(story, "a topic", topic("story-set", 1));
    alter(story, "retention", "retention.ms", "5000", OpType.SET);
    value(story, "retention.ms", "5000");
    alter(story, "an unknown setting", "no.such", "1", OpType.SET);
    alter(story, "a bad value", "retention.ms", "soon", OpType.SET);
    alter(story, "a list", "cleanup.policy", "compact", OpType.APPEND);
    value(story, "cleanup.policy", "delete,compact");
    alter(story, "less of a list", "cleanup.policy", "delete", OpType.SUBTRACT);
    value(story, "cleanup.policy", "compact");
    alter(story, "append to what is no list", "retention.ms", "1", OpType.APPEND);
    alter(story, "back to the default", "cleanup.policy", "", OpType.DELETE);
    value(story, "cleanup.policy", "delete");
    story.tell(
        "settings of an unknown topic",
        () -> describe(story.admin(), "story-x").get("retention.ms"));
    story.tell(
        "alter an unknown topic",
        () ->
            story
                .admin()
                .incrementalAlterConfigs(change("story-x", "retention.ms", "1", OpType.SET))
                .all());
  }

  private static void alter(Story story, String what, String name, String value, OpType operation) {
    story.tell(
        "alter " + what,
        () ->
            story
                .admin()
                .incrementalAlterConfigs(change("story-set", name, value, operation))
                .all());
  }

  private static Map<ConfigResource, Collection<AlterConfigOp>> change(
      String topic, String name, String value, OpType operation) {
    return Map.of(
        new ConfigResource(ConfigResource.Type.TOPIC, topic),
        List.of(new AlterConfigOp(new ConfigEntry(name, value), operation)));
  }

  private static void value(Story story, String name, String wanted) {
    story.await(name, wanted, () -> describe(story.admin(), "story-set").get(name).value());
  }

  private static Config describe(Admin admin, String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource);
  }

  static void records(Story story) throws Exception {
    Admin admin = story.admin();
    create(story, "a topic", lasting("story-records"));
    create(story, "a small one", topic("story-small", 1, "max.message.bytes", "200"));
    create(story, "a compacted one", topic("story-compact", 1, "cleanup.policy", "compact"));
    KafkaProducer<String, String> producer = story.producer(Map.of("linger.ms", "0"));
    for (int at = 0; at < 5; at++) {
      String value = "v" + at;
      story.tell("send", () -> producer.send(Story.record("story-records", "k", value)));
    }
    story.tell(
        "too much", () -> producer.send(Story.record("story-small", "k", "much".repeat(100))));
    story.tell("no key", () -> producer.send(Story.record("story-compact", null, "v")));
    story.tell("a key", () -> producer.send(Story.record("story-compact", "k", "v")));
    TopicPartition partition = new TopicPartition("story-records", 0);
    for (Map.Entry<String, OffsetSpec> spec : specs().entrySet()) {
      story.tell(
          "offset of " + spec.getKey(),
          () -> admin.listOffsets(Map.of(partition, spec.getValue())).all().get().get(partition));
    }
    story.tell(
        "delete some",
        () -> admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2))).all());
    story.tell(
        "delete too much",
        () -> admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(99))).all());
    KafkaConsumer<String, String> consumer = story.consumer(Map.of());
    consumer.assign(List.of(partition));
    story.tell("the first offset", () -> consumer.beginningOffsets(List.of(partition)));
    story.tell("what is left", () -> Story.read(consumer, 3));
    story.act("seek away", () -> consumer.seek(partition, 1));
    story.tell("what there is from there", () -> Story.read(consumer, 3));
    KafkaConsumer<String, String> strict = story.consumer(Map.of("auto.offset.reset", "none"));
    strict.assign(List.of(partition));
    strict.seek(partition, 50);
    story.tell("beyond the end", () -> Story.read(strict, 1));
  }

  private static Map<String, OffsetSpec> specs() {
    Map<String, OffsetSpec> specs = new TreeMap<>();
    specs.put("earliest", OffsetSpec.earliest());
    specs.put("latest", OffsetSpec.latest());
    specs.put("max timestamp", OffsetSpec.maxTimestamp());
    specs.put("a time", OffsetSpec.forTimestamp(1_700_000_000_000L));
    specs.put("a time to come", OffsetSpec.forTimestamp(1_800_000_000_000L));
    specs.put("earliest local", OffsetSpec.earliestLocal());
    specs.put("latest tiered", OffsetSpec.latestTiered());
    return specs;
  }
}
