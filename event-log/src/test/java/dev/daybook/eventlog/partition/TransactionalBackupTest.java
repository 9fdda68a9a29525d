package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.maintenance.Backup;
import dev.daybook.eventlog.maintenance.ClosedLog;
import dev.daybook.eventlog.maintenance.DataFormat;
import dev.daybook.eventlog.maintenance.Progress;
import dev.daybook.eventlog.maintenance.Restore;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.time.ManualScheduler;
import dev.daybook.eventlog.topic.TopicNames;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionReply;
import dev.daybook.eventlog.transaction.TransactionSettings;
import dev.daybook.eventlog.transaction.TransactionState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A backup that is taken in the middle of a transaction. What is restored goes on from there: what was open is open, and may
/// be committed or run out of time; an end that was decided is carried out.
class TransactionalBackupTest {
  private static final Path DATA = Path.of("/data");
  private static final Path BACKUP = Path.of("/backup");
  private static final Path RESTORED = Path.of("/restored");
  private static final short OLD = 0;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final ManualClock clock = new ManualClock();
  private final List<TransactionMarker> asked = new ArrayList<>();
  private DataFormat format;
  private SteppedShard scene;
  private ManualScheduler scheduler;
  private TransactionCoordinator coordinator;
  private Partition orders;
  private Partition offsets;

  @BeforeEach
  void begin() throws IOException {
    disk.createDirectories(DATA);
    format = DataFormat.of(disk, DATA);
    scene = new SteppedShard(disk, clock);
    orders = scene.create("orders");
    offsets = scene.create(TopicNames.GROUP_OFFSETS);
    coordinate();
  }

  @Test
  void anOpenTransactionIsOpenInWhatIsRestoredAndItsProducerEndsIt() throws IOException {
    ProducerIdentity producer = init("t");
    write(producer, 0);
    backUpAndRestore();

    assertEquals(TransactionState.ONGOING, state("t"));
    assertEquals(0, orders.lastStableOffset());
    write(producer, 1);
    done(coordinator.end("t", producer, true, Transaction.RAISES_EPOCH));

    assertEquals(TransactionState.COMPLETE_COMMIT, state("t"));
    assertEquals(3, orders.highWatermark());
    assertEquals(3, orders.lastStableOffset());
    assertEquals(List.of(), orders.abortedTransactions(0, 3));
  }

  @Test
  void anOpenTransactionThatNobodyEndsRunsOutOfTimeInWhatIsRestored() throws IOException {
    write(init("t"), 0);
    backUpAndRestore();

    pass(Duration.ofMinutes(3));

    assertEquals(TransactionState.COMPLETE_ABORT, state("t"));
    assertEquals(orders.highWatermark(), orders.lastStableOffset());
    assertEquals(1, orders.abortedTransactions(0, orders.highWatermark()).size());
  }

  @Test
  void anEndThatIsPreparedIsCarriedOutInWhatIsRestored() throws IOException {
    ProducerIdentity producer = init("t");
    write(producer, 0);
    commitOffsets(producer);
    var _ = coordinator.end("t", producer, true, OLD);
    scene.shard.settle();
    assertEquals(TransactionState.PREPARE_COMMIT, state("t"));
    backUpAndRestore();

    assertEquals(TransactionState.PREPARE_COMMIT, state("t"));
    assertEquals(0, offsets.lastStableOffset());
    assertEquals(orders.highWatermark(), orders.lastStableOffset());
    TransactionMarker marker = asked.getLast();
    assertTrue(marker.commit());
    appended(coordinator.appendOffsets(0, new PartitionAppend(offsets, marker.batch(1))));

    assertEquals(TransactionState.COMPLETE_COMMIT, state("t"));
    assertEquals(offsets.highWatermark(), offsets.lastStableOffset());
    assertEquals(List.of(), offsets.abortedTransactions(0, offsets.highWatermark()));
  }

