package dev.daybook.auditui.log;

import dev.daybook.auditui.decode.PayloadDecoder;
import dev.daybook.auditui.log.Coverage.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Reads a topic newest first, page by page. Partitions have no order among each other, so their
/// ends are merged by timestamp; within a partition the offset decides. One question, one thread.
public final class Browse {
  private static final Duration POLL = Duration.ofMillis(250);

  private final Consumer<byte[], byte[]> consumer;
  private final PayloadDecoder decoder;
  private final Limits limits;
  private final Question question;
  private final long startedNanos = System.nanoTime();
  private final List<Event> found = new ArrayList<>();
  private List<PartitionTail> tails = List.of();
  private Map<TopicPartition, Long> starts = Map.of();
  private Map<TopicPartition, Long> ends = Map.of();
  private Map<TopicPartition, Long> befores = Map.of();
  private Optional<String> stoppedAt = Optional.empty();
  private long scanned;
  private long scannedBytes;
  private long decodeFailures;

  /// What is asked: events before these positions and not after this moment, that contain a text.
  public record Question(
      String topic,
      List<Integer> partitions,
      Positions before,
      OptionalLong untilMs,
      Optional<String> contains,
      int limit) {}

  /// `older` is where the next page begins; it is present until the topic's start is reached.
  public record Page(List<Event> events, Coverage coverage, Optional<Positions> older) {}

  public Browse(
      Consumer<byte[], byte[]> consumer, PayloadDecoder decoder, Limits limits, Question question) {
    this.consumer = consumer;
    this.decoder = decoder;
    this.limits = limits;
    this.question = question;
  }

  public Page run() {
    findBounds();
    while (found.size() < question.limit() && stoppedAt.isEmpty() && fill()) {
      takeNewest();
      checkBudget();
    }
    boolean complete = tails.stream().allMatch(tail -> tail.next() == start(tail));
    if (!complete && stoppedAt.isEmpty()) {
      stoppedAt = Optional.of("%d events found; older ones remain".formatted(found.size()));
    }
    var older = complete ? Optional.<Positions>empty() : Optional.of(olderPositions());
    return new Page(found, coverage(complete), older);
  }

  private void findBounds() {
    var all =
        question.partitions().stream().map(p -> new TopicPartition(question.topic(), p)).toList();
    consumer.assign(all);
    starts = consumer.beginningOffsets(all);
    ends = consumer.endOffsets(all);
    befores = new HashMap<>(ends);
    question.untilMs().ifPresent(this::stopAtTime);
    befores.replaceAll((p, end) -> Math.min(end, question.before().of(p.partition(), end)));
    tails = all.stream().map(this::tail).toList();
  }

  /// Kafka finds the first event that is later than a moment; what lies before it is asked for.
  private void stopAtTime(long untilMs) {
    var later =
        ends.keySet().stream().collect(Collectors.toMap(Function.identity(), p -> untilMs + 1));
    consumer
        .offsetsForTimes(later)
        .forEach(
            (partition, at) -> {
              if (at != null) {
                befores.merge(partition, at.offset(), Math::min);
              }
            });
  }

  private PartitionTail tail(TopicPartition partition) {
    int share = 2 * question.limit() / question.partitions().size();
    int window = question.contains().isPresent() ? 1_000 : Math.clamp(share, 8, 1_000);
    long maxBytes = limits.scannedBytes() / question.partitions().size();
    long start = starts.getOrDefault(partition, 0L);
    long before = Math.max(start, befores.getOrDefault(partition, start));
    return new PartitionTail(partition, start, before, window, maxBytes);
  }

  /// Sees to it that every partition shows its newest event not yet taken; false when none has one.
  private boolean fill() {
    var hungry = hungry();
    while (!hungry.isEmpty() && stoppedAt.isEmpty()) {
      load(hungry);
      hungry = hungry();
    }
    return stoppedAt.isEmpty() && tails.stream().anyMatch(tail -> tail.newest().isPresent());
  }

