package dev.daybook.connect.worker;

import dev.daybook.connect.config.ConnectorSettings;
import dev.daybook.connect.config.Redactor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/// Where a sink puts records it cannot process: the record's own bytes, and headers that tell what happened. A dead
/// letter that cannot be written fails the task, since the record would be in neither place.
final class DeadLetterQueue {

  private static final String PREFIX = "__connect.errors.";

  private final TaskId id;
  private final ConnectorSettings settings;
  private final Producer<byte[], byte[]> producer;
  private final Redactor redactor;
  private final ConcurrentLinkedQueue<CompletableFuture<Void>> sent = new ConcurrentLinkedQueue<>();

  private DeadLetterQueue(
      TaskId id, ConnectorSettings settings, Producer<byte[], byte[]> producer, Redactor redactor) {
    this.id = id;
    this.settings = settings;
    this.producer = producer;
    this.redactor = redactor;
  }

  static DeadLetterQueue open(
      TaskId id,
      ConnectorSettings settings,
      Admin admin,
      Producer<byte[], byte[]> producer,
      Redactor redactor) {
    createTopic(settings, admin);
    return new DeadLetterQueue(id, settings, producer, redactor);
  }

  private static void createTopic(ConnectorSettings settings, Admin admin) {
    short replication = settings.deadLetterReplication();
    NewTopic topic =
        new NewTopic(
            settings.deadLetterTopic(),
            Optional.of(1),
            replication < 1 ? Optional.empty() : Optional.of(replication));
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while creating " + topic.name(), e);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new ConnectException(
            "Cannot create the dead letter queue's topic " + topic.name(), e.getCause());
      }
    }
  }

  /// Sends a dead letter; the future tells when it is durable.
  CompletableFuture<Void> send(Failure failure) {
    ConsumerRecord<byte[], byte[]> original = failure.fromLog();
    if (original == null) {
      throw new IllegalArgumentException("Only records from the log become dead letters");
    }
    Headers headers = new RecordHeaders(original.headers().toArray());
    if (settings.deadLetterHeaders()) {
      context(failure, original, headers);
    }
    Long timestamp = original.timestamp() < 0 ? null : original.timestamp();
    CompletableFuture<Void> future = new CompletableFuture<>();
    var _ =
        producer.send(
            new ProducerRecord<>(
                settings.deadLetterTopic(),
                null,
                timestamp,
                original.key(),
                original.value(),
                headers),
            (metadata, problem) -> {
              if (problem == null) {
                future.complete(null);
              } else {
                future.completeExceptionally(problem);
              }
            });
    sent.add(future);
    return future;
  }

  private void context(Failure failure, ConsumerRecord<byte[], byte[]> original, Headers headers) {
    add(headers, "topic", original.topic());
    add(headers, "partition", String.valueOf(original.partition()));
    add(headers, "offset", String.valueOf(original.offset()));
    add(headers, "connector.name", id.connector());
    add(headers, "task.id", String.valueOf(id.task()));
    add(headers, "stage", failure.stage().name());
    add(headers, "class.name", failure.by().getName());
    add(headers, "exception.class.name", failure.cause().getClass().getName());
    add(headers, "exception.message", redactor.redact(failure.cause().getMessage()));
    add(headers, "exception.stacktrace", redactor.trace(failure.cause()));
  }

  private static void add(Headers headers, String name, @Nullable String value) {
    headers.add(PREFIX + name, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
  }

  /// Waits until every dead letter so far is durable. Called on the task's thread alone.
  void awaitSent() {
    for (var next = sent.peek(); next != null; next = sent.peek()) {
      await(next);
      sent.remove();
    }
  }

  private void await(CompletableFuture<Void> letter) {
    try {
      letter.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException(
          "Interrupted while writing dead letters to " + settings.deadLetterTopic(), e);
    } catch (ExecutionException e) {
      throw new ConnectException(
          "Cannot write a dead letter to " + settings.deadLetterTopic(), e.getCause());
    }
  }

  void close() {
    producer.close();
  }
}
