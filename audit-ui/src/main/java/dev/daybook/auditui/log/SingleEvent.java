package dev.daybook.auditui.log;

import dev.daybook.auditui.decode.PayloadDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Reads the event at one position. An offset may hold none (compaction and transactions leave
/// gaps); then the refusal names the next one that does.
public final class SingleEvent {
  private static final Duration POLL = Duration.ofMillis(250);

  private final Consumer<byte[], byte[]> consumer;
  private final PayloadDecoder decoder;
  private final Limits limits;

  /// The event and what the partition holds, so that a reader knows whether there is a neighbour.
  public record Found(Event event, long start, long end) {}

  public SingleEvent(Consumer<byte[], byte[]> consumer, PayloadDecoder decoder, Limits limits) {
    this.consumer = consumer;
    this.decoder = decoder;
    this.limits = limits;
  }

  public Found at(TopicPartition partition, long offset) {
    consumer.assign(List.of(partition));
    long start = only(consumer.beginningOffsets(List.of(partition)));
    long end = only(consumer.endOffsets(List.of(partition)));
    if (offset < start || offset >= end) {
      throw outside(partition, offset, start, end);
    }
    var record = firstFrom(partition, offset, end).orElseThrow(() -> gap(offset, Optional.empty()));
    if (record.offset() != offset) {
      throw gap(offset, Optional.of(record.offset()));
    }
    return new Found(Event.of(record, decoder), start, end);
  }

  private Optional<ConsumerRecord<byte[], byte[]>> firstFrom(
      TopicPartition partition, long offset, long end) {
    consumer.seek(partition, offset);
    long deadline = System.nanoTime() + limits.scanTime().toNanos();
    while (consumer.position(partition) < end && System.nanoTime() < deadline) {
      for (var record : consumer.poll(POLL).records(partition)) {
        return Optional.of(record);
      }
    }
    return Optional.empty();
  }

  private static long only(Map<TopicPartition, Long> offsets) {
    return offsets.values().iterator().next();
  }

  private static Refusal outside(TopicPartition partition, long offset, long start, long end) {
    String holds = start == end ? "is empty" : "holds offsets %d to %d".formatted(start, end - 1);
    return new Refusal(
        404,
        "offset-not-found",
        "There is no event at offset %d: partition %d of \"%s\" %s."
            .formatted(offset, partition.partition(), partition.topic(), holds),
        "Choose an offset in that range.");
  }

  private static Refusal gap(long offset, Optional<Long> next) {
    return new Refusal(
        404,
        "offset-not-found",
        "Offset %d holds no event: it was compacted away or belongs to a transaction's marker."
            .formatted(offset),
        next.map("The next event is at offset %d."::formatted)
            .orElse("There is no later event in this partition."));
  }
}
