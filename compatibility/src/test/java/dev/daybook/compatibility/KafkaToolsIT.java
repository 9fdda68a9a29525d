package dev.daybook.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command-line tools of Apache Kafka, each in a JVM of its own as its script starts it.
@Tag("ci")
class KafkaToolsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(400);
  private static final ForeignProgram TOOLS = ForeignProgram.named("tools");

  @TempDir private static Path folder;
  private static Daybook daybook;

  @BeforeAll
  static void start() throws IOException {
    daybook = Daybook.in(folder.resolve("data"));
  }

  @AfterAll
  static void stop() throws IOException {
    daybook.close();
  }

  @Test
  void topicsAreMadeDescribedListedAndDeleted() throws Exception {
    topics("--create", "--topic", "made", "--partitions", "3", "--config", "retention.ms=3600000");

    List<String> described = topics("--describe", "--topic", "made");
    assertLine(described, "Topic: made", "PartitionCount: 3", "retention.ms=3600000");
    assertLine(described, "Partition: 2", "Leader: 1", "Isr: 1");
    assertTrue(topics("--list").contains("made"));
    topics("--alter", "--topic", "made", "--partitions", "5");
    assertLine(topics("--describe", "--topic", "made"), "Topic: made", "PartitionCount: 5");
    topics("--delete", "--topic", "made");
    assertTrue(topics("--list").stream().noneMatch("made"::equals));
  }

  @Test
  void settingsAreChangedWhileTheServerRuns() throws Exception {
    records().create("set", 1);

    configs("--alter", "--add-config", "retention.ms=86400000,cleanup.policy=compact");
    assertLine(configs("--describe"), "retention.ms=86400000", "DYNAMIC_TOPIC_CONFIG");
    configs("--alter", "--delete-config", "retention.ms");
    List<String> described = configs("--describe");
    assertLine(described, "cleanup.policy=compact");
    assertTrue(described.stream().noneMatch(line -> line.contains("retention.ms=8")));
  }

  @Test
  void aHangingTransactionIsFoundAndAborted() throws Exception {
    records().create("hanging", 1);
    try (KafkaProducer<String, String> producer = transactional("hanger")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("hanging", 0, "k", "v")).get();

      assertLine(transactions("list"), "hanger", "Ongoing");
      assertLine(transactions("describe", "--transactional-id", "hanger"), "hanger", "hanging-0");
      assertLine(transactions("describe-producers", "--topic", "hanging", "--partition", "0"), "0");
      transactions("abort", "--topic", "hanging", "--partition", "0", "--start-offset", "0");
    }
    records().append("hanging", 1, List.of("after"));
    assertEquals(List.of("after"), records().values("hanging"));
  }

  /// Its transactions have time for many tools to start.
  private static KafkaProducer<String, String> transactional(String id) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            daybook.bootstrap(),
            "transactional.id",
            id,
            "transaction.timeout.ms",
            "900000"),
        new StringSerializer(),
        new StringSerializer());
  }

  @Test
  void groupsAreListedDescribedResetAndDeleted() throws Exception {
    records().create("grouped", 2);
    records().append("grouped", 2, numbers(100));
    tool(
        "org.apache.kafka.tools.consumer.ConsoleConsumer",
        "--topic",
        "grouped",
        "--group",
        "readers",
        "--from-beginning",
        "--max-messages",
        "100",
        "--timeout-ms",
        "300000");

    assertTrue(groups("--list").contains("readers"));
    List<String> described = groups("--describe", "--group", "readers");
    assertLine(described, "readers", "grouped", "0", "50", "50", "0");
    groups(
        "--reset-offsets",
        "--group",
        "readers",
        "--topic",
        "grouped:1",
        "--to-offset",
        "10",
        "--execute");
    assertLine(groups("--describe", "--group", "readers"), "grouped", "1", "10", "50", "40");
    groups("--reset-offsets", "--group", "readers", "--all-topics", "--to-earliest", "--execute");
    assertLine(groups("--describe", "--group", "readers"), "grouped", "0", "0", "50", "50");
    groups("--delete-offsets", "--group", "readers", "--topic", "grouped:0");
    assertTrue(
        groups("--describe", "--group", "readers").stream()
            .noneMatch(line -> line.matches("readers +grouped +0 +0 .*")));
    groups("--delete", "--group", "readers");
    assertTrue(groups("--list").stream().noneMatch("readers"::equals));
  }

  @Test
  void recordsAreDeletedAndOffsetsTold() throws Exception {
    records().create("shrinking", 1);
    records().append("shrinking", 1, numbers(60));
    Path plan =
        Files.writeString(
            folder.resolve("delete.json"),
            """
            {"version": 1, "partitions": [{"topic": "shrinking", "partition": 0, "offset": 25}]}
            """);

    assertEquals(List.of("shrinking:0:60"), offsets("shrinking", "latest"));
    tool("org.apache.kafka.tools.DeleteRecordsCommand", "--offset-json-file", plan.toString());
    assertEquals(List.of("shrinking:0:25"), offsets("shrinking", "earliest"));
    assertEquals(List.of("shrinking:0:60"), offsets("shrinking", "latest"));
    assertEquals("25", records().values("shrinking").getFirst());
  }

  @Test
  void theVerifiablePairAgrees() throws Exception {
    records().create("verified", 2);
    List<String> produced =
        tool(
            "org.apache.kafka.tools.VerifiableProducer",
            "--topic",
            "verified",
            "--max-messages",
            "2000",
            "--acks",
            "-1");
    assertLine(produced, "\"name\":\"tool_data\"", "\"sent\":2000", "\"acked\":2000");

    List<String> consumed =
        tool(
            "org.apache.kafka.tools.VerifiableConsumer",
            "--topic",
            "verified",
            "--group-id",
            "verifiers",
            "--max-messages",
            "2000",
            "--reset-policy",
            "earliest");
    assertLine(consumed, "\"name\":\"partitions_assigned\"");
    assertLine(consumed, "\"name\":\"shutdown_complete\"");
    assertEquals(2000, consumed.stream().mapToInt(KafkaToolsIT::consumedCount).sum());
  }

  @Test
  void theBrokerIsAskedForItsVersions() throws Exception {
    assertLine(tool("org.apache.kafka.tools.BrokerApiVersionsCommand"), "Produce(0)", "usable");
  }

  private static int consumedCount(String line) {
    return line.contains("\"name\":\"records_consumed\"")
        ? Integer.parseInt(line.replaceAll(".*?\"count\":(\\d+).*", "$1"))
        : 0;
  }

  private static List<String> offsets(String topic, String time) throws Exception {
    return tool("org.apache.kafka.tools.GetOffsetShell", "--topic", topic, "--time", time);
  }

  private static List<String> topics(String... arguments) throws Exception {
    return tool("org.apache.kafka.tools.TopicCommand", arguments);
  }

  private static List<String> configs(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("--entity-type", "topics", "--entity-name", "set"));
    all.addAll(List.of(arguments));
    return tool("kafka.admin.ConfigCommand", all.toArray(String[]::new));
  }

  private static List<String> transactions(String... arguments) throws Exception {
    return tool("org.apache.kafka.tools.TransactionsCommand", arguments);
  }

  private static List<String> groups(String... arguments) throws Exception {
    return tool("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", arguments);
  }

  private static List<String> tool(String mainClass, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("--bootstrap-server", daybook.bootstrap()));
    all.addAll(List.of(arguments));
    return TOOLS.run(folder.resolve("out"), PATIENCE, mainClass, all.toArray(String[]::new));
  }

  private static Records records() {
    return daybook.records();
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  /// Some line has all these words, in this order.
  private static void assertLine(List<String> lines, String... words) {
    assertTrue(
        lines.stream().anyMatch(line -> has(line, words)),
        () -> "No line has " + List.of(words) + ":\n" + String.join("\n", lines));
  }

  private static boolean has(String line, String... words) {
    int from = 0;
    for (String word : words) {
      int found = line.indexOf(word, from);
      if (found < 0) {
        return false;
      }
      from = found + word.length();
    }
    return true;
  }
}
