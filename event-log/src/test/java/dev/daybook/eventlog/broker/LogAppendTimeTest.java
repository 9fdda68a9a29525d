package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Records that the log dates (`message.timestamp.type=LogAppendTime`), through stock clients.
class LogAppendTimeTest {
  private static final TopicPartition DATED = new TopicPartition("dated", 0);

  @TempDir private Path directory;
  private RunningBroker daybook;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
    admin
        .createTopics(
            List.of(
                new NewTopic("dated", 1, (short) 1)
                    .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
        .all()
        .get();
  }

  @AfterEach
  void stop() throws IOException {
    admin.close();
    daybook.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "lz4"})
  void theLogsTimeIsWhatEverybodySees(String codec) throws Exception {
    long before = System.currentTimeMillis();
    long told;
    try (KafkaProducer<String, String> producer =
        daybook.producer("compression.type=" + codec, "linger.ms=50")) {
      producer.send(new ProducerRecord<>("dated", 0, 5L, "k", "from long ago"));
      told =
          producer
              .send(new ProducerRecord<>("dated", 0, before + 900_000_000, "k", "from far ahead"))
              .get()
              .timestamp();
    }
    assertTrue(before <= told && told <= System.currentTimeMillis(), "told " + told);

    assertDated(before, told);
    admin.close();
    daybook.close();
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
    assertDated(before, told);
  }

  private void assertDated(long before, long told) {
    try (KafkaConsumer<String, String> consumer = daybook.consumer()) {
      List<ConsumerRecord<String, String>> read = read(consumer, 2);
      for (ConsumerRecord<String, String> record : read) {
        assertEquals(TimestampType.LOG_APPEND_TIME, record.timestampType());
        assertTrue(before <= record.timestamp() && record.timestamp() <= told);
      }
      assertEquals(told, read.getLast().timestamp());
      assertEquals(0, consumer.offsetsForTimes(Map.of(DATED, 6L)).get(DATED).offset());
      assertEquals(
          read.getLast().timestamp(),
          consumer.offsetsForTimes(Map.of(DATED, told)).get(DATED).timestamp());
    }
  }

  @Test
  void whoDatesMayChangeWhileRecordsCome() throws Exception {
    try (KafkaProducer<String, String> producer = daybook.producer()) {
      producer.send(new ProducerRecord<>("dated", 0, 5L, "k", "a")).get();
      alter("CreateTime");
      producer.send(new ProducerRecord<>("dated", 0, 6L, "k", "b")).get();
      alter("LogAppendTime");
      producer.send(new ProducerRecord<>("dated", 0, 7L, "k", "c")).get();
    }

    try (KafkaConsumer<String, String> consumer = daybook.consumer()) {
      List<ConsumerRecord<String, String>> read = read(consumer, 3);
      assertEquals(
          List.of(
              TimestampType.LOG_APPEND_TIME,
              TimestampType.CREATE_TIME,
              TimestampType.LOG_APPEND_TIME),
          read.stream().map(ConsumerRecord::timestampType).toList());
      assertEquals(6, read.get(1).timestamp());
      assertTrue(read.get(0).timestamp() <= read.get(2).timestamp());
    }
  }

  private void alter(String type) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, "dated"),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry("message.timestamp.type", type), OpType.SET))))
        .all()
        .get();
  }

  private static List<ConsumerRecord<String, String>> read(
      KafkaConsumer<String, String> consumer, int count) {
    consumer.assign(List.of(DATED));
    consumer.seekToBeginning(List.of(DATED));
    List<ConsumerRecord<String, String>> read = new ArrayList<>();
    long endNs = System.nanoTime() + 120_000_000_000L;
    while (read.size() < count) {
      assertTrue(System.nanoTime() < endNs, () -> "read only " + read);
      consumer.poll(Duration.ofMillis(100)).forEach(read::add);
    }
    return read;
  }
}