  @Test
  void whatEndedAfterTheBackupIsOpenInWhatIsRestored() throws IOException {
    ProducerIdentity producer = init("t");
    write(producer, 0);
    Snapshot before = snapshot();
    done(coordinator.end("t", producer, true, OLD));
    assertEquals(2, orders.lastStableOffset());
    restore(before);

    assertEquals(TransactionState.ONGOING, state("t"));
    assertEquals(0, orders.lastStableOffset());
    ProducerIdentity next = init("t");
    assertTrue(next.epoch() > producer.epoch() || next.id() != producer.id());
    assertEquals(orders.highWatermark(), orders.lastStableOffset());
  }

  private void backUpAndRestore() throws IOException {
    restore(snapshot());
  }

  private Snapshot snapshot() throws IOException {
    scene.shard.settle();
    return scene.shard.snapshot().join();
  }

  /// The log in its old place is the restored one from now on.
  private void restore(Snapshot taken) throws IOException {
    try (Snapshot snapshot = taken) {
      Backup.write(
          disk,
          snapshot,
          format,
          scene.shard.topics(),
          Instant.ofEpochMilli(clock.wallMs()),
          BACKUP,
          Backup.OnDamage.REFUSE,
          Progress.NONE);
    }
    coordinator.close();
    scene.shard.close();
    Restore.run(
        new ClosedLog(disk, RESTORED, clock, new JournalConfig(16 << 10, 32 << 10), new Random(5)),
        BACKUP,
        Progress.NONE);
    disk.rename(DATA, Path.of("/former"));
    disk.rename(RESTORED, DATA);
    scene = new SteppedShard(disk, clock, new Random(9));
    orders = scene.partition("orders");
    offsets = scene.partition(TopicNames.GROUP_OFFSETS);
    asked.clear();
    coordinate();
  }

  private void coordinate() throws IOException {
    scheduler = new ManualScheduler(clock);
    coordinator =
        new TransactionCoordinator(
            new ShardForTransactions(scene.shard),
            TransactionSettings.of(Map.of(TransactionSettings.STATE_PARTITIONS, "2")),
            clock,
            scheduler);
    coordinator.start(
        (partition, marker) -> {
          asked.add(marker);
          return new CompletableFuture<>();
        });
    scene.shard.settle();
  }

  private void pass(Duration time) throws IOException {
    for (long second = 0; second < time.toSeconds(); second += 5) {
      scheduler.advance(Duration.ofSeconds(5));
      scene.shard.settle();
    }
  }

  private void write(ProducerIdentity producer, int sequence) throws IOException {
    appended(coordinator.append("t", true, List.of(batch(orders, producer, sequence))));
  }

  private void commitOffsets(ProducerIdentity producer) throws IOException {
    assertEquals(Optional.empty(), answer(coordinator.join("t", producer, 0, true)));
    appended(coordinator.appendOffsets(0, batch(offsets, producer, -1)));
  }

  private static PartitionAppend batch(
      Partition partition, ProducerIdentity producer, int sequence) {
    return new PartitionAppend(
        partition,
        RecordBatchBuilder.uncompressed()
            .producer(producer.id(), producer.epoch(), sequence)
            .transactional()
            .append(1, ByteBuffer.allocate(1), ByteBuffer.allocate(1))
            .build());
  }

  private TransactionState state(String id) throws IOException {
    return answer(coordinator.list(one -> one.id().equals(id))).getFirst().state();
  }

  /// Who fences an open transaction is told to ask again when it is over.
  private ProducerIdentity init(String id) throws IOException {
    var _ = answer(coordinator.init(id, 60_000, Optional.empty()));
    return done(coordinator.init(id, 60_000, Optional.empty()));
  }

  private ProducerIdentity done(CompletableFuture<TransactionReply> reply) throws IOException {
    return assertInstanceOf(TransactionReply.Done.class, answer(reply)).producer();
  }

  private void appended(Append append) throws IOException {
    assertInstanceOf(AppendResult.Appended.class, answer(append.durable()).getFirst());
  }

  private <T> T answer(CompletableFuture<T> reply) throws IOException {
    scene.shard.settle();
    assertTrue(reply.isDone(), "no answer");
    return reply.join();
  }
}
