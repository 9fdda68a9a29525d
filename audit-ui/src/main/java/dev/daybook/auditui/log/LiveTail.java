package dev.daybook.auditui.log;

import dev.daybook.auditui.decode.PayloadDecoder;
import dev.daybook.auditui.log.Coverage.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// Follows a topic's end until it is stopped, on a thread of its own. A browser cannot show a
/// hundred thousand events a second, so of each round the newest are handed on and the others
/// counted as dropped; nothing queues up behind a slow reader.
public final class LiveTail {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int FETCH_WAIT_MS = 500;

  private final KafkaClients clients;
  private final PayloadDecoder decoder;
  private final int eventsPerBatch;
  private final Question question;
  private final Map<TopicPartition, Long> begun = new TreeMap<>(LiveTail::byPartition);
  private final long startedNanos = System.nanoTime();
  private volatile boolean stopped;
  private volatile @Nullable Consumer<byte[], byte[]> open;
  private long scanned;
  private long dropped;
  private long decodeFailures;

  /// From these positions on, or from the end where none is given.
  public record Question(String topic, List<Integer> partitions, Positions after) {}

  /// `resume` is where a broken connection takes up again without a gap.
  public record Batch(List<Event> events, long dropped, Positions resume, Coverage coverage) {}

  /// Called on the tail's thread. Answers false when the reader cannot take the batch now.
  @FunctionalInterface
  public interface Listener {
    boolean offer(Batch batch);
  }

  public LiveTail(KafkaClients clients, PayloadDecoder decoder, Limits limits, Question question) {
    this.clients = clients;
    this.decoder = decoder;
    this.eventsPerBatch = limits.tailEventsPerBatch();
    this.question = question;
  }

  /// Returns when [#stop] was called; a batch without events is offered at once and when it is quiet.
  public void run(Listener listener) {
    try (var consumer = clients.consumer(FETCH_WAIT_MS)) {
      open = consumer;
      seek(consumer);
      offer(consumer, List.of(), listener);
      while (!stopped) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        consumer.poll(POLL).forEach(records::add);
        records.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
        offer(consumer, records, listener);
      }
    } catch (WakeupException stopping) {
      if (!stopped) {
        throw stopping;
      }
    } finally {
      open = null;
    }
  }

  public void stop() {
    stopped = true;
    var consumer = open;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  private void seek(Consumer<byte[], byte[]> consumer) {
    var all =
        question.partitions().stream().map(p -> new TopicPartition(question.topic(), p)).toList();
    consumer.assign(all);
    var starts = consumer.beginningOffsets(all);
    var ends = consumer.endOffsets(all);
    for (var partition : all) {
      long end = ends.getOrDefault(partition, 0L);
      long wanted = question.after().of(partition.partition(), end);
      long from = Math.clamp(wanted, starts.getOrDefault(partition, 0L), end);
      begun.put(partition, from);
      consumer.seek(partition, from);
    }
  }

  private void offer(
      Consumer<byte[], byte[]> consumer,
      List<ConsumerRecord<byte[], byte[]>> records,
      Listener listener) {
    scanned += records.size();
    int shown = Math.min(records.size(), eventsPerBatch);
    dropped += records.size() - shown;
    var events = newest(records, shown).stream().map(r -> Event.of(r, decoder)).toList();
    decodeFailures += events.stream().filter(Event::failed).count();
    if (!listener.offer(new Batch(events, dropped, positions(consumer), coverage(consumer)))) {
      dropped += shown;
    }
  }

  private static <T> List<T> newest(List<T> records, int count) {
    return records.subList(records.size() - count, records.size());
  }

  private Positions positions(Consumer<byte[], byte[]> consumer) {
    var offsets = new TreeMap<Integer, Long>();
    begun.keySet().forEach(p -> offsets.put(p.partition(), consumer.position(p)));
    return Positions.of(offsets);
  }

  private Coverage coverage(Consumer<byte[], byte[]> consumer) {
    var spans = new ArrayList<Span>();
    begun.forEach(
        (partition, from) -> {
          long to = consumer.position(partition);
          spans.add(new Span(partition.partition(), from, to, from, to));
        });
    long elapsedMs = (System.nanoTime() - startedNanos) / 1_000_000;
    return new Coverage(spans, scanned, decodeFailures, dropped == 0, missed(), elapsedMs);
  }

  private Optional<String> missed() {
    return dropped == 0
        ? Optional.empty()
        : Optional.of("%d events were too many to show; browse to see them".formatted(dropped));
  }

  private static int byPartition(TopicPartition one, TopicPartition other) {
    return Integer.compare(one.partition(), other.partition());
  }
}
