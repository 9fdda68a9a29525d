package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A stock client that meets damage: it is told, it can go around, and nobody may append.
class DamagedPartitionTest {
  private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

  @TempDir private Path directory;

  @Test
  void aConsumerIsToldOfAHoleAndCanSeekOverItAndNobodyMayAppend() throws Exception {
    produceOneByOne(10);
    damageOneByteOfRecord("value 4");
    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaConsumer<String, String> consumer = daybook.consumer()) {
      consumer.assign(List.of(PARTITION));
      consumer.seek(PARTITION, 0);
      List<String> before = new ArrayList<>();
      KafkaException told =
          assertThrows(
              KafkaException.class,
              () -> {
                while (before.size() < 10) {
                  poll(consumer, before);
                }
              });
      assertEquals(List.of("value 0", "value 1", "value 2", "value 3"), before, told.toString());

      consumer.seek(PARTITION, 5);
      List<String> behind = new ArrayList<>();
      while (behind.size() < 5) {
        poll(consumer, behind);
      }
      assertEquals(List.of("value 5", "value 6", "value 7", "value 8", "value 9"), behind);
      assertEquals(10, consumer.endOffsets(List.of(PARTITION)).get(PARTITION));

      try (KafkaProducer<String, String> producer =
          daybook.producer("delivery.timeout.ms=2000", "request.timeout.ms=1000", "linger.ms=0")) {
        assertThrows(
            ExecutionException.class,
            () -> producer.send(new ProducerRecord<>("orders", "one more")).get());
      }
      assertEquals(10, consumer.endOffsets(List.of(PARTITION)).get(PARTITION), "nothing came");
    }
  }

  private void produceOneByOne(int records) throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaProducer<String, String> producer = daybook.producer("linger.ms=0")) {
      for (int record = 0; record < records; record++) {
        producer.send(new ProducerRecord<>("orders", "value " + record)).get();
      }
    }
  }

  private void damageOneByteOfRecord(String value) throws Exception {
    try (Stream<Path> files = Files.walk(directory.resolve("shard-0/partitions"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(value);
        if (at >= 0) {
          bytes[at] ^= 1;
          Files.write(file, bytes);
          return;
        }
      }
    }
    throw new AssertionError("no segment holds " + value);
  }

  private static void poll(KafkaConsumer<String, String> consumer, List<String> into) {
    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(5))) {
      into.add(record.value());
    }
  }
}
