package dev.daybook.server;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `daybook start` on a file system of 400 MiB that somebody else fills, again and again: the process does not end, and when
/// there is room again it takes records again. Needs root for the mount; without it the scene is skipped by name, except in
/// CI, where that is a failure.
@Tag("ci")
class FullDiskIT {
  private static final String SIZE = "size=400m";
  private static final int ROUNDS = 3;
  private static final int RECORD_BYTES = 200_000;
  private static final long RESERVE_BYTES = 16L << 20;
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);

  @TempDir private Path folder;
  private Path mount;
  private Optional<Daybook> running = Optional.empty();

  /// The process, and where its Kafka port is.
  private record Daybook(Process process, String bootstrap) {}

  @BeforeEach
  void mount() throws Exception {
    mount = Files.createDirectory(folder.resolve("disk"));
    boolean there = works("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", mount.toString());
    if (!there && Boolean.getBoolean("daybook.ci")) {
      throw new AssertionError("no mount: this needs root");
    }
    assumeTrue(there, "no mount: this needs root");
  }

  @AfterEach
  void unmount() throws Exception {
    if (running.isPresent()) {
      running.get().process().destroyForcibly().waitFor();
    }
    var _ = works("umount", mount.toString());
  }

  @Test
  void aDiskThatSomebodyElseFillsDoesNotEndTheProcess() throws Exception {
    Daybook daybook = start();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", daybook.bootstrap()))) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
    }
    Path filler = mount.resolve("filler");
    try (KafkaProducer<byte[], byte[]> producer = producer(daybook)) {
      for (int round = 0; round < ROUNDS; round++) {
        assertTrue(append(producer));
        fillUntilRefused(filler, producer);
        Files.delete(filler);
        appendAsSoonAsItIsTaken(producer);
      }
    }
    assertTrue(daybook.process().isAlive());
  }

  private static void fillUntilRefused(Path filler, KafkaProducer<byte[], byte[]> producer)
      throws Exception {
    long begunNs = System.nanoTime();
    do {
      assertTrue(System.nanoTime() - begunNs < PATIENCE_NS, "the full disk refuses nothing");
      fill(filler);
    } while (append(producer));
  }

  private static void appendAsSoonAsItIsTaken(KafkaProducer<byte[], byte[]> producer)
      throws Exception {
    long begunNs = System.nanoTime();
    while (!append(producer)) {
      assertTrue(System.nanoTime() - begunNs < PATIENCE_NS, "appends do not come back");
    }
  }

  /// @return whether all of it was taken; false when the server has refused some for want of room
  private static boolean append(KafkaProducer<byte[], byte[]> producer) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sent.add(producer.send(new ProducerRecord<>("orders", new byte[RECORD_BYTES])));
    }
    try {
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
      return true;
    } catch (ExecutionException refused) {
      assertInstanceOf(KafkaStorageException.class, refused.getCause());
      return false;
    }
  }

  private static void fill(Path filler) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      byte[] bytes = new byte[4096];
      while (true) {
        out.write(bytes);
      }
    } catch (IOException full) {
      assertTrue(String.valueOf(full.getMessage()).contains("No space left"), full::toString);
    }
  }

  private Daybook start() throws IOException {
    Path settings = folder.resolve("daybook.properties");
    Files.writeString(
        settings, "disk.reserve.bytes=" + RESERVE_BYTES + "\njournal.bytes=134217728\n");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "start",
                "--data",
                mount.resolve("data").toString(),
                "--config",
                settings.toString(),
                "--kafka-port=0",
                "--http-port=0",
                "--registry-port=0",
                "--connect-port=0")
            .redirectErrorStream(true)
            .start();
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    while (line != null && !line.startsWith("daybook ready")) {
      System.out.println(line);
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("The server ended before it was ready");
    }
    // What nobody reads would make the child wait in the end.
    Thread.ofPlatform().daemon().start(() -> out.lines().forEach(System.out::println));
    Daybook started = new Daybook(process, line.replaceAll(".* kafka=(\\S+).*", "$1"));
    running = Optional.of(started);
    return started;
  }

  private static KafkaProducer<byte[], byte[]> producer(Daybook daybook) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", daybook.bootstrap(),
            "enable.idempotence", "false",
            "acks", "1",
            "retries", "0",
            "delivery.timeout.ms", "240000",
            "request.timeout.ms", "120000",
            "max.block.ms", "120000",
            "linger.ms", "0"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
