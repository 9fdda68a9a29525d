package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real file system of 128 MiB that really fills up, under a server in a process of its own. Needs root for the loop
/// mount; without it the scene is skipped by name, except in CI, where that is a failure.
@Tag("ci")
class FullDiskIT {
  private static final int IMAGE_BYTES = 128 << 20;
  private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

  @TempDir private Path folder;
  private Path mount;
  private SmallServer server;

  @BeforeEach
  void mount() throws Exception {
    mount = Files.createDirectory(folder.resolve("disk"));
    Path image = folder.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(IMAGE_BYTES);
    }
    boolean there =
        works("mkfs.ext4", "-q", "-F", "-m", "0", image.toString())
            && works("mount", "-o", "loop", image.toString(), mount.toString());
    if (!there && Boolean.getBoolean("daybook.ci")) {
      throw new AssertionError("no loop mount: this needs root, mkfs.ext4 and loop devices");
    }
    assumeTrue(there, "no loop mount: this needs root, mkfs.ext4 and loop devices");
    server = SmallServer.on(mount.resolve("data"));
  }

  @AfterEach
  void unmount() throws Exception {
    if (server != null) {
      server.kill();
      for (int again = 0; again < 100 && !works("umount", mount.toString()); again++) {
        Thread.sleep(100); // Others of the machine may look at a new disk.
      }
    }
  }

  @Test
  void aFullDiskRefusesAppendsOnlyAndARestartOnItWorks() throws Exception {
    try (Admin admin = Admin.create(properties())) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
      admin.createTopics(List.of(new NewTopic("other", 1, (short) 1))).all().get();
    }
    commit(0);
    append("other");
    waitForTheReserve();

    long acknowledged = appendUntilRefused();
    fillWhatIsLeft();
    if (!server.runsOutOfRoomWithin(3)) {
      goesOnOrRunsOutOfRoom(acknowledged);
      server.kill();
    }
    server = SmallServer.on(mount.resolve("data"));
    assertEquals(acknowledged, recordsRead());
    assertRefused();
    commit(2);
    assertEquals(2, committed());

    try (Admin admin = Admin.create(properties())) {
      admin.deleteTopics(List.of("other")).all().get();
      admin.deleteRecords(Map.of(ORDERS, RecordsToDelete.beforeOffset(-1))).all().get();
    }
    appendAsSoonAsItIsTaken();
    server.kill();
    server = SmallServer.on(mount.resolve("data"));
    assertEquals(1, recordsRead());
  }

  /// Where nothing was left to it the server may end at any moment, by what it does in the background.
  private void goesOnOrRunsOutOfRoom(long acknowledged) throws Exception {
    try {
      assertEquals(acknowledged, recordsRead());
      commit(1);
    } catch (KafkaException | IllegalStateException e) {
      if (!server.runsOutOfRoomWithin(60)) {
        throw e;
      }
    }
  }

  private long appendUntilRefused() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (long count = 0; count < 4_000; count++) {
        try {
          producer.send(new ProducerRecord<>("orders", new byte[50_000])).get();
        } catch (ExecutionException e) {
          assertInstanceOf(KafkaStorageException.class, e.getCause());
          assertTrue(count > 100, "only " + count + " records fitted");
          return count;
        }
      }
    }
    throw new AssertionError("200 MB fitted on a disk of 128");
  }

  /// Somebody else takes the rest.
  private void fillWhatIsLeft() throws IOException {
    try (OutputStream filler = Files.newOutputStream(mount.resolve("filler"))) {
      byte[] bytes = new byte[4096];
      while (true) {
        filler.write(bytes);
      }
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("No space left"), e::toString);
    }
  }

  private void assertRefused() {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> producer.send(new ProducerRecord<>("orders", new byte[100])).get());
      assertInstanceOf(KafkaStorageException.class, refused.getCause());
    }
  }

  private void appendAsSoonAsItIsTaken() throws Exception {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      try {
        append("orders");
        return;
      } catch (ExecutionException e) {
        assertInstanceOf(KafkaStorageException.class, e.getCause());
        assertTrue(System.nanoTime() < deadlineNs, "appends do not come back");
        Thread.sleep(200);
      }
    }
  }

  private void append(String topic) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.send(new ProducerRecord<>(topic, new byte[100])).get();
    }
  }

  private long recordsRead() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(ORDERS));
      long end = consumer.endOffsets(List.of(ORDERS)).get(ORDERS);
      consumer.seekToBeginning(List.of(ORDERS));
      long count = 0;
      while (consumer.position(ORDERS) < end) {
        count += consumer.poll(Duration.ofSeconds(1)).count();
      }
      return count;
    }
  }

  private void commit(long offset) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(ORDERS));
      consumer.commitSync(Map.of(ORDERS, new OffsetAndMetadata(offset)), Duration.ofSeconds(120));
    }
  }

  private long committed() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.committed(java.util.Set.of(ORDERS)).get(ORDERS).offset();
    }
  }

  private void waitForTheReserve() throws Exception {
    Path reserve = mount.resolve("data/shard-0/reserve");
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!Files.exists(reserve) || Files.size(reserve) < SmallServer.RESERVE_BYTES) {
      assertTrue(System.nanoTime() < deadlineNs, "the reserve does not grow");
      Thread.sleep(200);
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Properties properties = properties();
    properties.put("retries", "0");
    properties.put("enable.idempotence", "false");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Properties properties = properties();
    properties.put("group.id", "g");
    properties.put("enable.auto.commit", "false");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", "127.0.0.1:" + server.port());
    return properties;
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
