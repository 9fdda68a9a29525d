package dev.daybook.eventlog.group.wire;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Members of groups: stock consumers, polled in turn by the test's thread until something is so.
final class Members {
  private static final long PATIENCE_NS = Duration.ofSeconds(120).toNanos();
  private static final Duration TURN = Duration.ofMillis(50);

  private Members() {}

  /// @param protocol `classic` or `consumer`
  static KafkaConsumer<String, String> member(
      String address, String protocol, String group, Map<String, String> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address);
    config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, "1000");
    if (protocol.equals("classic")) {
      config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "200");
      config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "30000");
    }
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  static void produce(String address, String topic, int partitions, int recordCount) {
    Properties config = new Properties();
    config.put("bootstrap.servers", address);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      List<Future<RecordMetadata>> sent =
          IntStream.range(0, recordCount)
              .mapToObj(i -> new ProducerRecord<>(topic, i % partitions, "key " + i, "value " + i))
              .map(producer::send)
              .toList();
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError("A record was not taken", e);
    }
  }

  /// Polls the members in turn, until the condition holds, into a list that the condition may look at.
  static void pollUntil(
      String what,
      List<ConsumerRecord<String, String>> records,
      BooleanSupplier condition,
      List<KafkaConsumer<String, String>> members) {
    long started = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - started > PATIENCE_NS) {
        fail(
            "Not in time: "
                + what
                + "; assignments are "
                + members.stream().map(KafkaConsumer::assignment).toList()
                + ", records read "
                + records.size());
      }
      for (KafkaConsumer<String, String> member : members) {
        member.poll(TURN).forEach(records::add);
      }
    }
  }
}
