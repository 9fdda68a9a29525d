package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.maintenance.DataFormat;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Data directories as released Daybooks left them, killed in the middle of their life. Each must open, for ever, and
/// hold what was written down when it was made.
@Timeout(180)
class FixturesTest {
  private static final Path FIXTURES = Path.of("src/test/fixtures");
  private static final String SUFFIX = ".zip";

  @TempDir private Path directory;

  static List<Path> fixtures() throws IOException {
    try (Stream<Path> found = Files.walk(FIXTURES)) {
      return found.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void opensAndHoldsWhatItHeld(Path fixture) throws Exception {
    String expected = Files.readString(expectation(fixture));
    FixtureArchive.unpack(fixture, directory);
    assertEquals(
        fixture.getParent().getFileName().toString(),
        "format-" + DataFormat.find(new FileDisk(), directory).orElseThrow().version());

    assertEquals(expected, contentOf(directory), "opened once, which recovers it");
    assertEquals(expected, contentOf(directory), "opened again");
    goesOn(directory, expected);
  }

  @Test
  void thereIsAFixtureOfTheFormatOfNow() throws IOException {
    Path now = FIXTURES.resolve("format-" + DataFormat.CURRENT_VERSION);
    assertTrue(fixtures().stream().anyMatch(fixture -> fixture.startsWith(now)), now.toString());
    for (Path fixture : fixtures()) {
      assertTrue(Files.size(fixture) < 300_000, fixture + " is too large for a repository");
    }
  }

  /// Makes a fixture of the format as it is now. The system property names it; see CONTRIBUTING.md. No part of any tier
  /// that runs by itself, so that it is not counted as skipped.
  @Test
  @Tag("long")
  @EnabledIfSystemProperty(named = "daybook.fixture", matches = "[\\w.-]+")
  void makesOne() throws Exception {
    Path folder = Files.createDirectories(FIXTURES.resolve("format-" + DataFormat.CURRENT_VERSION));
    Path fixture = folder.resolve(System.getProperty("daybook.fixture") + SUFFIX);
    Path data = directory.resolve("data");
    Process life =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FixtureLife.class.getName(),
                data.toString(),
                expectation(fixture).toString())
            .inheritIO()
            .start();
    assertTrue(life.waitFor(120, TimeUnit.SECONDS));
    assertEquals(0, life.exitValue());
    FixtureArchive.pack(data, fixture);
  }

  private static Path expectation(Path fixture) {
    String name = fixture.getFileName().toString();
    return fixture.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + ".expected");
  }

  private static String contentOf(Path data) throws Exception {
    FixtureContent content = new FixtureContent();
    try (RunningBroker daybook = RunningBroker.in(data);
        KafkaConsumer<String, String> consumer = daybook.consumer();
        Admin admin = daybook.admin()) {
      content.clusterId(daybook.log().clusterId());
      content.epoch(daybook.log().topics().leaderEpoch());
      for (Topic topic : daybook.log().topics().all()) {
        for (int index = 0; index < topic.partitions() && !topic.internal(); index++) {
          read(daybook, consumer, topic, index, content);
        }
      }
      for (var group : admin.listGroups().all().get()) {
        admin
            .listConsumerGroupOffsets(group.groupId())
            .partitionsToOffsetAndMetadata()
            .get()
            .forEach(
                (partition, offset) ->
                    content.committed(group.groupId(), partition.toString(), offset.offset()));
      }
      for (int sequence = 1; sequence < 6; sequence++) {
        // A producer's last five batches are known; sending them again changes nothing.
        AppendResult answer = send(daybook, sequence);
        content.dedup(
            sequence, assertInstanceOf(AppendResult.Duplicate.class, answer).baseOffset());
      }
      content.dedup(0, 0);
    }
    return content.text();
  }

  private static void read(
      RunningBroker daybook,
      KafkaConsumer<String, String> consumer,
      Topic topic,
      int index,
      FixtureContent content) {
    Partition partition = Objects.requireNonNull(daybook.log().partition(topic.partition(index)));
    if (partition.highWatermark() == 0) {
      return;
    }
    TopicPartition assigned = new TopicPartition(topic.name(), index);
    consumer.assign(List.of(assigned));
    consumer.seekToBeginning(List.of(assigned));
    while (consumer.position(assigned) < partition.highWatermark()) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
        content.record(
            topic.name(), index, record.offset(), record.timestamp(), record.key(), record.value());
      }
    }
    if (partition.logStartOffset() > 0) {
      content.startsAt(topic.name(), index, partition.logStartOffset());
    }
  }

  private static void goesOn(Path data, String expected) throws IOException {
    try (RunningBroker daybook = RunningBroker.in(data)) {
      AppendResult next = send(daybook, 6);
      assertEquals(6, assertInstanceOf(AppendResult.Appended.class, next).baseOffset(), expected);
    }
  }

  private static AppendResult send(RunningBroker daybook, int sequence) {
    Topic dedup = daybook.log().topics().byName(FixtureLife.DEDUP).orElseThrow();
    Partition partition = Objects.requireNonNull(daybook.log().partition(dedup.partition(0)));
    return daybook
        .log()
        .append(List.of(new PartitionAppend(partition, FixtureLife.dedupBatch(sequence))))
        .durable()
        .join()
        .getFirst();
  }
}
