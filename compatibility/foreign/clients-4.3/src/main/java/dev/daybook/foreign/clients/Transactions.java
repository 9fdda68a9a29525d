package dev.daybook.foreign.clients;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/// Reads, transforms and writes in transactions, some of them aborted, with offsets inside; and a second producer of
/// the same name ends the first one's right to write.
final class Transactions implements Scene {
  private static final int RECORDS = 300;

  @Override
  public void play(Cluster cluster, String topic) throws Exception {
    String output = topic + "-doubled";
    cluster.create(topic, 2);
    cluster.create(output, 2);
    try (KafkaProducer<String, String> producer = cluster.producer()) {
      for (int i = 0; i < RECORDS; i++) {
        producer.send(new ProducerRecord<>(topic, i % 2, "k" + i, Integer.toString(i)));
      }
    }

    doubleAll(cluster, topic, output);
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      expected.add(2 * i);
    }
    Cluster.same(expected, committed(cluster, output), "what was committed");
    fenceTheFirst(cluster, output);
    Cluster.same(RECORDS + 1, committed(cluster, output).size(), "records after the fence");
  }

  /// Every third transaction is aborted, and its input is read again.
  private static void doubleAll(Cluster cluster, String topic, String output) {
    try (KafkaConsumer<String, String> consumer =
            cluster.consumer(
                "group.id=" + topic + "-group",
                "max.poll.records=20",
                "isolation.level=read_committed");
        KafkaProducer<String, String> producer =
            cluster.producer("transactional.id=" + topic + "-id", "acks=all")) {
      producer.initTransactions();
      consumer.subscribe(List.of(topic));
      int done = 0;
      int transactions = 0;
      for (int turn = 0; done < RECORDS; turn++) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
        if (records.isEmpty()) {
          Cluster.check(turn < 2_000, "only " + done + " of " + RECORDS + " records came");
          continue;
        }
        producer.beginTransaction();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (ConsumerRecord<String, String> record : records) {
          String doubled = Integer.toString(2 * Integer.parseInt(record.value()));
          producer.send(new ProducerRecord<>(output, record.partition(), record.key(), doubled));
          offsets.merge(
              new TopicPartition(topic, record.partition()),
              new OffsetAndMetadata(record.offset() + 1),
              (one, other) -> one.offset() > other.offset() ? one : other);
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        // Not by turns: two of them may be empty behind each rewind, and then all would be aborted.
        if (transactions++ % 3 == 1) {
          producer.flush();
          producer.abortTransaction();
          rewind(consumer);
        } else {
          producer.commitTransaction();
          done += records.count();
        }
      }
    }
  }

  private static void rewind(KafkaConsumer<String, String> consumer) {
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment());
    for (TopicPartition partition : consumer.assignment()) {
      OffsetAndMetadata offset = committed.get(partition);
      consumer.seek(partition, offset == null ? 0 : offset.offset());
    }
  }

  private static void fenceTheFirst(Cluster cluster, String output) {
    String id = "transactional.id=" + output + "-fenced";
    try (KafkaProducer<String, String> first = cluster.producer(id);
        KafkaProducer<String, String> second = cluster.producer(id)) {
      first.initTransactions();
      first.beginTransaction();
      first.send(new ProducerRecord<>(output, 0, "k", "-1"));
      first.flush();
      second.initTransactions();
      second.beginTransaction();
      second.send(new ProducerRecord<>(output, 0, "k", "1000"));
      second.commitTransaction();
      try {
        first.commitTransaction();
        throw new AssertionError("the first producer was not fenced");
      } catch (ProducerFencedException | InvalidProducerEpochException fenced) {
        System.out.println("fenced: " + fenced.getMessage());
      } catch (KafkaException fenced) {
        Cluster.check(
            fenced.getCause() instanceof ProducerFencedException
                || fenced.getCause() instanceof InvalidProducerEpochException,
            "not fenced, but " + fenced);
      }
    }
  }

  private static List<Integer> committed(Cluster cluster, String output) {
    try (KafkaConsumer<String, String> consumer =
        cluster.consumer("isolation.level=read_committed")) {
      List<TopicPartition> partitions =
          List.of(new TopicPartition(output, 0), new TopicPartition(output, 1));
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<Integer> values = new ArrayList<>();
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> values.add(Integer.parseInt(record.value())));
      }
      values.sort(null);
      return values;
    }
  }
}
