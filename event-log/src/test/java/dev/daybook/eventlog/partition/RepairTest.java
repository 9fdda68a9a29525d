package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.Checkpoint;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.journal.JournalEntry;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.maintenance.ClosedLog;
import dev.daybook.eventlog.maintenance.Repair;
import dev.daybook.eventlog.partition.OpenTransaction.Standing;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A loss is accepted by somebody, and written down; then the log goes on.
class RepairTest {
  private static final Path DATA = Path.of("/data");
  private static final Path PARTITIONS = DATA.resolve("shard-0/partitions");

  @Test
  void changesNothingWhereNothingIsDamaged() throws IOException {
    SimulatedDisk disk = DamageImage.write().disk(1);
    assertEquals(Map.of(), repair(disk).knownDamage());
    assertEquals(Optional.empty(), repair(disk).acceptLoss("a test"));
    SteppedShard stepped = new SteppedShard(disk);
    assertEquals(0, DamageImage.partition(stepped.shard, "orders").leaderEpoch());
  }

  @Test
  void letsConsumersSkipAndProducersAppendAndClientsKnow() throws IOException {
    SimulatedDisk disk = DamageImage.write().disk(1);
    PartitionId id = idOf(disk, "orders");
    Path segment = PARTITIONS.resolve(id.directoryName()).resolve("00000000000000000000.log");
    disk.flipBit(segment, 200, 1);

    Repair.Accepted accepted = repair(disk).acceptLoss("a test").orElseThrow();

    DamagedRange lost = accepted.lost().get("orders-0").getFirst();
    assertTrue(accepted.epoch() > 0);
    SteppedShard stepped = new SteppedShard(disk);
    Partition orders = DamageImage.partition(stepped.shard, "orders");
    assertFalse(orders.damage().isOpen());
    assertEquals(accepted.epoch(), orders.leaderEpoch());
    assertEquals(lost.toOffset(), firstOffset(orders.read(lost.fromOffset(), 100)));
    Append append = stepped.append(orders, stepped.batch(10));
    stepped.step();
    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
    stepped.shard.close();
    assertEquals(Optional.empty(), repair(disk).acceptLoss("a test"), "there is no more to accept");
  }

  @Test
  void saysWhyALossCannotBeAcceptedWhereTheJournalHasNoRoomForIt() throws IOException {
    SimulatedDisk disk = DamageImage.write().disk(1);
    Path segment =
        PARTITIONS
            .resolve(idOf(disk, "orders").directoryName())
            .resolve("00000000000000000000.log");
    disk.flipBit(segment, 200, 1);
    disk.limitBytes(0);
    fillJournal(disk);
    // Enough to note the damage.
    disk.limitBytes(4 << 10);

    IOException failure = assertThrows(IOException.class, () -> repair(disk).acceptLoss("a test"));

    assertTrue(failure.getMessage().contains("free some space"), failure::toString);
    disk.limitBytes(1 << 20);
    assertTrue(repair(disk).acceptLoss("a test").isPresent());
  }

  /// Leaves one file of it, and no room in that for another entry.
  private static void fillJournal(SimulatedDisk disk) throws IOException {
    Path directory = DATA.resolve("shard-0/journal");
    boolean keptSpare;
    try (Checkpoint checkpoint = Checkpoint.open(disk, DATA.resolve("shard-0/checkpoint"));
        FileJournal journal = openJournal(disk, directory, checkpoint)) {
      journal.trim(journal.nextSequence() - 1);
      while (journal.giveUpSpareFile()) {}
      keptSpare = journal.bytesToPrepare() == 0;
      while (journal.fits(1)) {
        journal.append(new JournalEntry(journal.nextSequence(), List.of()), () -> {});
      }
    }
    List<Path> files =
        disk.list(directory).stream().filter(file -> file.toString().endsWith(".journal")).toList();
    assertEquals(keptSpare ? 2 : 1, files.size());
    if (keptSpare) {
      disk.delete(files.getLast());
    }
  }

  private static FileJournal openJournal(SimulatedDisk disk, Path directory, Checkpoint checkpoint)
      throws IOException {
    return FileJournal.open(
        disk,
        directory,
        new JournalConfig(16 << 10, SteppedShard.JOURNAL_FILE_BYTES),
        checkpoint.latest().orElseThrow().sequence(),
        new Random(5));
  }

  @Test
  void takesWhatIsLeftOfACatalogueWithAHole() throws IOException {
    SimulatedDisk disk = DamageImage.write().disk(1);
    Path catalogue =
        PARTITIONS
            .resolve(PartitionId.CATALOGUE.directoryName())
            .resolve("00000000000000000000.log");
    disk.flipBit(catalogue, 100, 0);
    assertThrows(IOException.class, () -> new SteppedShard(disk));

    Repair.Accepted accepted = repair(disk).acceptLoss("a test").orElseThrow();

    assertEquals(List.of("the catalogue of topics"), List.copyOf(accepted.lost().keySet()));
    SteppedShard stepped = new SteppedShard(disk);
    assertEquals(2, stepped.shard.topics().all().size(), "two of three topics are left");
    stepped.create("another");
  }