  private List<PartitionTail> hungry() {
    return tails.stream().filter(PartitionTail::needsMore).toList();
  }

  private void load(List<PartitionTail> hungry) {
    consumer.assign(hungry.stream().map(tail -> tail.partition).toList());
    hungry.forEach(tail -> consumer.seek(tail.partition, tail.beginWindow()));
    var waiting = new HashMap<TopicPartition, PartitionTail>();
    hungry.forEach(tail -> waiting.put(tail.partition, tail));
    try {
      while (!waiting.isEmpty() && !outOfTime()) {
        for (var record : consumer.poll(POLL)) {
          loadInto(waiting.get(new TopicPartition(record.topic(), record.partition())), record);
        }
        leaveLoaded(waiting);
      }
    } catch (KafkaException unreadable) {
      stoppedAt = Optional.of(unreadable(unreadable));
    }
    waiting.values().forEach(PartitionTail::forgetWindow);
    if (!waiting.isEmpty() && stoppedAt.isEmpty()) {
      stoppedAt = Optional.of(timeLimit());
    }
  }

  private static void loadInto(
      @Nullable PartitionTail tail, ConsumerRecord<byte[], byte[]> record) {
    if (tail != null) {
      tail.load(record);
    }
  }

  /// Loaded partitions are given up and not paused: what is buffered of a paused partition keeps
  /// the client from fetching the others of the same broker.
  private void leaveLoaded(Map<TopicPartition, PartitionTail> waiting) {
    if (waiting.values().removeIf(tail -> tail.windowLoaded(consumer.position(tail.partition)))) {
      consumer.assign(waiting.keySet());
    }
  }

  private static String unreadable(KafkaException problem) {
    return "a partition could not be read: %s".formatted(problem.getMessage());
  }

  private void takeNewest() {
    tails.stream()
        .filter(tail -> tail.newest().isPresent())
        .max(Comparator.comparingLong(tail -> tail.newest().orElseThrow().timestamp()))
        .map(PartitionTail::take)
        .ifPresent(this::consider);
  }

  private void consider(ConsumerRecord<byte[], byte[]> record) {
    scanned++;
    scannedBytes += PartitionTail.bytes(record);
    var event = Event.of(record, decoder);
    decodeFailures += event.failed() ? 1 : 0;
    if (question.contains().map(event::contains).orElse(true)) {
      found.add(event);
    }
  }

  private void checkBudget() {
    if (scanned >= limits.scannedEvents()) {
      stoppedAt = Optional.of("the limit of %d events a scan".formatted(limits.scannedEvents()));
    } else if (scannedBytes >= limits.scannedBytes()) {
      stoppedAt = Optional.of("the limit of %d bytes a scan".formatted(limits.scannedBytes()));
    } else if (outOfTime()) {
      stoppedAt = Optional.of(timeLimit());
    }
  }

  private String timeLimit() {
    return "the limit of %d s a scan".formatted(limits.scanTime().toSeconds());
  }

  private boolean outOfTime() {
    return elapsedNanos() > limits.scanTime().toNanos();
  }

  private long elapsedNanos() {
    return System.nanoTime() - startedNanos;
  }

  private long start(PartitionTail tail) {
    return starts.getOrDefault(tail.partition, 0L);
  }

  private Positions olderPositions() {
    return Positions.of(
        tails.stream()
            .collect(Collectors.toMap(tail -> tail.partition.partition(), PartitionTail::next)));
  }

  private Coverage coverage(boolean complete) {
    var spans = tails.stream().map(this::span).toList();
    long elapsedMs = elapsedNanos() / 1_000_000;
    var stop = complete ? Optional.<String>empty() : stoppedAt;
    return new Coverage(spans, scanned, decodeFailures, complete, stop, elapsedMs);
  }

  private Span span(PartitionTail tail) {
    long start = start(tail);
    long end = ends.getOrDefault(tail.partition, start);
    long to = Math.max(start, befores.getOrDefault(tail.partition, end));
    return new Span(tail.partition.partition(), tail.next(), to, start, end);
  }
}
