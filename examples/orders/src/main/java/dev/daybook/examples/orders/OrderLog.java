package dev.daybook.examples.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;

/// The events of all orders, in a topic: the key is the order's id, so the events of one order lie in one
/// partition, in the order in which they were appended. Two ordinary Kafka clients; nothing here knows Daybook.
///
/// Owned by one thread, as a Kafka consumer must be.
public final class OrderLog implements AutoCloseable {
  static final String TOPIC = "order-events";

  private static final int NEW_TOPIC_PARTITIONS = 4;
  private static final int PATIENCE_MS = 10_000;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final JsonMapper JSON = new JsonMapper();

  private final KafkaProducer<String, String> producer;
  private final KafkaConsumer<String, String> consumer;
  private final int partitions;

  /// Connects, and makes the topic if there is none.
  public OrderLog(String bootstrap) throws InterruptedException {
    createTopic(bootstrap);
    // Idempotent and acks=all, as by default: a retry never appends twice, an answer means forced
    // to disk.
    producer =
        new KafkaProducer<>(
            Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
            new StringSerializer(),
            new StringSerializer());
    // We know where the end is and never wait for more; the next question need not queue behind a
    // long poll.
    consumer =
        new KafkaConsumer<>(
            Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                1),
            new StringDeserializer(),
            new StringDeserializer());
    partitions = consumer.partitionsFor(TOPIC).size();
  }

  /// Appends an event and waits until it is durable.
  ///
  /// @return its offset in the partition of this order
  long append(String orderId, long revision, OrderEvent event) throws InterruptedException {
    String value = toJson(new Numbered(revision, event));
    try {
      return producer
          .send(new ProducerRecord<>(TOPIC, partitionOf(orderId), orderId, value))
          .get()
          .offset();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "An event of order " + orderId + " was not appended: " + e.getCause(), e);
    }
  }

  /// The events of an order that lie from `fromOffset` up to before `toOffset`, oldest first. Reads all that is
  /// there of the partition, for orders share it.
  List<Recorded> read(String orderId, long fromOffset, long toOffset) {
    TopicPartition partition = new TopicPartition(TOPIC, partitionOf(orderId));
    consumer.assign(List.of(partition));
    consumer.seek(partition, fromOffset);
    List<Recorded> events = new ArrayList<>();
    while (consumer.position(partition) < toOffset) {
      for (ConsumerRecord<String, String> event : consumer.poll(POLL)) {
        if (event.offset() < toOffset && orderId.equals(event.key())) {
          Numbered numbered = fromJson(event);
          events.add(new Recorded(event.offset(), numbered.revision(), numbered.event()));
        }
      }
    }
    return events;
  }

  /// The offset behind the last event of the order's partition.
  long endOffset(String orderId) {
    TopicPartition partition = new TopicPartition(TOPIC, partitionOf(orderId));
    consumer.assign(List.of(partition));
    return Optional.ofNullable(consumer.endOffsets(List.of(partition)).get(partition)).orElse(0L);
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }

  /// As Kafka's Java clients spread keys, so that any of them finds an order where we put it.
  private int partitionOf(String orderId) {
    return Utils.toPositive(Utils.murmur2(orderId.getBytes(UTF_8))) % partitions;
  }

  private static void createTopic(String bootstrap) throws InterruptedException {
    NewTopic topic = new NewTopic(TOPIC, Optional.of(NEW_TOPIC_PARTITIONS), Optional.empty());
    Map<String, Object> config =
        Map.of(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
            CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS,
            CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS);
    try (Admin admin = Admin.create(config)) {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException(
            "The topic could not be made at "
                + bootstrap
                + "; is './daybook start' running there? "
                + e.getMessage(),
            e);
      }
    }
  }

  private static String toJson(Numbered event) {
    try {
      return JSON.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not to be written as JSON: " + event, e);
    }
  }

  private static Numbered fromJson(ConsumerRecord<String, String> event) {
    try {
      return JSON.readValue(event.value(), Numbered.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "What lies in %s, partition %d, offset %d is no event of an order: %s"
              .formatted(event.topic(), event.partition(), event.offset(), e.getOriginalMessage()),
          e);
    }
  }

  /// An event as it lies in the log: with the revision of the order that it makes, if it is the first to do so.
  record Numbered(long revision, OrderEvent event) {}

  /// An event that was read, and where.
  public record Recorded(long offset, long revision, OrderEvent event) {}
}
