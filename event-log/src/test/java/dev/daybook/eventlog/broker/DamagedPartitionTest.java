package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import org.apache.kafka.common.errors.KafkaStorageException;
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
          daybook.producer("retries=0", "enable.idempotence=false", "linger.ms=0")) {
        ExecutionException refused =
            assertThrows(
                ExecutionException.class,
                () -> producer.send(new ProducerRecord<>("orders", "one more")).get());
        assertInstanceOf(KafkaStorageException.class, refused.getCause());
      }
      assertEquals(10, consumer.endOffsets(List.of(PARTITION)).get(PARTITION), "nothing came");
    }
  }

  @Test
  void aLinkToNothingInPlaceOfASegmentIsDamageOfItsPartitionOnly() throws Exception {
    produceOneByOne(3);
    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaProducer<String, String> producer = daybook.producer()) {
      producer.send(new ProducerRecord<>("bills", "whole")).get();
    }
    Path segment = segmentOf("value 1");
    Files.delete(segment);
    Files.createSymbolicLink(segment, directory.resolve("a disk that is not mounted"));

    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaConsumer<String, String> consumer = daybook.consumer();
        KafkaProducer<String, String> producer = daybook.producer()) {
      producer.send(new ProducerRecord<>("bills", "goes on")).get();
      consumer.assign(List.of(PARTITION));
      consumer.seek(PARTITION, 0);
      assertThrows(KafkaException.class, () -> poll(consumer, new ArrayList<>()));
    }
    try (Stream<Path> quarantine = Files.list(directory.resolve("shard-0/quarantine"))) {
      assertEquals(List.of(true), quarantine.map(Files::isSymbolicLink).toList());
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
    Path segment = segmentOf(value);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[indexOf(value, bytes)] ^= 1;
    Files.write(segment, bytes);
  }

  private Path segmentOf(String value) throws Exception {
    try (Stream<Path> files = Files.walk(directory.resolve("shard-0/partitions"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
        if (indexOf(value, Files.readAllBytes(file)) >= 0) {
          return file;
        }
      }
    }
    throw new AssertionError("no segment holds " + value);
  }

  private static int indexOf(String value, byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(value);
  }

  private static void poll(KafkaConsumer<String, String> consumer, List<String> into) {
    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(5))) {
      into.add(record.value());
    }
  }
}
