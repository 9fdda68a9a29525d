package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A compacted topic as the stock client sees it: gaps in the offsets, and the last value of each key.
@Timeout(400)
class CompactedTopicTest {
  private static final TopicPartition TABLE = new TopicPartition("table", 0);
  private static final int KEYS = 20;
  private static final int ROUNDS = 30;

  @TempDir private Path directory;
  private RunningBroker daybook;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    daybook = RunningBroker.cleaningQuickly(directory);
    admin = daybook.admin();
    Map<String, String> settings =
        Map.of(
            "cleanup.policy",
            "compact",
            "segment.ms",
            "50",
            "min.cleanable.dirty.ratio",
            "0.01",
            "delete.retention.ms",
            "0");
    admin.createTopics(List.of(new NewTopic("table", 1, (short) 1).configs(settings))).all().get();
  }

  @AfterEach
  void stop() throws IOException {
    admin.close();
    daybook.close();
  }

  @Test
  void theStockClientReadsTheLastValueOfEachKeyAcrossGaps() throws Exception {
    for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
      Map<String, Long> last = produce(codec);
      List<ConsumerRecord<String, String>> records = awaitCompacted(last.size());

      Map<String, Long> found = new HashMap<>();
      long before = -1;
      for (ConsumerRecord<String, String> record : records) {
        assertTrue(record.offset() > before, codec);
        before = record.offset();
        found.put(record.key(), record.offset());
      }
      last.forEach((key, offset) -> assertEquals(offset, found.get(key), codec + " " + key));
    }
    assertGapsAreGoneOver();
  }

  /// Wherever a consumer begins, it gets the next record there is, and the end stays where it was.
  private void assertGapsAreGoneOver() {
    try (KafkaConsumer<String, String> consumer = daybook.consumer()) {
      consumer.assign(List.of(TABLE));
      long end = consumer.endOffsets(List.of(TABLE)).get(TABLE);
      assertEquals(5L * (KEYS * ROUNDS + 1), end);
      List<ConsumerRecord<String, String>> all = readAll();
      long first = all.getFirst().offset();
      assertTrue(first > 100, () -> "the first is at " + first);
      consumer.seek(TABLE, first / 2);
      assertEquals(first, next(consumer).offset());
      Map<TopicPartition, OffsetAndTimestamp> byTime = consumer.offsetsForTimes(Map.of(TABLE, 0L));
      assertEquals(first, byTime.get(TABLE).offset());
      consumer.seek(TABLE, end);
      assertEquals(end, consumer.position(TABLE));
    }
  }

  @Test
  void aRecordWithoutAKeyIsRefused() {
    try (KafkaProducer<String, String> producer = daybook.producer()) {
      Future<RecordMetadata> sent = producer.send(new ProducerRecord<>("table", "no key"));
      ExecutionException refused = assertThrows(ExecutionException.class, sent::get);
      assertInstanceOf(InvalidRecordException.class, refused.getCause());
    }
  }

  @Test
  void whatWasCompactedIsThereAfterARestart() throws Exception {
    Map<String, Long> last = produce("zstd");
    awaitCompacted(last.size());
    admin.close();
    daybook.close();

    daybook = RunningBroker.cleaningQuickly(directory);
    admin = daybook.admin();
    Map<String, Long> found = new HashMap<>();
    readAll().forEach(record -> found.put(record.key(), record.offset()));
    assertEquals(last, found);
    produce("none");
    awaitCompacted(last.size());
  }

  /// Twenty keys, thirty times, each time with a later date, so that segments are rolled; one more record seals the last.
  private Map<String, Long> produce(String codec) throws Exception {
    Map<String, Long> last = new HashMap<>();
    long nowMs = System.currentTimeMillis() - 100_000;
    try (KafkaProducer<String, String> producer =
        daybook.producer("compression.type=" + codec, "linger.ms=20")) {
      for (int round = 0; round <= ROUNDS; round++) {
        Map<String, Future<RecordMetadata>> sent = new HashMap<>();
        for (int key = 0; key < (round == ROUNDS ? 1 : KEYS); key++) {
          String name = round == ROUNDS ? "end" : "key " + key;
          sent.put(
              name,
              producer.send(
                  new ProducerRecord<>(
                      "table", 0, nowMs + round * 100L, name, codec + " " + round)));
        }
        producer.flush();
        for (Map.Entry<String, Future<RecordMetadata>> one : sent.entrySet()) {
          last.put(one.getKey(), one.getValue().get().offset());
        }
      }
    }
    return last;
  }

  /// Reads until compaction has left no more than these and what the last segments hold.
  private List<ConsumerRecord<String, String>> awaitCompacted(int keys) {
    List<ConsumerRecord<String, String>> records = readAll();
    while (records.size() > keys + 1) {
      records = readAll();
    }
    return records;
  }

  private List<ConsumerRecord<String, String>> readAll() {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        daybook.consumer("isolation.level=read_committed")) {
      consumer.assign(List.of(TABLE));
      consumer.seekToBeginning(List.of(TABLE));
      long end = consumer.endOffsets(List.of(TABLE)).get(TABLE);
      while (consumer.position(TABLE) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static ConsumerRecord<String, String> next(KafkaConsumer<String, String> consumer) {
    while (true) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
        return record;
      }
    }
  }
}
