package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.TransactionMarker;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/// What a partition knows of one producer: its epoch, its last batches, and its transaction. Part of [ProducerState].
final class KnownProducer {
  /// As many requests as a producer may have in flight.
  private static final int REMEMBERED_BATCHES = 5;

  private static final int NO_COORDINATOR = -1;
  private static final long NO_TRANSACTION = -1;
  private static final short NOT_REOPENED = -1;

  private final Deque<Appended> batches = new ArrayDeque<>(REMEMBERED_BATCHES);
  private short epoch;
  private int nextSequence;
  private int coordinatorEpoch = NO_COORDINATOR;
  private long lastTimestampMs = RecordBatch.NO_TIMESTAMP;
  private long firstOffset = NO_TRANSACTION;

  /// The epoch of the open transaction's records, when its marker is lost.
  private short reopenedEpoch = NOT_REOPENED;

  /// By the monotonic clock of this life; only the appender's copy knows.
  private long usedNs;

  KnownProducer(short epoch) {
    this.epoch = epoch;
  }

  short epoch() {
    return epoch;
  }

  int nextSequence() {
    return nextSequence;
  }

  /// The sequence of its last record; -1 when it has none of this epoch.
  int lastSequence() {
    return batches.isEmpty() ? RecordBatch.NO_PRODUCER : batches.getLast().lastSequence;
  }

  /// Of the last marker; -1 when there was none.
  int coordinatorEpoch() {
    return coordinatorEpoch;
  }

  /// Of its last batch or marker.
  long lastTimestampMs() {
    return lastTimestampMs;
  }

  /// Where its open transaction begins.
  OptionalLong firstOffset() {
    return firstOffset == NO_TRANSACTION ? OptionalLong.empty() : OptionalLong.of(firstOffset);
  }

  boolean inTransaction() {
    return firstOffset != NO_TRANSACTION;
  }

  /// Whether its open transaction had ended, and the marker is lost.
  boolean isReopened() {
    return reopenedEpoch != NOT_REOPENED;
  }

  /// The epoch of its open transaction's records.
  short transactionEpoch() {
    return isReopened() ? reopenedEpoch : epoch;
  }

  /// Whether a batch of this epoch belongs to its open transaction.
  boolean continues(short batchEpoch) {
    return inTransaction() && !isReopened() && epoch == batchEpoch;
  }

  /// Whether it has written anything; not so of one whose first batch was turned away for the moment.
  boolean hasWritten() {
    return !batches.isEmpty() || inTransaction() || coordinatorEpoch != NO_COORDINATOR;
  }

  /// Where the batch lies that has these sequences, if it is one of the last.
  OptionalLong find(RecordBatch batch) {
    for (Appended appended : batches) {
      if (appended.firstSequence == batch.baseSequence()
          && appended.lastSequence == batch.lastSequence()) {
        return OptionalLong.of(appended.baseOffset);
      }
    }
    return OptionalLong.empty();
  }

  long usedNs() {
    return usedNs;
  }

  void used(long nowNs) {
    usedNs = nowNs;
  }

  void expect(int sequence) {
    nextSequence = sequence;
  }

  /// Takes a batch of records into account.
  void replay(RecordBatch batch) {
    become(batch.producerEpoch());
    if (batch.baseSequence() >= 0) {
      add(new Appended(batch.baseSequence(), batch.lastSequence(), batch.baseOffset()));
    }
    lastTimestampMs = batch.maxTimestampMs();
    if (batch.isTransactional() && !inTransaction()) {
      firstOffset = batch.baseOffset();
    }
  }

  /// Takes the end of its transaction into account.
  void replay(TransactionMarker marker, long timestampMs) {
    become(marker.producerEpoch());
    coordinatorEpoch = marker.coordinatorEpoch();
    lastTimestampMs = timestampMs;
    firstOffset = NO_TRANSACTION;
    reopenedEpoch = NOT_REOPENED;
  }

  /// Its transaction of this epoch is open after all. What was known of its later batches stays: it goes on from there.
  void reopen(long transactionsFirstOffset, short transactionsEpoch) {
    firstOffset = transactionsFirstOffset;
    reopenedEpoch = transactionsEpoch;
  }

  KnownProducer copy() {
    KnownProducer copy = new KnownProducer(epoch);
    copy.batches.addAll(batches);
    copy.nextSequence = nextSequence;
    copy.coordinatorEpoch = coordinatorEpoch;
    copy.lastTimestampMs = lastTimestampMs;
    copy.firstOffset = firstOffset;
    copy.reopenedEpoch = reopenedEpoch;
    return copy;
  }

  void write(DataOutput out) throws IOException {
    out.writeShort(epoch);
    out.writeInt(nextSequence);
    out.writeByte(batches.size());
    for (Appended appended : batches) {
      out.writeInt(appended.firstSequence);
      out.writeInt(appended.lastSequence);
      out.writeLong(appended.baseOffset);
    }
    out.writeInt(coordinatorEpoch);
    out.writeLong(lastTimestampMs);
    out.writeLong(firstOffset);
    out.writeShort(reopenedEpoch);
  }

  /// @param format of the producers file; in 1 nobody had a transaction, in 2 none was reopened
  static KnownProducer read(DataInput in, int format) throws IOException {
    KnownProducer producer = new KnownProducer(in.readShort());
    int nextSequence = in.readInt();
    int batches = in.readUnsignedByte();
    for (int b = 0; b < batches; b++) {
      producer.add(new Appended(in.readInt(), in.readInt(), in.readLong()));
    }
    producer.nextSequence = nextSequence;
    if (format > 1) {
      producer.coordinatorEpoch = in.readInt();
      producer.lastTimestampMs = in.readLong();
      producer.firstOffset = in.readLong();
    }
    if (format > 2) {
      producer.reopenedEpoch = in.readShort();
    }
    return producer;
  }

  private void become(short newEpoch) {
    if (epoch != newEpoch) {
      epoch = newEpoch;
      nextSequence = 0;
      batches.clear();
    }
  }

  private void add(Appended appended) {
    if (batches.size() == REMEMBERED_BATCHES) {
      batches.removeFirst();
    }
    batches.addLast(appended);
    nextSequence = sequenceAfter(appended.lastSequence);
  }

  private static int sequenceAfter(int sequence) {
    return sequence == Integer.MAX_VALUE ? 0 : sequence + 1;
  }

  private record Appended(int firstSequence, int lastSequence, long baseOffset) {}
}