  @Test
  void makesCheckpointsAnewOfWhichBothAreDamaged() throws IOException {
    DamageImage image = DamageImage.write();
    SimulatedDisk disk = image.disk(1);
    for (String slot : List.of("slot-0", "slot-1")) {
      disk.flipBit(DATA.resolve("shard-0/checkpoint").resolve(slot), 20, 1);
    }
    assertEquals(-1, image.check(disk), "a start does not guess");

    assertTrue(repair(disk).acceptLoss("a test").isPresent());

    assertEquals(0, image.check(disk), "nothing was lost but the checkpoints");
  }

  @Test
  void makesCheckpointsAnewOfWhichBothAreGone() throws IOException {
    DamageImage image = DamageImage.write();
    SimulatedDisk disk = image.disk(1);
    Path slots = DATA.resolve("shard-0/checkpoint");
    for (Path slot : disk.list(slots)) {
      disk.delete(slot);
    }
    disk.delete(slots);
    assertEquals(-1, image.check(disk), "a start does not begin anew");

    assertTrue(repair(disk).acceptLoss("a test").isPresent());

    assertEquals(0, image.check(disk), "nothing was lost but the checkpoints");
  }

  @Test
  void acceptsOnlyWhatWasWrittenDownWhereverItIsStopped() throws IOException {
    DamageImage image = DamageImage.write();
    PartitionId id = idOf(image.disk(1), "orders");
    boolean stopped = true;
    for (int change = 1; stopped; change += 3) {
      SimulatedDisk disk = image.disk(change);
      try (DiskFile file =
          disk.open(PARTITIONS.resolve(id.directoryName()).resolve("00000000000000000000.log"))) {
        file.write(200, ByteBuffer.wrap(new byte[] {1, 2, 3}));
        file.force();
      }
      disk.cutPowerAt(disk.changes() + change);
      try {
        repair(disk).acceptLoss("a test");
        stopped = false;
        disk.cutPowerAt(-1);
      } catch (PowerCut _) {
        disk = disk.afterPowerCut();
      }
      SteppedShard found = new SteppedShard(disk);
      Partition orders = DamageImage.partition(found.shard, "orders");
      assertTrue(
          orders.damage().accepted().isEmpty() || orders.leaderEpoch() > 0, "change " + change);
      found.shard.close();
      repair(disk).acceptLoss("a test");
      SteppedShard repaired = new SteppedShard(disk);
      Partition whole = DamageImage.partition(repaired.shard, "orders");
      assertFalse(whole.damage().isOpen(), "change " + change);
      assertTrue(whole.leaderEpoch() > 0, "change " + change);
      repaired.shard.close();
    }
  }

  @Test
  void aTransactionWhoseEndIsLostWaitsForAnAdministrator() throws IOException {
    SimulatedDisk disk = DamageImage.write().disk(1);
    SteppedShard stepped = new SteppedShard(disk);
    Partition orders = DamageImage.partition(stepped.shard, "orders");
    long first = orders.highWatermark();
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .producer(99, (short) 0, 0)
            .transactional()
            .append(stepped.clock.wallMs(), null, ByteBuffer.allocate(10))
            .build();
    stepped.shard.append(
        List.of(
            new PartitionAppend(orders, batch).with(orders.guard(99, (short) 0).orElseThrow()),
            new MarkerAppend(orders, new TransactionMarker(99, (short) 0, 0, false)),
            new PartitionAppend(orders, stepped.batch(10))));
    stepped.step();
    assertEquals(first + 3, orders.lastStableOffset());
    stepped.shard.close();
    Path folder = PARTITIONS.resolve(orders.id().directoryName());
    Path last =
        disk.list(folder).stream()
            .filter(path -> path.toString().endsWith(".log"))
            .max(java.util.Comparator.naturalOrder())
            .orElseThrow();
    long plainBytes = RecordBatch.HEADER_BYTES + 17;
    disk.flipBit(last, disk.contents().get(last).length - plainBytes - 3, 0);

    Repair.Accepted accepted = repair(disk).acceptLoss("a test").orElseThrow();

    DamagedRange lost = accepted.lost().get("orders-0").getFirst();
    assertEquals(first + 1, lost.fromOffset());
    SteppedShard again = new SteppedShard(disk);
    Partition repaired = DamageImage.partition(again.shard, "orders");
    assertEquals(first, repaired.lastStableOffset());
    assertEquals(
        new OpenTransaction(99, (short) 0, first, Standing.ENDED),
        repaired.openTransaction(99).orElseThrow());
    again.shard.append(
        List.of(new MarkerAppend(repaired, new TransactionMarker(99, (short) 0, 0, false))));
    again.step();
    assertEquals(repaired.highWatermark(), repaired.lastStableOffset());
    assertEquals(1, repaired.abortedTransactions(0, repaired.highWatermark()).size());
  }

  private static PartitionId idOf(SimulatedDisk disk, String name) throws IOException {
    SteppedShard stepped = new SteppedShard(disk);
    PartitionId id = DamageImage.partition(stepped.shard, name).id();
    stepped.shard.close();
    return id;
  }

  private static long firstOffset(ReadResult result) throws IOException {
    try (ReadResult.Batches batches = assertInstanceOf(ReadResult.Batches.class, result)) {
      return RecordBatch.at(batches.slices().getFirst().read(), 0).baseOffset();
    }
  }

  private static Repair repair(SimulatedDisk disk) {
    return new Repair(
        new ClosedLog(
            disk, DATA, new ManualClock(), new JournalConfig(16 << 10, 32 << 10), new Random(7)));
  }
}
