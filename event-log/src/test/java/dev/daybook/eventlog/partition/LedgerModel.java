package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.record.TransactionMarker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one partition must hold that a few transactional producers write to, as they know it, and what readers of committed
/// records must be told. Each producer does one thing at a time, as with a coordinator: its epoch rises with each
/// transaction, and its marker is sent when all its batches are answered.
final class LedgerModel {
  private static final int PRODUCERS = 3;

  private final Answers answers;
  private final List<Writer> writers = new ArrayList<>();
  private final Map<Long, String> acknowledged = new TreeMap<>();
  private long highestStableSeen;
  private int expiries;

  LedgerModel(long firstProducerId, Answers answers) {
    this.answers = answers;
    for (int i = 0; i < PRODUCERS; i++) {
      writers.add(new Writer(firstProducerId + i));
    }
  }

  int acknowledgedParts() {
    return acknowledged.size();
  }

  /// Producers that are idle are forgotten, and the guards of all void.
  void expire(Shard shard, Partition partition, Duration after) {
    // Once for what is under way, and once for what is sent before the decision.
    expiries++;
    answers.look(shard.expireProducers(partition, after), forgotten -> expiries++);
  }

  /// One producer goes on: with a batch, or the end of its transaction.
  void send(Shard shard, Partition partition, Random random, long nowMs) {
    Writer writer = writers.get(random.nextInt(PRODUCERS));
    if (writer.underWay != null) {
      return;
    }
    if (writer.open && random.nextInt(3) == 0) {
      writer.underWay = new Marker(writer.epoch + 1, random.nextBoolean());
    } else {
      writer.underWay =
          new Batch(
              writer.epoch, writer.sequence, 1 + random.nextInt(3), random.nextInt(400), nowMs);
    }
    submit(shard, partition, writer);
  }

  /// After a restart: what got no answer is sent once more.
  void sendAgain(Shard shard, Partition partition) {
    for (Writer writer : writers) {
      if (writer.underWay != null) {
        submit(shard, partition, writer);
      }
    }
  }

  /// What was acknowledged is where it was said to be, and readers of committed records are told what follows from
  /// what is there.
  void check(Partition partition, Random random) throws IOException {
    long stable = partition.lastStableOffset();
    assertTrue(
        stable >= highestStableSeen,
        () -> "stable offset " + stable + " after " + highestStableSeen + " was seen");
    highestStableSeen = stable;
    assertTrue(stable <= partition.highWatermark(), "the stable offset is above the mark");
    Found found = find(partition);
    acknowledged.forEach(
        (offset, part) -> assertEquals(part, found.parts.get(offset), "offset " + offset));
    assertEquals(found.stableOffset(), stable);
    assertEquals(found.abortedIn(0, stable), partition.abortedTransactions(0, stable));
    for (Writer writer : writers) {
      assertEquals(
          Optional.ofNullable(found.open.get(writer.id)),
          partition.openTransaction(writer.id).map(OpenTransaction::firstOffset));
    }
    if (stable > 0) {
      checkRead(partition, random.nextLong(stable), found);
    }
  }

  void checkAllIsAcknowledged(Partition partition, Random random) throws IOException {
    writers.forEach(writer -> assertTrue(writer.underWay == null, "no answer came"));
    check(partition, random);
  }

  private static void checkRead(Partition partition, long from, Found found) throws IOException {
    long next = from;
    try (ReadResult.Batches read =
        assertInstanceOf(
            ReadResult.Batches.class, partition.read(from, 900, Isolation.READ_COMMITTED))) {
      for (Slice slice : read.slices()) {
        for (RecordBatch batch : RecordBatches.in(slice.read())) {
          next = batch.nextOffset();
        }
      }
      long end = next;
      long stable = read.lastStableOffset();
      assertTrue(from < end && end <= stable, () -> from + " to " + end + " of " + stable);
      List<AbortedTransaction> needed = found.abortedIn(from, end);
      assertTrue(read.aborted().containsAll(needed), () -> read.aborted() + " has not " + needed);
      assertTrue(found.aborted.containsAll(read.aborted()), () -> "" + read.aborted());
    }
  }

  private void submit(Shard shard, Partition partition, Writer writer) {
    Part part = writer.part();
    int expiriesBefore = expiries;
    answers.look(
        shard.append(List.of(writer.append(partition))).durable(),
        results -> {
          if (part.equals(writer.underWay)) {
            writer.answered(part, results.getFirst(), expiries > expiriesBefore);
          }
        });
  }

