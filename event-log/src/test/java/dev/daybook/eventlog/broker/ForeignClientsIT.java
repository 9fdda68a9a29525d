package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that are not Java: kcat, which is librdkafka, from Debian, and kafkajs from npm. Where one is not
/// installed its scenes are skipped by name, except in CI, where that is a failure.
@Tag("ci")
class ForeignClientsIT {
  private static final Path KAFKAJS = Path.of("target", "kafkajs").toAbsolutePath();
  private static final Path SCENE = Path.of("src", "test", "resources", "kafkajs").toAbsolutePath();

  @TempDir private static Path directory;
  private static RunningBroker daybook;
  private static String address;

  @BeforeAll
  static void start() throws IOException {
    daybook = RunningBroker.in(directory);
    address = "127.0.0.1:" + daybook.port();
  }

  @AfterAll
  static void stop() throws IOException {
    daybook.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void kcatRoundTripInCodec(String codec) throws Exception {
    need("kcat");
    String topic = "kcat-" + codec;
    List<String> lines = IntStream.range(0, 500).mapToObj(i -> "line " + i).toList();
    Path input = Files.write(directory.resolve(topic), lines);

    run("kcat", "-P", "-b", address, "-t", topic, "-z", codec, "-l", input.toString());

    assertEquals(
        lines, run("kcat", "-C", "-b", address, "-t", topic, "-o", "beginning", "-e", "-q"));
  }

  @Test
  void kcatListsTopicsAndFindsOffsetsByTime() throws Exception {
    need("kcat");
    Path first = Files.write(directory.resolve("first"), List.of("a", "b"));
    Path second = Files.write(directory.resolve("second"), List.of("c"));
    run("kcat", "-P", "-b", address, "-t", "kcat-times", "-l", first.toString());
    Thread.sleep(20); // Records are dated to the millisecond.
    long between = System.currentTimeMillis();
    Thread.sleep(20);
    run("kcat", "-P", "-b", address, "-t", "kcat-times", "-l", second.toString());

    String listing = String.join("\n", run("kcat", "-L", "-b", address));
    assertTrue(listing.contains("topic \"kcat-times\" with 1 partitions"), listing);
    assertEquals(
        List.of("kcat-times [0] offset 2"),
        run("kcat", "-Q", "-b", address, "-t", "kcat-times:0:" + between));
    assertEquals(
        List.of("c"),
        run("kcat", "-C", "-b", address, "-t", "kcat-times", "-o", "s@" + between, "-e", "-q"));
  }

  @Test
  void kcatReadsInAGroupAndGoesOnWhereItStopped() throws Exception {
    need("kcat");
    Path first = Files.write(directory.resolve("one"), List.of("a", "b"));
    Path second = Files.write(directory.resolve("two"), List.of("c"));
    run("kcat", "-P", "-b", address, "-t", "kcat-group", "-l", first.toString());
    String[] read = {
      "kcat",
      "-b",
      address,
      "-X",
      "auto.offset.reset=earliest",
      "-q",
      "-e",
      "-G",
      "kcats",
      "kcat-group"
    };

    assertEquals(List.of("a", "b"), run(read));
    run("kcat", "-P", "-b", address, "-t", "kcat-group", "-l", second.toString());
    assertEquals(List.of("c"), run(read));
  }

  @Test
  void kcatSendsIdempotently() throws Exception {
    need("kcat");
    List<String> lines = IntStream.range(0, 2_000).mapToObj(i -> "line " + i).toList();
    Path input = Files.write(directory.resolve("idempotent"), lines);

    run(
        "kcat",
        "-P",
        "-b",
        address,
        "-t",
        "kcat-idempotent",
        "-l",
        input.toString(),
        "-X",
        "enable.idempotence=true",
        "-X",
        "batch.num.messages=20");

    assertEquals(
        lines,
        run("kcat", "-C", "-b", address, "-t", "kcat-idempotent", "-o", "beginning", "-e", "-q"));
  }

  @Test
  void kcatCommitsAFileAsOneTransactionAndReadsOnlyWhatIsCommitted() throws Exception {
    need("kcat");
    List<String> lines = IntStream.range(0, 500).mapToObj(i -> "line " + i).toList();
    Path input = Files.write(directory.resolve("transaction"), lines);
    String topic = "kcat-transaction";

    run(
        "kcat",
        "-P",
        "-b",
        address,
        "-t",
        topic,
        "-l",
        input.toString(),
        "-X",
        "transactional.id=kcat");
    try (var producer = daybook.producer("transactional.id=torn")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, 0, "k", "torn"));
      producer.flush();
      producer.abortTransaction();
    }

    String[] read = {"kcat", "-C", "-b", address, "-t", topic, "-o", "beginning", "-e", "-q", "-X"};
    assertEquals(lines, run(with(read, "isolation.level=read_committed")));
    assertEquals(501, run(with(read, "isolation.level=read_uncommitted")).size());
  }

  private static String[] with(String[] command, String last) {
    return Stream.concat(Stream.of(command), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  void kafkajsTour() throws Exception {
    need("npm");
    need("node");
    Files.createDirectories(KAFKAJS);
    for (String file : List.of("package.json", "tour.js")) {
      Files.write(KAFKAJS.resolve(file), Files.readAllBytes(SCENE.resolve(file)));
    }
    run(
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=5",
        "--prefix",
        KAFKAJS.toString());

    assertEquals("done", run("node", KAFKAJS.resolve("tour.js").toString(), address).getLast());
  }

  private static void need(String program) {
    boolean there =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    if (Boolean.getBoolean("daybook.ci")) {
      assertTrue(there, program + " is not installed");
    }
    assumeTrue(there, program + " is not installed");
  }

  /// Runs a program and returns the lines it prints.
  private static List<String> run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "out", ".txt");
    Path errors = Files.createTempFile(directory, "err", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    List<String> words = new ArrayList<>(List.of(command));
    if (!process.waitFor(300, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      fail(words + " does not end: " + Files.readString(errors));
    }
    assertEquals(
        0, process.exitValue(), () -> words + " failed: " + contents(errors) + contents(output));
    return Files.readAllLines(output);
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
