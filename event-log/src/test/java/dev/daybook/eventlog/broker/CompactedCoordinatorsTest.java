package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Groups and transactions come back from topics of their own after these were compacted.
@Timeout(400)
class CompactedCoordinatorsTest {
  private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
  private static final String ID = "shop";
  private static final int TRANSACTIONS = 40;

  @TempDir private Path directory;

  @Test
  void offsetsAndTransactionsAreThereAfterARestart() throws Exception {
    try (RunningBroker daybook = RunningBroker.cleaningQuickly(directory);
        Admin admin = daybook.admin()) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
      transactions(daybook, 1);
      for (String topic : List.of("__consumer_offsets", "__transaction_state")) {
        rollOften(admin, topic);
      }
      transactions(daybook, TRANSACTIONS);
      transactions(daybook, 1);
      awaitCompacted(daybook, "__consumer_offsets");
      awaitCompacted(daybook, "__transaction_state");
    }

    try (RunningBroker daybook = RunningBroker.cleaningQuickly(directory);
        Admin admin = daybook.admin()) {
      assertEquals(
          Map.of(ORDERS, new OffsetAndMetadata(1)),
          admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata().get());
      assertEquals(
          TransactionState.COMPLETE_COMMIT,
          admin.describeTransactions(List.of(ID)).description(ID).get().state());
      transactions(daybook, 3);
      assertEquals(
          3,
          admin
              .listConsumerGroupOffsets("readers")
              .partitionsToOffsetAndMetadata()
              .get()
              .get(ORDERS)
              .offset());
    }
  }

  /// Each writes a record and commits an offset; one more is aborted before the last.
  private static void transactions(RunningBroker daybook, int count) {
    try (KafkaProducer<String, String> producer = daybook.producer("transactional.id=" + ID);
        KafkaConsumer<String, String> reader = daybook.consumer("group.id=readers")) {
      producer.initTransactions();
      for (int i = 1; i <= count; i++) {
        if (i == count) {
          transaction(producer, reader, 1_000);
          producer.abortTransaction();
        }
        transaction(producer, reader, i);
        producer.commitTransaction();
      }
    }
  }

  private static void transaction(
      KafkaProducer<String, String> producer, KafkaConsumer<String, String> reader, long offset) {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("orders", "a", "1"));
    producer.sendOffsetsToTransaction(
        Map.of(ORDERS, new OffsetAndMetadata(offset)), reader.groupMetadata());
  }

  private static void rollOften(Admin admin, String topic) throws Exception {
    Collection<AlterConfigOp> ops =
        List.of(
            new AlterConfigOp(new ConfigEntry("segment.ms", "1"), OpType.SET),
            new AlterConfigOp(new ConfigEntry("min.cleanable.dirty.ratio", "0.01"), OpType.SET));
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    admin.incrementalAlterConfigs(Map.of(resource, ops)).all().get();
  }

  /// Waits until fewer records are left than transactions were made.
  private static void awaitCompacted(RunningBroker daybook, String topic) throws IOException {
    long until = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    long left = count(daybook, topic);
    while (left >= TRANSACTIONS && System.nanoTime() < until) {
      left = count(daybook, topic);
    }
    assertTrue(left < TRANSACTIONS, left + " records are left of " + topic);
  }

  private static long count(RunningBroker daybook, String topic) {
    try (KafkaConsumer<String, String> consumer = daybook.consumer()) {
      List<TopicPartition> partitions = new ArrayList<>();
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long found = 0;
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        found += consumer.poll(Duration.ofMillis(100)).count();
      }
      return found;
    }
  }
}