  /// Reads all there is, and follows it by itself.
  private static Found find(Partition partition) throws IOException {
    Found found = new Found();
    long next = 0;
    while (next < partition.highWatermark()) {
      try (ReadResult.Batches read =
          assertInstanceOf(ReadResult.Batches.class, partition.read(next, 2_000))) {
        for (Slice slice : read.slices()) {
          for (RecordBatch batch : RecordBatches.in(slice.read())) {
            assertEquals(next, batch.baseOffset());
            found.take(batch);
            next = batch.nextOffset();
          }
        }
      }
    }
    return found;
  }

  private static String nameOf(RecordBatch batch) {
    return batch.isControl()
        ? batch.producerId() + " ends with " + TransactionMarker.of(batch).orElseThrow()
        : batch.producerId() + " of " + batch.producerEpoch() + " from " + batch.baseSequence();
  }

  /// What the log says.
  private static final class Found {
    private final Map<Long, String> parts = new HashMap<>();
    private final Map<Long, Long> open = new HashMap<>();
    private final List<AbortedTransaction> aborted = new ArrayList<>();
    private long end;

    private void take(RecordBatch batch) {
      parts.put(batch.baseOffset(), nameOf(batch));
      end = batch.nextOffset();
      if (!batch.isControl()) {
        open.putIfAbsent(batch.producerId(), batch.baseOffset());
        return;
      }
      Long first = open.remove(batch.producerId());
      if (first != null && !TransactionMarker.of(batch).orElseThrow().commit()) {
        aborted.add(
            new AbortedTransaction(batch.producerId(), first, batch.baseOffset(), stableOffset()));
      }
    }

    private List<AbortedTransaction> abortedIn(long from, long to) {
      return aborted.stream().filter(one -> one.concerns(from, to)).toList();
    }

    private long stableOffset() {
      return open.values().stream().min(Long::compare).orElse(end);
    }
  }

  /// What a producer may have under way.
  private sealed interface Part {}

  private record Batch(int epoch, int sequence, int records, int bytes, long nowMs)
      implements Part {}

  private record Marker(int epoch, boolean commit) implements Part {}

  private final class Writer {
    private final long id;
    private int epoch;
    private int sequence;
    private boolean open;
    private @Nullable Part underWay;

    private Writer(long id) {
      this.id = id;
    }

    private Part part() {
      Part part = underWay;
      if (part == null) {
        throw new IllegalStateException("nothing is under way");
      }
      return part;
    }

    private AppendPart append(Partition partition) {
      return switch (part()) {
        case Marker(int newEpoch, boolean commit) ->
            new MarkerAppend(partition, new TransactionMarker(id, (short) newEpoch, 0, commit, 2));
        case Batch batch -> {
          PartitionAppend append = new PartitionAppend(partition, bytes(batch));
          yield partition
              .guard(id, (short) epoch)
              .map(guard -> append.with(guard.withRisingEpochs()))
              .orElse(append);
        }
      };
    }

    private ByteBuffer bytes(Batch batch) {
      RecordBatchBuilder builder =
          RecordBatchBuilder.uncompressed()
              .producer(id, (short) batch.epoch, batch.sequence)
              .transactional();
      for (int i = 0; i < batch.records; i++) {
        builder.append(batch.nowMs, null, ByteBuffer.allocate(batch.bytes));
      }
      return builder.build();
    }

    /// @param voided whether a guard from then may be void
    private void answered(Part part, AppendResult result, boolean voided) {
      long offset =
          switch (result) {
            case AppendResult.Appended appended -> appended.baseOffset();
            case AppendResult.Duplicate duplicate -> duplicate.baseOffset();
            case AppendResult.Refused refused -> {
              if (voided && refused.reason() == AppendResult.Reason.INVALID_TXN_STATE && !open) {
                underWay = null; // And is drawn anew, with a new guard.
              } else {
                assertEquals(
                    AppendResult.Reason.UNKNOWN_PARTITION, refused.reason(), refused.message());
              }
              yield -1;
            }
          };
      if (offset < 0) {
        return;
      }
      underWay = null;
      switch (part) {
        case Batch batch -> {
          acknowledged.put(offset, id + " of " + batch.epoch + " from " + batch.sequence);
          sequence += batch.records;
          open = true;
        }
        case Marker(int newEpoch, boolean commit) -> {
          acknowledged.put(
              offset, id + " ends with " + new TransactionMarker(id, (short) newEpoch, 0, commit));
          epoch = newEpoch;
          sequence = 0;
          open = false;
        }
      }
    }
  }
}
