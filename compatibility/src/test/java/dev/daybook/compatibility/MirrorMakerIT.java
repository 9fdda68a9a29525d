package dev.daybook.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// MirrorMaker 2 between a broker of Apache Kafka and us, in both directions at once, with the offsets of groups.
@Tag("ci")
class MirrorMakerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(600);

  @TempDir private Path folder;

  @Test
  void topicsAndTheOffsetsOfGroupsGoToUsAndBack() throws Exception {
    try (Daybook daybook = Daybook.in(folder.resolve("data"));
        ApacheKafka kafka = ApacheKafka.in(folder.resolve("kafka"))) {
      kafka.records().create("orders", 2);
      kafka.records().append("orders", 2, numbers(0, 400));
      kafka.records().commit("readers", "orders", Map.of(0, 200L, 1, 120L));
      daybook.records().create("payments", 2);
      daybook.records().append("payments", 2, numbers(0, 300));
      daybook.records().commit("cashiers", "payments", Map.of(0, 150L, 1, 150L));

      try (Child mirror = mirror(daybook, kafka)) {
        awaitCopy(mirror, kafka.records(), "orders", daybook.records(), "kafka.orders", 400);
        awaitCopy(mirror, daybook.records(), "payments", kafka.records(), "daybook.payments", 300);
        awaitOffset(mirror, daybook.bootstrap(), "readers", "kafka.orders", 200);
        awaitOffset(mirror, kafka.bootstrap(), "cashiers", "daybook.payments", 150);
        mirror.kill();
      }
      kafka.records().append("orders", 2, numbers(400, 500));
      daybook.records().append("payments", 2, numbers(300, 400));
      try (Child mirror = mirror(daybook, kafka)) {
        awaitAll(mirror, daybook.records(), "kafka.orders", numbers(0, 500));
        awaitAll(mirror, kafka.records(), "daybook.payments", numbers(0, 400));
      }
    }
  }

  private Child mirror(Daybook daybook, ApacheKafka kafka) throws IOException {
    Path properties = folder.resolve("mirror.properties");
    Files.writeString(
        properties,
        """
        clusters=kafka,daybook
        kafka.bootstrap.servers=%s
        daybook.bootstrap.servers=%s
        kafka->daybook.enabled=true
        kafka->daybook.topics=orders
        daybook->kafka.enabled=true
        daybook->kafka.topics=payments
        replication.factor=1
        checkpoints.topic.replication.factor=1
        heartbeats.topic.replication.factor=1
        offset-syncs.topic.replication.factor=1
        config.storage.replication.factor=1
        offset.storage.replication.factor=1
        offset.storage.partitions=1
        status.storage.replication.factor=1
        status.storage.partitions=1
        offset.flush.interval.ms=500
        offset.lag.max=0
        emit.checkpoints.interval.seconds=1
        sync.group.offsets.enabled=true
        sync.group.offsets.interval.seconds=1
        sync.topic.acls.enabled=false
        sync.topic.configs.interval.seconds=1
        """
            .formatted(kafka.bootstrap(), daybook.bootstrap()));
    return ForeignProgram.named("connect")
        .start(
            folder.resolve("out"),
            "org.apache.kafka.connect.mirror.MirrorMaker",
            properties.toString());
  }

  /// Every partition of the copy is the original's, record by record.
  private static void awaitCopy(
      Child mirror, Records from, String topic, Records to, String copy, int count) {
    mirror.until(
        copy + " with " + count + " records",
        PATIENCE,
        () -> to.has(copy) && to.end(copy) >= count);
    assertEquals(byPartition(from, topic), byPartition(to, copy));
  }

  /// After a kill, some may have come twice.
  private static void awaitAll(Child mirror, Records records, String topic, List<String> expected) {
    mirror.until(
        topic + " with all of " + expected.size() + " records",
        PATIENCE,
        () -> records.values(topic).stream().distinct().count() >= expected.size());
    assertEquals(
        expected.stream().sorted().toList(),
        records.sortedValues(topic).stream().distinct().toList());
  }

  private static Map<Integer, List<String>> byPartition(Records records, String topic) {
    return records.all(topic).stream()
        .collect(
            Collectors.groupingBy(
                record -> record.partition(),
                TreeMap::new,
                Collectors.mapping(
                    record -> record.timestamp() + " " + record.key() + " " + record.value(),
                    Collectors.toList())));
  }

  private static void awaitOffset(
      Child mirror, String bootstrap, String group, String topic, long offset) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      mirror.until(
          group + " at its offset",
          PATIENCE,
          () -> {
            OffsetAndMetadata there =
                admin
                    .listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(topic, 0));
            return there != null && there.offset() == offset;
          });
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }
}
