package dev.daybook.foreign.clients;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Makes clients of the broker under test. Settings are given as `name=value`.
record Cluster(String bootstrap) {
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  Admin admin() {
    return Admin.create(settings());
  }

  KafkaProducer<String, String> producer(String... settings) {
    return new KafkaProducer<>(settings(settings), new StringSerializer(), new StringSerializer());
  }

  KafkaConsumer<String, String> consumer(String... settings) {
    Map<String, Object> all = new HashMap<>();
    all.put("auto.offset.reset", "earliest");
    all.put("enable.auto.commit", "false");
    all.putAll(settings(settings));
    return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
  }

  void create(String topic, int partitions) throws Exception {
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }
  }

  /// Polls until there are so many records.
  static List<ConsumerRecord<String, String>> read(
      KafkaConsumer<String, String> consumer, int count) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    long started = System.nanoTime();
    while (records.size() < count) {
      check(
          System.nanoTime() - started < PATIENCE.toNanos(),
          "only " + records.size() + " of " + count + " records came");
      consumer.poll(Duration.ofMillis(100)).forEach(records::add);
    }
    check(records.size() == count, records.size() + " records came, not " + count);
    return records;
  }

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  static void same(Object expected, Object actual, String what) {
    check(expected.equals(actual), what + " should be " + expected + " and is " + actual);
  }

  private Map<String, Object> settings(String... settings) {
    Map<String, Object> all = new HashMap<>(Map.of("bootstrap.servers", bootstrap));
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      all.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return all;
  }
}
