package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that is killed again and again while idempotent producers write: nothing acknowledged is lost or
/// moves, and nothing is there twice.
class KillTest {
  private static final String TOPIC = "kills";
  private static final int PARTITIONS = 3;
  private static final int PRODUCERS = 2;

  @TempDir private Path directory;

  @Test
  void losesAndDoublesNothingInThreeKills() throws Exception {
    killUnderLoad(3);
  }

  @Test
  @Tag("ci")
  void losesAndDoublesNothingInTwentyKills() throws Exception {
    killUnderLoad(20);
  }

  @Test
  @Tag("long")
  void losesAndDoublesNothingInAThousandKills() throws Exception {
    killUnderLoad(1_000);
  }

  private void killUnderLoad(int kills) throws Exception {
    long seed = Long.getLong("daybook.seed", System.nanoTime());
    System.out.println("seed=" + seed);
    Random random = new Random(seed);
    int port = freePort();
    try (KilledServer server = new KilledServer(directory, port)) {
      createTopic(port);
      List<Writer> writers = new ArrayList<>();
      for (int number = 0; number < PRODUCERS; number++) {
        Writer writer = new Writer(number, port);
        writer.start();
        writers.add(writer);
      }
      for (int kill = 0; kill < kills; kill++) {
        Thread.sleep(200 + random.nextInt(1_000)); // The moment of the kill is what is tried out.
        server.killAndRestart();
      }
      Map<String, Place> acknowledged = new TreeMap<>();
      for (Writer writer : writers) {
        acknowledged.putAll(writer.finish());
      }
      check(acknowledged, readAll(port), kills);
    }
  }

  private static void check(Map<String, Place> acknowledged, Map<String, Place> found, int kills) {
    acknowledged.forEach(
        (value, place) -> assertEquals(place, found.get(value), () -> value + " was acknowledged"));
    System.out.println(
        "kills=" + kills + " acknowledged=" + acknowledged.size() + " found=" + found.size());
    assertTrue(
        acknowledged.size() > 100 * kills,
        () -> "only " + acknowledged.size() + " were acknowledged");
  }

  private static void createTopic(int port) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
    }
  }

  private static Map<String, Place> readAll(int port) {
    Map<String, Place> found = new TreeMap<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", "127.0.0.1:" + port),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (int index = 0; index < PARTITIONS; index++) {
        partitions.add(new TopicPartition(TOPIC, index));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          Place place = new Place(record.partition(), record.offset());
          assertNull(
              found.put(record.value(), place),
              () -> record.value() + " is there twice, again at " + place);
        }
      }
    }
    return found;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private record Place(int partition, long offset) {}

  private static final class Writer extends Thread {
    private final Map<String, Place> acknowledged = new ConcurrentHashMap<>();
    private final int number;
    private final int port;
    private volatile boolean stopping;

    private Writer(int number, int port) {
      this.number = number;
      this.port = port;
    }

    @Override
    public void run() {
      Map<String, Object> config =
          Map.of(
              "bootstrap.servers",
              "127.0.0.1:" + port,
              "acks",
              "all",
              "linger.ms",
              "2",
              "retry.backoff.ms",
              "20",
              "reconnect.backoff.ms",
              "20",
              "reconnect.backoff.max.ms",
              "100",
              "delivery.timeout.ms",
              "180000",
              "max.block.ms",
              "120000");
      try (KafkaProducer<String, String> producer =
          new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
        for (int i = 0; !stopping; i++) {
          String value = number + ":" + i + ":" + "x".repeat(200);
          producer.send(
              new ProducerRecord<>(TOPIC, i % PARTITIONS, null, value),
              (metadata, failure) -> {
                if (failure == null) {
                  acknowledged.put(value, new Place(metadata.partition(), metadata.offset()));
                }
              });
          if (i % 20 == 0) {
            Thread.sleep(5);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /// What was acknowledged, once all that was sent is answered.
    private Map<String, Place> finish() throws InterruptedException {
      stopping = true;
      join();
      return acknowledged;
    }
  }
}
