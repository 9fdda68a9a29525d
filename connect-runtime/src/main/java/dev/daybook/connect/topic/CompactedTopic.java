package dev.daybook.connect.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/// One of Connect's own topics. It is read once, from its beginning to the end it had when reading began; from then on
/// this worker is its only writer and knows what it wrote, so no consumer stays open.
public final class CompactedTopic {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE = Duration.ofMillis(500);

  private final String name;
  private final int partitions;
  private final Producer<byte[], byte[]> producer;

  public CompactedTopic(String name, int partitions, Producer<byte[], byte[]> producer) {
    this.name = name;
    this.partitions = partitions;
    this.producer = producer;
  }

  public String name() {
    return name;
  }

  /// Creates the topic unless it is there.
  public void create(Admin admin) throws InterruptedException {
    NewTopic topic =
        new NewTopic(name, Optional.of(partitions), Optional.empty())
            .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new ConnectException("Cannot create the topic " + name, e.getCause());
      }
    }
  }

  /// Hands every record up to the present end to `replay`, in order within each partition.
  public void readToEnd(
      Map<String, Object> consumerConfig, Consumer<ConsumerRecord<byte[], byte[]>> replay) {
    Map<String, Object> config = new HashMap<>(consumerConfig);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      List<TopicPartition> all =
          consumer.partitionsFor(name).stream()
              .map(info -> new TopicPartition(name, info.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream()
          .anyMatch(partition -> consumer.position(partition) < end(ends, partition))) {
        consumer.poll(POLL).forEach(replay);
      }
    } finally {
      close(consumer);
    }
  }

  /// A consumer whose closing is interrupted tells of it with a stack trace, and closing waits for the fetch that is under way:
  /// so a thread does it that nobody interrupts, for a while at most.
  private static void close(KafkaConsumer<byte[], byte[]> consumer) {
    Thread closing = Thread.ofVirtual().start(() -> consumer.close(CloseOptions.timeout(CLOSE)));
    boolean interrupted = false;
    while (closing.isAlive()) {
      try {
        closing.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  /// Appends one record; the future completes when the log has it durably.
  public CompletableFuture<Void> append(byte[] key, byte @Nullable [] value) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    var _ =
        producer.send(
            new ProducerRecord<>(name, key, value),
            (metadata, failure) -> {
              if (failure == null) {
                written.complete(null);
              } else {
                written.completeExceptionally(failure);
              }
            });
    return written;
  }
}
