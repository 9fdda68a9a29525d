package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records deleted on request, through the stock clients.
class DeleteRecordsTest {
  private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

  @TempDir private Path directory;
  private RunningBroker daybook;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
    create("orders", Map.of());
    produce("orders", 10);
  }

  @AfterEach
  void stop() throws IOException {
    admin.close();
    daybook.close();
  }

  @Test
  void theLogStartsWhereItWasAskedToAndStaysSoAfterARestart() throws Exception {
    assertEquals(4, delete(ORDERS, 4));

    assertEquals(4, earliest(ORDERS));
    assertEquals(4, delete(ORDERS, 2), "a start never goes back");
    admin.close();
    daybook.close();
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
    assertEquals(4, earliest(ORDERS));
  }

  @Test
  void minusOneStandsForTheHighWatermark() throws Exception {
    assertEquals(10, delete(ORDERS, -1));

    assertEquals(10, earliest(ORDERS));
    produce("orders", 1);
    try (KafkaConsumer<String, String> consumer = daybook.consumer()) {
      consumer.assign(List.of(ORDERS));
      assertEquals(10, first(consumer).offset());
    }
  }

  @Test
  void anOffsetBehindTheHighWatermarkIsOutOfRange() {
    assertRefused(
        org.apache.kafka.common.errors.OffsetOutOfRangeException.class, () -> delete(ORDERS, 11));
  }

  @Test
  void onlyATopicThatDeletesLetsItsRecordsGo() throws Exception {
    create("compacted", Map.of("cleanup.policy", "compact"));
    create("both", Map.of("cleanup.policy", "compact,delete"));
    produce("both", 2);

    assertRefused(
        PolicyViolationException.class, () -> delete(new TopicPartition("compacted", 0), 0));
    assertEquals(1, delete(new TopicPartition("both", 0), 1));
  }

  @Test
  void internalTopicsAndUnknownOnesAreRefused() throws Exception {
    try (KafkaConsumer<String, String> consumer = daybook.consumer("group.id=g")) {
      consumer.assign(List.of(ORDERS));
      consumer.commitSync(Map.of(ORDERS, new OffsetAndMetadata(3)));
    }

    assertRefused(
        InvalidTopicException.class, () -> delete(new TopicPartition("__consumer_offsets", 0), 0));
    assertEquals(Errors.UNKNOWN_TOPIC_OR_PARTITION, onTheWire("orders", 7));
    assertEquals(Errors.UNKNOWN_TOPIC_OR_PARTITION, onTheWire("absent", 0));
  }

  /// The stock client looks for the leader of a partition first, and goes on looking where there is none.
  private Errors onTheWire(String topic, int partition) throws IOException {
    try (WireClient client = daybook.wire()) {
      DeleteRecordsResponseData answer =
          client.ask(
              Requests.deleteRecords(topic, partition, 0), 2, DeleteRecordsResponseData.class);
      return Errors.forCode(answer.topics().find(topic).partitions().find(partition).errorCode());
    }
  }

  @Test
  void aFetchBelowTheStartIsToldWhereTheLogStarts() throws Exception {
    delete(ORDERS, 4);

    try (WireClient client = daybook.wire()) {
      PartitionData answer =
          client
              .ask(Requests.fetch("orders", null, 0, 3, 12), 12, FetchResponseData.class)
              .responses()
              .getFirst()
              .partitions()
              .getFirst();
      assertEquals(Errors.OFFSET_OUT_OF_RANGE.code(), answer.errorCode());
      assertEquals(4, answer.logStartOffset());
    }
  }

  @Test
  void aConsumerWhosePositionWasDeletedGoesOnAtTheEarliestRecord() throws Exception {
    try (KafkaConsumer<String, String> consumer = daybook.consumer("max.poll.records=1")) {
      consumer.assign(List.of(ORDERS));
      assertEquals(0, first(consumer).offset());
      delete(ORDERS, 6);
      consumer.seek(ORDERS, 2);

      assertEquals(6, first(consumer).offset());
    }
  }

  @Test
  void aConsumerWithoutAResetIsToldThatItsPositionIsGone() throws Exception {
    delete(ORDERS, 6);

    try (KafkaConsumer<String, String> consumer = daybook.consumer("auto.offset.reset=none")) {
      consumer.assign(List.of(ORDERS));
      consumer.seek(ORDERS, 2);

      assertThrows(OffsetOutOfRangeException.class, () -> first(consumer));
    }
  }

  private void create(String topic, Map<String, String> settings) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(settings))).all().get();
  }

  private void produce(String topic, int records) throws Exception {
    try (KafkaProducer<String, String> producer = daybook.producer("linger.ms=0")) {
      for (int i = 0; i < records; i++) {
        producer.send(new ProducerRecord<>(topic, "k", "v" + i)).get();
      }
    }
  }

  private long delete(TopicPartition partition, long below) throws Exception {
    return admin
        .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(below)))
        .lowWatermarks()
        .get(partition)
        .get()
        .lowWatermark();
  }

  private long earliest(TopicPartition partition) throws Exception {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.earliest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  private static ConsumerRecord<String, String> first(KafkaConsumer<String, String> consumer) {
    for (int attempt = 0; attempt < 240; attempt++) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
        return record;
      }
    }
    throw new AssertionError("no record came");
  }

  private static void assertRefused(
      Class<? extends Exception> reason, org.junit.jupiter.api.function.Executable asked) {
    assertInstanceOf(reason, assertThrows(ExecutionException.class, asked).getCause());
  }
}
