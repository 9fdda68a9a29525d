package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.RecordBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// What a partition knows of its idempotent producers (KIP-98): for each, its epoch and its last five
/// batches, so that a batch sent again is recognised however often it is sent.
///
/// Asked by [#check], changed only by [#replay]: a live append, recovery and the segment writer take the same
/// road. Owned by whoever holds it; not thread-safe.
final class ProducerState {
  /// As many requests as a producer may have in flight.
  private static final int REMEMBERED_BATCHES = 5;

  private final Map<Long, Producer> producers = new HashMap<>();

  /// Whether this batch is the producer's next one.
  Verdict check(RecordBatch batch) {
    Producer producer = producers.get(batch.producerId());
    if (producer == null) {
      // As in Kafka: of a producer nobody remembers any sequence may be the first.
      return new Verdict.InSequence();
    }
    if (batch.producerEpoch() < producer.epoch) {
      return new Verdict.Fenced(producer.epoch);
    }
    if (batch.producerEpoch() > producer.epoch) {
      return batch.baseSequence() == 0 ? new Verdict.InSequence() : new Verdict.OutOfOrder(0);
    }
    for (Appended appended : producer.batches) {
      if (appended.firstSequence == batch.baseSequence()
          && appended.lastSequence == batch.lastSequence()) {
        return new Verdict.Duplicate(appended.baseOffset);
      }
    }
    return batch.baseSequence() == producer.nextSequence
        ? new Verdict.InSequence()
        : new Verdict.OutOfOrder(producer.nextSequence);
  }

  /// Takes an appended batch into account.
  void replay(RecordBatch batch) {
    if (batch.producerId() < 0 || batch.baseSequence() < 0) {
      return;
    }
    Producer producer =
        producers.computeIfAbsent(batch.producerId(), id -> new Producer(batch.producerEpoch()));
    if (producer.epoch != batch.producerEpoch()) {
      producer.epoch = batch.producerEpoch();
      producer.batches.clear();
    }
    producer.add(new Appended(batch.baseSequence(), batch.lastSequence(), batch.baseOffset()));
  }

  /// Remembers that a batch of a yet unknown producer was turned away for the moment, so that the batches
  /// that follow it in flight do not slip in before it.
  void expect(RecordBatch refused) {
    if (refused.producerId() >= 0 && !producers.containsKey(refused.producerId())) {
      Producer producer = new Producer(refused.producerEpoch());
      producer.nextSequence = refused.baseSequence();
      producers.put(refused.producerId(), producer);
    }
  }

  boolean isEmpty() {
    return producers.isEmpty();
  }

  /// The last batch of each, which compaction keeps.
  LastBatches lastBatches() {
    Map<Long, LastBatches.End> ends = new HashMap<>();
    producers.forEach(
        (id, producer) -> {
          int last = producer.batches.isEmpty() ? -1 : producer.batches.getLast().lastSequence;
          ends.put(id, new LastBatches.End(producer.epoch, last));
        });
    return new LastBatches(ends);
  }

  ProducerState copy() {
    ProducerState copy = new ProducerState();
    producers.forEach((id, producer) -> copy.producers.put(id, producer.copy()));
    return copy;
  }

  /// Writes what [#read] reads: count, then for each producer id, epoch, next sequence and its batches.
  void write(DataOutput out) throws IOException {
    out.writeInt(producers.size());
    for (Map.Entry<Long, Producer> entry : producers.entrySet()) {
      Producer producer = entry.getValue();
      out.writeLong(entry.getKey());
      out.writeShort(producer.epoch);
      out.writeInt(producer.nextSequence);
      out.writeByte(producer.batches.size());
      for (Appended appended : producer.batches) {
        out.writeInt(appended.firstSequence);
        out.writeInt(appended.lastSequence);
        out.writeLong(appended.baseOffset);
      }
    }
  }

  static ProducerState read(DataInput in) throws IOException {
    ProducerState state = new ProducerState();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      long id = in.readLong();
      Producer producer = new Producer(in.readShort());
      int nextSequence = in.readInt();
      int batches = in.readUnsignedByte();
      for (int b = 0; b < batches; b++) {
        producer.add(new Appended(in.readInt(), in.readInt(), in.readLong()));
      }
      producer.nextSequence = nextSequence;
      state.producers.put(id, producer);
    }
    return state;
  }

  private static int sequenceAfter(int sequence) {
    return sequence == Integer.MAX_VALUE ? 0 : sequence + 1;
  }

  /// What the state says of a batch.
  sealed interface Verdict {
    record InSequence() implements Verdict {}

    record Duplicate(long baseOffset) implements Verdict {}

    record OutOfOrder(int expectedSequence) implements Verdict {}

    record Fenced(short currentEpoch) implements Verdict {}
  }

  private record Appended(int firstSequence, int lastSequence, long baseOffset) {}

  private static final class Producer {
    private final Deque<Appended> batches = new ArrayDeque<>(REMEMBERED_BATCHES);
    private short epoch;
    private int nextSequence;

    private Producer(short epoch) {
      this.epoch = epoch;
    }

    private void add(Appended appended) {
      if (batches.size() == REMEMBERED_BATCHES) {
        batches.removeFirst();
      }
      batches.addLast(appended);
      nextSequence = sequenceAfter(appended.lastSequence);
    }

    private Producer copy() {
      Producer copy = new Producer(epoch);
      copy.batches.addAll(batches);
      copy.nextSequence = nextSequence;
      return copy;
    }
  }
}
