package dev.daybook.examples.demo.compare;

import dev.daybook.registry.client.AvroDeserializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Reads the log from its first event on, as any service would: with Kafka's own consumer, and payloads by the schema
/// each was written with. Goes on where it was; for one thread.
public final class LogReader implements AutoCloseable {
  private final KafkaConsumer<Object, Object> consumer;
  private final List<TopicPartition> partitions;
  private final List<Change> changes = new ArrayList<>();
  private final Set<Change.Mark> marks = new HashSet<>();

  public LogReader(String bootstrap, String registry) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            AvroDeserializer.class,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            AvroDeserializer.class,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            500,
            "schema.registry.url",
            registry,
            "avro.use.logical.type.converters",
            true);
    consumer = new KafkaConsumer<>(settings);
    partitions =
        Shape.ALL.stream()
            .flatMap(shape -> consumer.partitionsFor(shape.topic()).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /// Reads what has come since; to the end of the log as it is now.
  public void catchUp() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<Object, Object> event : consumer.poll(Duration.ofMillis(200))) {
        Change change = change(event);
        changes.add(change);
        marks.add(change.mark());
      }
    }
  }

  /// All events so far, each partition's in its order.
  public List<Change> changes() {
    return Collections.unmodifiableList(changes);
  }

  /// Whether every one of these changes has an event.
  public boolean tellsOf(Set<Change.Mark> made) {
    return marks.containsAll(made);
  }

  private static Change change(ConsumerRecord<Object, Object> event) {
    Map<String, @Nullable Object> key = Objects.requireNonNull(map(event.key()), "key");
    return Change.of(
        Shape.ofTopic(event.topic()), event.partition(), event.offset(), key, map(event.value()));
  }

  private static @Nullable Map<String, @Nullable Object> map(@Nullable Object value) {
    if (!(value instanceof GenericRecord record)) {
      return null;
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (Schema.Field field : record.getSchema().getFields()) {
      Object one = record.get(field.pos());
      fields.put(field.name(), one instanceof GenericRecord nested ? map(nested) : one);
    }
    return fields;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
