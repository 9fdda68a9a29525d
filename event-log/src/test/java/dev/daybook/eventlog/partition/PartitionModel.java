package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// What one partition must hold, as its only idempotent producer knows it: the values of acknowledged batches, in
/// order, and the batches that were sent and not answered.
final class PartitionModel {
  private final long producerId;
  private final List<String> acknowledged = new ArrayList<>();
  private final Deque<Sent> underWay = new ArrayDeque<>();
  private final Map<Integer, Long> baseOffsets = new HashMap<>();
  private final Shape shape;
  private final Answers answers;
  private @Nullable Partition watched;
  private int acknowledgedBatches;
  private int nextSequence;
  private long highestMarkSeen;
  private long lowestStart;
  private long highestStartAsked;

  PartitionModel(long producerId, Shape shape, Answers answers) {
    this.producerId = producerId;
    this.shape = shape;
    this.answers = answers;
  }

  int acknowledgedBatches() {
    return acknowledgedBatches;
  }

  /// Sends a new batch, unless five are under way already; and maybe one that is under way once more, as a producer
  /// does that waited too long.
  void send(Shard shard, Partition partition, Random random, long nowMs) {
    watch(partition);
    if (underWay.size() < 5) {
      sendNext(shard, partition, random, nowMs);
    }
    if (random.nextInt(4) < shape.retries()) {
      underWay.stream()
          .skip(random.nextInt(underWay.size()))
          .findFirst()
          .ifPresent(sent -> submit(shard, partition, sent));
    }
  }

  private void sendNext(Shard shard, Partition partition, Random random, long nowMs) {
    List<String> values = new ArrayList<>();
    for (int i = random.nextInt(shape.maxRecords()); i >= 0; i--) {
      values.add(
          producerId
              + ":"
              + (nextSequence + values.size())
              + ":"
              + "x".repeat(random.nextInt(shape.maxValueBytes())));
    }
    Sent sent = new Sent(nextSequence, values, nowMs);
    nextSequence += values.size();
    underWay.add(sent);
    submit(shard, partition, sent);
  }

  /// Asks that a part of what readers may see is not kept.
  void raiseStart(Shard shard, Partition partition, Random random) {
    long asked = partition.highWatermark() - random.nextLong(4) * random.nextLong(4);
    highestStartAsked = Math.max(highestStartAsked, asked);
    answers.look(
        shard.raiseLogStart(partition, asked),
        result -> {
          if (result instanceof LogStartResult.StartsAt(long offset)) {
            assertTrue(offset >= asked && offset >= lowestStart, () -> offset + " for " + asked);
            lowestStart = offset;
          }
        });
  }

  /// After a restart: everything that got no answer is sent once more, as a producer does.
  void sendAgain(Shard shard, Partition partition) {
    for (Sent sent : underWay) {
      submit(shard, partition, sent);
    }
  }

  /// The log is what was acknowledged, then a prefix of what was under way.
  void checkAfterRecovery(Partition partition) throws IOException {
    assertTrue(
        partition.highWatermark() >= highestMarkSeen,
        () -> "mark " + partition.highWatermark() + " after " + highestMarkSeen + " was seen");
    int start = checkStart(partition);
    List<String> found = ValuesOf.partition(partition, start, 2_000);
    int end = start + found.size();
    List<String> possible = new ArrayList<>(acknowledged);
    assertTrue(
        end >= possible.size(),
        () -> "acknowledged " + acknowledged.size() + ", found up to " + end);
    for (Sent sent : underWay) {
      if (possible.size() < end) {
        possible.addAll(sent.values);
      }
    }
    assertEquals(possible.subList(start, possible.size()), found);
  }

  void checkAllIsAcknowledged(Partition partition) throws IOException {
    assertEquals(0, underWay.size());
    int start = checkStart(partition);
    assertEquals(
        acknowledged.subList(start, acknowledged.size()),
        ValuesOf.partition(partition, start, 2_000));
  }

  /// The start never goes back, and never passes what was asked for. What lies below it can not be read.
  private int checkStart(Partition partition) throws IOException {
    long start = partition.logStartOffset();
    assertTrue(
        lowestStart <= start && start <= Math.max(lowestStart, highestStartAsked),
        () -> "start " + start + " is not from " + lowestStart + " to " + highestStartAsked);
    lowestStart = start;
    if (start > 0) {
      assertInstanceOf(ReadResult.OffsetOutOfRange.class, partition.read(start - 1, 1));
    }
    return (int) start;
  }

  /// Whatever a reader sees is the beginning of what was sent, and stays.
  void checkRead(Partition partition, Random random) throws IOException {
    highestMarkSeen = Math.max(highestMarkSeen, partition.highWatermark());
    long start = checkStart(partition);
    long from =
        partition.highWatermark() == start
            ? start
            : random.nextLong(start, partition.highWatermark());
    List<String> sent = new ArrayList<>(acknowledged);
    underWay.forEach(batch -> sent.addAll(batch.values));
    List<String> found = ValuesOf.partition(partition, from, 2_000);
    assertEquals(sent.subList((int) from, (int) from + found.size()), found);
    assertEquals(partition.highWatermark() - from, found.size());
  }

  /// Whoever waits reads what the mark shows at once: from then on it must be there for ever.
  private void watch(Partition partition) {
    if (watched != partition) {
      watched = partition;
      AutoCloseable unused =
          partition.onHighWatermark(mark -> highestMarkSeen = Math.max(highestMarkSeen, mark));
    }
  }

  private void submit(Shard shard, Partition partition, Sent sent) {
    answers.look(
        shard.append(List.of(new PartitionAppend(partition, sent.batch(producerId)))).durable(),
        results -> answered(sent, results.getFirst()));
  }

  private void answered(Sent sent, AppendResult result) {
    long baseOffset =
        switch (result) {
          case AppendResult.Appended appended -> appended.baseOffset();
          case AppendResult.Duplicate duplicate -> duplicate.baseOffset();
          case AppendResult.Refused refused -> {
            assertEquals(
                AppendResult.Reason.UNKNOWN_PARTITION, refused.reason(), refused.message());
            yield -1;
          }
        };
    if (baseOffset < 0) {
      return;
    }
    Long before = baseOffsets.putIfAbsent(sent.sequence, baseOffset);
    if (before != null) {
      assertEquals(before, baseOffset, "what is sent again is answered as before");
      return;
    }
    assertEquals(sent, underWay.pollFirst(), "answers come in order");
    assertEquals(acknowledged.size(), baseOffset, "offsets are dense");
    acknowledged.addAll(sent.values);
    acknowledgedBatches++;
  }

  private record Sent(int sequence, List<String> values, long timestampMs) {
    ByteBuffer batch(long producerId) {
      RecordBatchBuilder builder =
          RecordBatchBuilder.uncompressed().producer(producerId, (short) 0, sequence);
      for (String value : values) {
        builder.append(timestampMs, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
      }
      return builder.build();
    }
  }
}
