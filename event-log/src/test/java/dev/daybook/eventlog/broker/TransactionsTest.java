package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The stock transactional producer and consumer against a broker.
class TransactionsTest {
  private static final Duration POLL = Duration.ofMillis(100);

  @TempDir private static Path directory;
  private static RunningBroker daybook;

  @BeforeAll
  static void start() throws IOException {
    daybook = RunningBroker.in(directory);
  }

  @AfterAll
  static void stop() throws IOException {
    daybook.close();
  }

  @Test
  void whatIsCommittedIsReadAndWhatIsAbortedIsNot() throws Exception {
    try (KafkaProducer<String, String> producer = transactional("simple")) {
      producer.initTransactions();
      send(producer, "simple", "a", "b");
      producer.commitTransaction();
      send(producer, "simple", "never");
      producer.flush();
      producer.abortTransaction();
      send(producer, "simple", "c");
      producer.commitTransaction();
    }

    assertEquals(List.of("a", "b", "c"), committed("simple"));
    assertEquals(List.of("a", "b", "never", "c"), read("simple", "read_uncommitted"));
  }

  @Test
  void nobodyReadsWhatIsNotCommittedYet() throws Exception {
    try (KafkaProducer<String, String> producer = transactional("open");
        KafkaConsumer<String, String> consumer = reader("open", "read_committed")) {
      producer.initTransactions();
      send(producer, "open", "a");
      producer.flush();
      assertEquals(0, consumer.poll(Duration.ofMillis(300)).count());

      producer.commitTransaction();
      assertEquals(List.of("a"), take(consumer, 1));
    }
  }

  @Test
  void aCommitEndsTheTransactionInEachOfItsPartitions() throws Exception {
    create("each", 20);
    try (KafkaProducer<String, String> producer = transactional("each")) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int partition = 0; partition < 20; partition++) {
        producer.send(new ProducerRecord<>("each", partition, null, "v"));
      }
      producer.commitTransaction();
    }

    assertEquals(20, committed("each").size());
  }

  @Test
  void aTransactionOverManyPartitionsIsSeenWhole() throws Exception {
    create("wide", 20);
    try (KafkaProducer<String, String> producer = transactional("wide")) {
      producer.initTransactions();
      for (int round = 0; round < 5; round++) {
        producer.beginTransaction();
        for (int partition = 0; partition < 20; partition++) {
          producer.send(new ProducerRecord<>("wide", partition, null, round + "-" + partition));
        }
        if (round % 2 == 0) {
          producer.commitTransaction();
        } else {
          producer.flush();
          producer.abortTransaction();
        }
      }
    }

    List<String> found = new ArrayList<>(committed("wide"));
    found.sort(null);
    List<String> wanted =
        IntStream.range(0, 60).mapToObj(i -> (i / 20 * 2) + "-" + i % 20).sorted().toList();
    assertEquals(wanted, found);
  }

  @Test
  void aNewInstanceFencesTheOldOne() throws Exception {
    KafkaProducer<String, String> old = transactional("fenced");
    old.initTransactions();
    send(old, "fenced", "of the old one");
    old.flush();
    try (KafkaProducer<String, String> successor = transactional("fenced")) {
      successor.initTransactions();
      assertThrows(ProducerFencedException.class, old::commitTransaction);
      send(successor, "fenced", "of the new one");
      successor.commitTransaction();
    } finally {
      old.close(Duration.ZERO);
    }

    assertEquals(List.of("of the new one"), committed("fenced"));
  }

  @Test
  void consumeTransformProduceMovesOffsetsWithTheRecords() throws Exception {
    create("in", 1);
    try (KafkaProducer<String, String> plain = daybook.producer()) {
      for (String value : List.of("1", "2", "3", "4")) {
        plain.send(new ProducerRecord<>("in", value)).get();
      }
    }
    TopicPartition in = new TopicPartition("in", 0);
    try (KafkaProducer<String, String> producer = transactional("ctp");
        KafkaConsumer<String, String> consumer = daybook.consumer("group.id=ctp")) {
      producer.initTransactions();
      consumer.subscribe(List.of("in"));
      List<String> values = take(consumer, 4);

      send(producer, "out", values.get(0), values.get(1));
      producer.sendOffsetsToTransaction(
          Map.of(in, new OffsetAndMetadata(2)), consumer.groupMetadata());
      producer.commitTransaction();
      assertEquals(2, consumer.committed(Set.of(in)).get(in).offset());

      send(producer, "out", values.get(2));
      producer.flush();
      producer.sendOffsetsToTransaction(
          Map.of(in, new OffsetAndMetadata(3)), consumer.groupMetadata());
      producer.abortTransaction();
      assertEquals(2, consumer.committed(Set.of(in)).get(in).offset());

      send(producer, "out", values.get(2), values.get(3));
      producer.sendOffsetsToTransaction(
          Map.of(in, new OffsetAndMetadata(4)), consumer.groupMetadata());
      producer.commitTransaction();
      assertEquals(4, consumer.committed(Set.of(in)).get(in).offset());
    }

    assertEquals(List.of("1", "2", "3", "4"), committed("out"));
  }

  @Test
  void anAdministratorSeesAndFencesTransactions() throws Exception {
    try (Admin admin = daybook.admin();
        KafkaProducer<String, String> producer = transactional("described")) {
      producer.initTransactions();
      send(producer, "described", "a");
      producer.flush();

      TransactionDescription description =
          admin.describeTransactions(List.of("described")).description("described").get();
      assertEquals(TransactionState.ONGOING, description.state());
      assertEquals(Set.of(new TopicPartition("described", 0)), description.topicPartitions());
      assertTrue(
          admin.listTransactions().all().get().stream()
              .filter(one -> one.state() == TransactionState.ONGOING)
              .map(TransactionListing::transactionalId)
              .toList()
              .contains("described"));

      admin.fenceProducers(List.of("described")).all().get();
      KafkaException fenced = assertThrows(KafkaException.class, producer::commitTransaction);
      assertTrue(
          fenced instanceof ProducerFencedException
              || fenced.getCause() instanceof InvalidProducerEpochException,
          fenced.toString());
      assertEquals(
          TransactionState.EMPTY,
          admin.describeTransactions(List.of("described")).description("described").get().state());
    }
  }

  private static KafkaProducer<String, String> transactional(String id) {
    return daybook.producer("transactional.id=" + id, "linger.ms=0", "max.block.ms=60000");
  }

  private static void send(KafkaProducer<String, String> producer, String topic, String... values) {
    producer.beginTransaction();
    for (String value : values) {
      producer.send(new ProducerRecord<>(topic, value));
    }
  }

  private static void create(String topic, int partitions)
      throws ExecutionException, InterruptedException {
    try (Admin admin = daybook.admin()) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }
  }

  private static List<String> committed(String topic) {
    return read(topic, "read_committed");
  }

  /// All there is. Every transaction is over: what readers of this kind are not shown now they never will be.
  private static List<String> read(String topic, String isolation) {
    try (KafkaConsumer<String, String> consumer = reader(topic, isolation)) {
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      List<String> values = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(POLL).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }

  private static KafkaConsumer<String, String> reader(String topic, String isolation) {
    KafkaConsumer<String, String> consumer = daybook.consumer("isolation.level=" + isolation);
    Collection<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(one -> new TopicPartition(topic, one.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  private static List<String> take(KafkaConsumer<String, String> consumer, int count) {
    List<String> values = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (values.size() < count && System.nanoTime() < deadline) {
      for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
        values.add(record.value());
      }
    }
    return values;
  }
}
