package dev.daybook.connect.scene;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// The log of a test class, and what a test does on it as a plain Kafka client.
public final class TestLog implements AutoCloseable {

  private final String bootstrapServers;
  private final Runnable server;
  private final Admin admin;
  private final KafkaProducer<String, String> producer;

  private TestLog(String bootstrapServers, Runnable server) {
    this.bootstrapServers = bootstrapServers;
    this.server = server;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringSerializer(),
            new StringSerializer());
  }

  /// A log of its own in a temporary folder. `-Ddaybook.test.bootstrap=HOST:PORT` runs the scenes on another cluster.
  public static TestLog start() {
    String other = System.getProperty("daybook.test.bootstrap");
    if (other != null) {
      return new TestLog(other, () -> {});
    }
    LogInFolder log = LogInFolder.start();
    return new TestLog("127.0.0.1:" + log.port(), log::close);
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  public Admin admin() {
    return admin;
  }

  public void createTopic(String name, int partitions) {
    try {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  public void produce(String topic, String... values) {
    for (String value : values) {
      produce(new ProducerRecord<>(topic, value));
    }
  }

  public void produce(ProducerRecord<String, String> record) {
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /// Everything in a topic now.
  public List<ConsumerRecord<String, String>> read(String topic) {
    Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrapServers));
    config.put("allow.auto.create.topics", "false");
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = partitions(consumer.partitionsFor(topic), topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, String>> records = new ArrayList<>();
      while (partitions.stream()
          .anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  private static List<TopicPartition> partitions(
      @Nullable List<org.apache.kafka.common.PartitionInfo> infos, String topic) {
    return infos == null
        ? List.of()
        : infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  public List<String> values(String topic) {
    return read(topic).stream().map(ConsumerRecord::value).toList();
  }

  /// The keys and values of one of Connect's own topics, in order, tombstones as null.
  public List<Map.Entry<String, @Nullable String>> entries(String topic) {
    List<Map.Entry<String, @Nullable String>> entries = new ArrayList<>();
    read(topic)
        .forEach(
            record ->
                entries.add(new java.util.AbstractMap.SimpleEntry<>(record.key(), record.value())));
    return entries;
  }

  /// What a group has committed, or -1.
  public long committed(String group, String topic, int partition) {
    try {
      OffsetAndMetadata offset =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get()
              .get(new TopicPartition(topic, partition));
      return offset == null ? -1 : offset.offset();
    } catch (InterruptedException | ExecutionException e) {
      return -1;
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    server.run();
  }
}
