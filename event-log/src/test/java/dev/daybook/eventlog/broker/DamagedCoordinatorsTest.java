package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.record.PartitionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stock clients meet when the catalogue or the groups' topic may have lost their last records: they stop, and at once.
class DamagedCoordinatorsTest {
  private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

  @TempDir private Path directory;
  private PartitionId offsets;

  @BeforeEach
  void commit() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaProducer<String, String> producer = daybook.producer()) {
      for (int record = 0; record < 3; record++) {
        producer.send(new ProducerRecord<>("orders", "record " + record)).get();
      }
      commit(daybook, "a", 1);
      commit(daybook, "b", 2);
      offsets = daybook.log().topics().byName("__consumer_offsets").orElseThrow().partition(1);
    }
  }

  @Test
  void aGroupStopsWhereItsCommitsMayBeOlderOnes() throws Exception {
    mayHaveLostItsEnd(offsets);

    try (RunningBroker daybook = RunningBroker.in(directory)) {
      assertEquals(2, committed(daybook, "b"));
      KafkaException told = assertThrows(KafkaException.class, () -> committed(daybook, "a"));
      assertFalse(told instanceof TimeoutException, told.toString());
      try (KafkaConsumer<String, String> consumer = daybook.consumer("group.id=a")) {
        consumer.subscribe(List.of("orders"));
        assertThrows(KafkaException.class, () -> pollForLong(consumer));
      }
      assertTrue(
          daybook.problems().stream()
              .anyMatch(problem -> problem.contains("Partition 1 of __consumer_offsets")),
          () -> daybook.problems().toString());
    }
  }

  @Test
  void aProducerStopsWhereNobodyKnowsWhichIdsWereGiven() throws Exception {
    mayHaveLostItsEnd(PartitionId.CATALOGUE);

    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaProducer<String, String> producer = daybook.producer();
        KafkaProducer<String, String> transactional = daybook.producer("transactional.id=t")) {
      // It may have asked for its id, and been refused, before it is given anything to send.
      Exception told =
          assertThrows(
              Exception.class, () -> producer.send(new ProducerRecord<>("orders", "never")).get());
      Throwable cause = told instanceof ExecutionException ? told.getCause() : told;
      assertInstanceOf(KafkaException.class, cause);
      assertFalse(cause instanceof TimeoutException, told.toString());
      KafkaException refused = assertThrows(KafkaException.class, transactional::initTransactions);
      assertFalse(refused instanceof TimeoutException, refused.toString());
    }
  }

  private static void pollForLong(KafkaConsumer<String, String> consumer) {
    long endNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < endNs) {
      consumer.poll(Duration.ofSeconds(1));
    }
  }

  private static void commit(RunningBroker daybook, String group, long offset) {
    try (KafkaConsumer<String, String> consumer = daybook.consumer("group.id=" + group)) {
      consumer.commitSync(Map.of(ORDERS, new OffsetAndMetadata(offset)));
    }
  }

  private static long committed(RunningBroker daybook, String group) {
    try (KafkaConsumer<String, String> consumer = daybook.consumer("group.id=" + group)) {
      return consumer.committed(Set.of(ORDERS)).get(ORDERS).offset();
    }
  }

  /// A list of damage that cannot be read means damage behind the end.
  private void mayHaveLostItsEnd(PartitionId id) throws Exception {
    Files.writeString(
        directory.resolve("shard-0/partitions").resolve(id.directoryName()).resolve("damage"),
        "not what was written");
  }
}
