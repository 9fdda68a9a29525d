package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.transaction.TransactionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Transactions whose time runs out, or whose server does: stock clients, restarts in order, and SIGKILL.
class TransactionLivesTest {
  private static final TransactionSettings QUICK =
      TransactionSettings.of(Map.of(TransactionSettings.ABORT_INTERVAL_MS, "100"));

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;

  @Test
  void aTransactionThatStaysOpenTooLongIsAborted() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory, QUICK);
        Admin admin = daybook.admin();
        KafkaProducer<String, String> producer =
            daybook.producer("transactional.id=slow", "transaction.timeout.ms=1000")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("late", "never"));
      producer.flush(); // Whether the record is in before time is up is not what this is about.
      await(admin, "slow", TransactionState.COMPLETE_ABORT);

      assertThrows(KafkaException.class, producer::commitTransaction);
      assertEquals(List.of(), committed(daybook.port(), "late"));
    }
  }

  @Test
  void whatWasCommittedStaysSoAndWhatWasOpenIsAbortedByTheNextInstance() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory, QUICK)) {
      KafkaProducer<String, String> producer = daybook.producer("transactional.id=t");
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("lives", "committed"));
      producer.sendOffsetsToTransaction(
          Map.of(new TopicPartition("lives", 0), new OffsetAndMetadata(42)),
          group(daybook.port(), "readers"));
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("lives", "open")).get();
      producer.close(Duration.ZERO);
    }

    try (RunningBroker daybook = RunningBroker.in(directory, QUICK);
        Admin admin = daybook.admin();
        KafkaProducer<String, String> producer = daybook.producer("transactional.id=t")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("lives", "of the next one"));
      producer.commitTransaction();

      assertEquals(List.of("committed", "of the next one"), committed(daybook.port(), "lives"));
      assertEquals(
          42,
          admin
              .listConsumerGroupOffsets("readers")
              .partitionsToOffsetAndMetadata()
              .get()
              .get(new TopicPartition("lives", 0))
              .offset());
    }
  }

  @Test
  void everyCommitThatWasAnsweredOutlivesAKill() throws Exception {
    kill(1);
  }

  @Test
  @Tag("ci")
  void everyCommitThatWasAnsweredOutlivesTwentyKills() throws Exception {
    kill(20);
  }

  /// Two producers write one record to each of three partitions and an offset in each transaction, until the server is
  /// killed in the middle of it, again and again.
  private void kill(int kills) throws Exception {
    long seed = Long.getLong("daybook.seed", 20_261_123);
    Random random = Random.from(new SplittableRandom(seed));
    Map<String, Set<String>> answered =
        Map.of("a", ConcurrentHashMap.newKeySet(), "b", ConcurrentHashMap.newKeySet());
    for (int life = 0; life < kills; life++) {
      SmallServer server = SmallServer.on(directory);
      create(server.port());
      List<Writer> writers = new ArrayList<>();
      for (String id : List.of("a", "b")) {
        String prefix = id + "-" + life + "-";
        writers.add(new Writer(server.port(), id, prefix, answered.get(id)));
      }
      awaitMore(answered, 10 + random.nextInt(40));
      server.kill();
      for (Writer writer : writers) {
        writer.end();
      }
    }

    SmallServer server = SmallServer.on(directory);
    try {
      fence(server.port());
      Map<String, Integer> counts = new HashMap<>();
      committed(server.port(), "wide").forEach(value -> counts.merge(value, 1, Integer::sum));
      counts.forEach((value, count) -> assertEquals(3, count, value + " is torn, seed " + seed));
      for (Set<String> values : answered.values()) {
        values.forEach(
            value -> assertTrue(counts.containsKey(value), value + " is lost, seed " + seed));
      }
      int all = count(answered);
      System.out.printf("kills %d, commits answered %d, found %d%n", kills, all, counts.size());
      assertTrue(all >= 10 * kills, all + " commits");
    } finally {
      server.kill();
    }
  }

  /// Returns when so many more commits were answered.
  private static void awaitMore(Map<String, Set<String>> answered, int more) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int wanted = count(answered) + more;
    while (count(answered) < wanted) {
      assertTrue(System.nanoTime() < deadline, "commits are not answered");
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static int count(Map<String, Set<String>> answered) {
    return answered.values().stream().mapToInt(Set::size).sum();
  }

  /// Writes transactions until it is told that its server is gone: however slow that is, it is waited for.
  private static final class Writer {
    private final KafkaProducer<String, String> producer;
    private final Thread thread;

    private Writer(int port, String id, String prefix, Set<String> answered) {
      Properties properties = properties(port);
      properties.put("transactional.id", id);
      producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
      thread = Thread.ofPlatform().start(() -> write(group(port, id), prefix, answered));
    }

    private void write(ConsumerGroupMetadata group, String prefix, Set<String> answered) {
      try {
        producer.initTransactions();
        for (int number = 0; ; number++) {
          String value = prefix + number;
          producer.beginTransaction();
          for (int partition = 0; partition < 3; partition++) {
            producer.send(new ProducerRecord<>("wide", partition, null, value));
          }
          if (number % 2 == 0) {
            producer.sendOffsetsToTransaction(
                Map.of(new TopicPartition("wide", 0), new OffsetAndMetadata(number)), group);
          }
          producer.commitTransaction();
          answered.add(value);
        }
      } catch (KafkaException | IllegalStateException killed) {
        // The server is gone: whatever was under way may have happened or not.
      }
    }

    private void end() throws InterruptedException {
      producer.close(Duration.ZERO);
      thread.join();
    }
  }

  /// A group without members.
  private static ConsumerGroupMetadata group(int port, String id) {
    Properties properties = properties(port);
    properties.put("group.id", id);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      return consumer.groupMetadata();
    }
  }

  private static void create(int port) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(properties(port))) {
      if (!admin.listTopics().names().get().contains("wide")) {
        admin.createTopics(List.of(new NewTopic("wide", 3, (short) 1))).all().get();
      }
    }
  }

  /// Ends what the last kill left open.
  private static void fence(int port) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(properties(port))) {
      admin.fenceProducers(List.of("a", "b")).all().get();
    }
  }

  private static void await(Admin admin, String id, TransactionState wanted) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    TransactionState found = TransactionState.UNKNOWN;
    while (found != wanted && System.nanoTime() < deadline) {
      found = admin.describeTransactions(List.of(id)).description(id).get().state();
    }
    assertEquals(wanted, found);
  }

  /// All that is committed. Nothing may be open: the end for those who read only what is committed is the very end.
  private static List<String> committed(int port, String topic) throws Exception {
    Properties properties = properties(port);
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      assertEquals(endOffsets(port, partitions), ends);
      List<String> values = new ArrayList<>();
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          values.add(record.value());
        }
      }
      return values;
    }
  }

  private static Map<TopicPartition, Long> endOffsets(int port, List<TopicPartition> partitions) {
    Properties properties = properties(port);
    properties.put("isolation.level", IsolationLevel.READ_UNCOMMITTED.toString());
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      return consumer.endOffsets(partitions);
    }
  }

  private static Properties properties(int port) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", "127.0.0.1:" + port);
    return properties;
  }
}
