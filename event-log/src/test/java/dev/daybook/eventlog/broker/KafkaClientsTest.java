package dev.daybook.eventlog.broker;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The stock Java client against a broker.
class KafkaClientsTest {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

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

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void whatIsProducedInAnyCodecIsConsumed(String codec) throws Exception {
    String topic = "codec-" + codec;
    List<String> values = IntStream.range(0, 500).mapToObj(i -> "value " + i).toList();

    try (KafkaProducer<String, String> producer =
        daybook.producer("compression.type=" + codec, "linger.ms=5")) {
      sendAll(producer, topic, values);
    }

    assertEquals(values, read(topic, 500));
  }

  @ParameterizedTest
  @ValueSource(strings = {"acks=0", "acks=1", "acks=all"})
  void everyKindOfAcknowledgementIsServed(String acks) throws Exception {
    String topic = acks.replace('=', '-');
    List<String> values = List.of("a", "b", "c");

    try (KafkaProducer<String, String> producer =
        daybook.producer(acks, "enable.idempotence=false")) {
      sendAll(producer, topic, values);
    }

    assertEquals(values, read(topic, 3));
  }

  @Test
  void anIdempotentProducerKeepsItsOrderWithFiveRequestsInFlight() throws Exception {
    List<String> values = IntStream.range(0, 5_000).mapToObj(i -> "v" + i).toList();

    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<String, String> producer =
        daybook.producer(
            "enable.idempotence=true",
            "max.in.flight.requests.per.connection=5",
            "batch.size=1000",
            "linger.ms=0")) {
      for (String value : values) {
        sent.add(producer.send(new ProducerRecord<>("in-flight", value)));
      }
    }

    for (int i = 0; i < values.size(); i++) {
      assertEquals(i, sent.get(i).get().offset());
    }
    assertEquals(values, read("in-flight", 5_000));
  }

  @Test
  void aBatchBeyondTheTopicsLimitIsTooLarge() throws Exception {
    try (KafkaProducer<String, String> producer =
        daybook.producer("max.request.size=9000000", "retries=0")) {
      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> producer.send(new ProducerRecord<>("large", "x".repeat(2_000_000))).get());

      assertInstanceOf(RecordTooLargeException.class, refused.getCause());
    }
  }

  @Test
  void aRecordLargerThanEveryFetchLimitStillArrives() throws Exception {
    String large = "x".repeat(900_000);
    try (KafkaProducer<String, String> producer = daybook.producer()) {
      sendAll(producer, "over-limit", List.of("small", large, "last"));
    }

    try (KafkaConsumer<String, String> consumer =
        daybook.consumer("fetch.max.bytes=1000", "max.partition.fetch.bytes=1000")) {
      assertEquals(List.of("small", large, "last"), read(consumer, "over-limit", 3));
    }
  }

  @Test
  void aConsumerThatWaitsGetsARecordAsSoonAsItIsThere() throws Exception {
    TopicPartition partition = new TopicPartition("long-poll", 0);
    try (KafkaProducer<String, String> producer = daybook.producer("linger.ms=0");
        KafkaConsumer<String, String> consumer =
            daybook.consumer("fetch.max.wait.ms=300000", "request.timeout.ms=400000")) {
      sendAll(producer, "long-poll", List.of("first"));
      consumer.assign(List.of(partition));
      consumer.seek(partition, 1);
      consumer.poll(POLL);

      producer.send(new ProducerRecord<>("long-poll", "second")).get();
      List<String> values = read(consumer, 1); // Its patience ends long before the poll does.

      assertEquals(List.of("second"), values);
      consumer.close(CloseOptions.timeout(Duration.ZERO)); // Another Fetch waits by now.
    }
  }

  @Test
  void offsetsAreFoundByTimeAndAtTheEnds() throws Exception {
    TopicPartition partition = new TopicPartition("times", 0);
    try (KafkaProducer<String, String> producer = daybook.producer();
        KafkaConsumer<String, String> consumer = daybook.consumer()) {
      for (int i = 0; i < 10; i++) {
        producer.send(new ProducerRecord<>("times", 0, 1_000L + i * 100, "k", "v" + i)).get();
      }

      assertEquals(Map.of(partition, 0L), consumer.beginningOffsets(List.of(partition)));
      assertEquals(Map.of(partition, 10L), consumer.endOffsets(List.of(partition)));
      var found = consumer.offsetsForTimes(Map.of(partition, 1_450L)).get(partition);
      assertEquals(5, requireNonNull(found).offset());
      assertNull(consumer.offsetsForTimes(Map.of(partition, 9_999L)).get(partition));
    }
  }

  @Test
  void aGroupReadsEveryRecordOnceAndGoesOnWhereItCommitted() throws Exception {
    try (KafkaProducer<String, String> producer = daybook.producer()) {
      sendAll(producer, "grouped", List.of("a", "b", "c", "d"));
    }
    try (KafkaConsumer<String, String> consumer =
        daybook.consumer("group.id=readers", "max.poll.records=2")) {
      consumer.subscribe(List.of("grouped"));
      assertEquals(List.of("a", "b"), read(consumer, 2));
      consumer.commitSync();
    }

    try (KafkaConsumer<String, String> consumer = daybook.consumer("group.id=readers")) {
      consumer.subscribe(List.of("grouped"));
      assertEquals(List.of("c", "d"), read(consumer, 2));
    }
  }

  @Test
  void aGroupOfTheNewProtocolReadsToo() throws Exception {
    try (KafkaProducer<String, String> producer = daybook.producer()) {
      sendAll(producer, "grouped-anew", List.of("a", "b"));
    }
    try (KafkaConsumer<String, String> consumer =
        daybook.consumer("group.id=new-readers", "group.protocol=consumer")) {
      consumer.subscribe(List.of("grouped-anew"));

      assertEquals(List.of("a", "b"), read(consumer, 2));
      consumer.commitSync();
    }
  }

  static void sendAll(
      KafkaProducer<String, String> producer, String topic, Collection<String> values)
      throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (String value : values) {
      sent.add(producer.send(new ProducerRecord<>(topic, value)));
    }
    for (Future<RecordMetadata> one : sent) {
      one.get();
    }
  }

  private static List<String> read(String topic, int count) {
    try (KafkaConsumer<String, String> consumer = daybook.consumer()) {
      return read(consumer, topic, count);
    }
  }

  private static List<String> read(
      KafkaConsumer<String, String> consumer, String topic, int count) {
    TopicPartition partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    return read(consumer, count);
  }

  private static List<String> read(KafkaConsumer<String, String> consumer, int count) {
    List<String> values = new ArrayList<>();
    long endNs = System.nanoTime() + PATIENCE.toNanos();
    while (values.size() < count && System.nanoTime() < endNs) {
      for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
        values.add(record.value());
      }
    }
    return values;
  }
}
