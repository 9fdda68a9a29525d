package dev.daybook.eventlog.group.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Groups of clients that share no code with Kafka. Where a tool is missing, the test is left out; with
/// `-Ddaybook.ci=true` it fails.
@Tag("ci")
class ForeignGroupsIT {
  private static final String TOPIC = "orders";

  @TempDir Path directory;
  private GroupServer server;
  private Admin admin;

  @BeforeEach
  void open() throws Exception {
    server = GroupServer.open(directory.resolve("data"));
    admin = Admin.create(Map.of("bootstrap.servers", server.address()));
    admin.createTopics(List.of(new NewTopic(TOPIC, 4, (short) 1))).all().get();
  }

  @AfterEach
  void close() throws Exception {
    admin.close(Duration.ZERO);
    server.close();
  }

  @Test
  void twoKcatsShareATopic() throws Exception {
    require("kcat", "-V");
    Process first = kcat("first");
    Process second = kcat("second");
    try {
      await("two members", () -> assignments().equals(List.of(2, 2)));
      Members.produce(server.address(), TOPIC, 4, 100);
      await("100 records", () -> lines("first") + lines("second") == 100);
      end(second);
      await("one member", () -> assignments().equals(List.of(4)));
    } finally {
      end(first);
      end(second);
    }

    assertEquals(50, lines("first"));
    assertEquals(50, lines("second"));
    assertEquals(100, committedSum());
  }

  @Test
  void aKafkajsGroupReadsAndCommits() throws Exception {
    require("npm", "--version");
    run(
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=5",
        "--silent",
        "kafkajs@2.2.4");
    Path script = directory.resolve("group.js");
    Files.writeString(
        script,
        """
        const { Kafka, logLevel } = require('kafkajs')
        const kafka = new Kafka({ brokers: [process.argv[2]], logLevel: logLevel.ERROR })
        const consumer = kafka.consumer({ groupId: 'readers' })
        let count = 0
        async function main() {
          await consumer.connect()
          await consumer.subscribe({ topic: 'orders', fromBeginning: true })
          await new Promise((resolve, reject) => consumer.run({
            eachMessage: async () => { if (++count === 100) setTimeout(resolve, 0) },
          }).catch(reject))
          await consumer.disconnect()
        }
        main().then(() => process.exit(0), e => { console.error(e); process.exit(1) })
        """);

    Members.produce(server.address(), TOPIC, 4, 100);
    run("node", script.toString(), server.address());

    assertEquals(100, committedSum());
  }

  private Process kcat(String name) throws IOException {
    return new ProcessBuilder(
            "kcat",
            "-b",
            server.address(),
            "-G",
            "readers",
            "-X",
            "auto.offset.reset=earliest",
            "-X",
            "auto.commit.interval.ms=200",
            "-u",
            "-q",
            TOPIC)
        .redirectOutput(directory.resolve(name).toFile())
        .redirectErrorStream(false)
        .redirectError(directory.resolve(name + ".err").toFile())
        .start();
  }

  /// How many partitions each member has.
  private List<Integer> assignments() throws Exception {
    ConsumerGroupDescription group =
        admin.describeConsumerGroups(List.of("readers")).all().get().values().iterator().next();
    return group.members().stream()
        .map(member -> member.assignment().topicPartitions().size())
        .toList();
  }

  private long lines(String name) throws IOException {
    try (Stream<String> all = Files.lines(directory.resolve(name))) {
      return all.count();
    }
  }

  private void await(String what, Callable<Boolean> condition) throws Exception {
    long started = System.nanoTime();
    while (!holds(condition)) {
      if (System.nanoTime() - started > Duration.ofSeconds(120).toNanos()) {
        fail("Not in time: " + what + "; " + read(directory.resolve("first.err")));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /// A group that nobody has joined yet is not there to be described.
  private static boolean holds(Callable<Boolean> condition) throws Exception {
    try {
      return condition.call();
    } catch (ExecutionException e) {
      return false;
    }
  }

  private long committedSum() throws Exception {
    return admin
        .listConsumerGroupOffsets("readers")
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  /// A kcat that is asked to end leaves its group and commits what it printed.
  private static void end(Process kcat) throws InterruptedException {
    kcat.destroy();
    if (!kcat.waitFor(120, TimeUnit.SECONDS)) {
      kcat.destroyForcibly();
      fail("kcat did not end");
    }
  }

  private void require(String... command) throws InterruptedException {
    boolean there;
    try {
      there = new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      there = false;
    }
    if (!there && Boolean.getBoolean("daybook.ci")) {
      fail(command[0] + " is missing; install it, or leave -Pci out");
    }
    assumeTrue(there, command[0] + " is missing");
  }

  private void run(String... command) throws Exception {
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(300, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      fail(command[0] + " does not end: " + Files.readString(output));
    }
    assertEquals(0, process.exitValue(), () -> read(output));
  }

  private static String read(Path output) {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
