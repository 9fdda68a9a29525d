package dev.daybook.compatibility;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// What stands in a cluster, as a client that has no part in the scene sees it: committed records only.
record Records(String bootstrap) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  void create(String topic, int partitions) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }
  }

  /// Appends values with their index as key, in turn to each partition.
  void append(String topic, int partitions, List<String> values)
      throws ExecutionException, InterruptedException {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = 0; i < values.size(); i++) {
        producer.send(
            new ProducerRecord<>(topic, i % partitions, Integer.toString(i), values.get(i)));
      }
      producer.flush();
    }
  }

  /// All there is now.
  List<ConsumerRecord<String, String>> all(String topic) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", bootstrap,
            "isolation.level", "read_committed",
            "allow.auto.create.topics", "false");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, String>> records = new ArrayList<>();
      long started = System.nanoTime();
      while (partitions.stream()
          .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
        if (System.nanoTime() - started > PATIENCE.toNanos()) {
          throw new AssertionError(topic + " can not be read to its end " + ends);
        }
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  List<String> values(String topic) {
    return all(topic).stream().map(ConsumerRecord::value).toList();
  }

  List<String> sortedValues(String topic) {
    return values(topic).stream().sorted().toList();
  }
}
