package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.TopicNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A disk that fills up: appends are refused, everything that helps goes on, and so does the log when there is room.
class FullDiskTest {
  private static final Path RESERVE = Path.of("/data/shard-0/reserve");
  private static final long MUCH = 4 << 20;

  private final ManualClock clock = new ManualClock();
  private final Random salts = new Random(1);
  private SimulatedDisk disk = new SimulatedDisk(1);

  @Test
  void theReserveIsNoFileAtFirstAndARealOneAWhileLater() throws IOException {
    SteppedShard scene = open();
    scene.shard.checkpointer().doWork();
    assertEquals(0, reserveBytes(scene));

    grow(scene);

    assertEquals(SteppedShard.RESERVE_BYTES, reserveBytes(scene));
    scene.shard.close();
  }

  @Test
  void whenSomebodyFillsTheDiskOnlyAppendsAreRefused() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    Partition payments = scene.create("payments");
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    append(scene, orders);
    append(scene, payments);
    grow(scene);

    disk.limitBytes(0);
    look(scene);

    assertEquals(AppendResult.Reason.STORAGE_FULL, refused(scene, orders));
    assertInstanceOf(ReadResult.Batches.class, orders.read(0, 100));
    append(scene, offsets);
    scene.shard.settle();
    CompletableFuture<LogStartResult> raised = scene.shard.raiseLogStart(orders, 1);
    CompletableFuture<CatalogDecision> deleted = scene.shard.deleteTopic(payments.topic().id());
    scene.shard.settle();
    assertEquals(new LogStartResult.StartsAt(1), raised.join());
    assertInstanceOf(CatalogDecision.Accepted.class, deleted.join());
    assertTrue(reserveBytes(scene) < SteppedShard.RESERVE_BYTES, "the reserve made room");

    disk.limitBytes(MUCH);
    look(scene);
    append(scene, orders);
    grow(scene);
    assertEquals(SteppedShard.RESERVE_BYTES, reserveBytes(scene));
    scene.shard.close();
  }

  @Test
  void appendsComeBackOnlyWhenThereIsClearlyRoom() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    grow(scene);
    disk.limitBytes(0);
    look(scene);
    assertEquals(AppendResult.Reason.STORAGE_FULL, refused(scene, orders));

    disk.limitBytes(SteppedShard.RESERVE_BYTES / 8);
    look(scene);
    assertEquals(AppendResult.Reason.STORAGE_FULL, refused(scene, orders));

    disk.limitBytes(MUCH);
    look(scene);
    append(scene, orders);
    scene.shard.close();
  }

  @Test
  void recordsDeletedOnAFullDiskFreeTheirFilesAtOnce() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    append(scene, orders);
    grow(scene);
    disk.limitBytes(0);
    look(scene);

    CompletableFuture<LogStartResult> raised = scene.shard.raiseLogStart(orders, 1);
    scene.shard.settle();
    scene.shard.checkpointer().doWork();

    assertEquals(new LogStartResult.StartsAt(1), raised.join());
    assertEquals(
        0,
        disk.list(Path.of("/data/shard-0/partitions").resolve(orders.id().directoryName())).stream()
            .filter(file -> file.toString().endsWith(".log"))
            .count());
    scene.shard.close();
  }

  @Test
  void commitsGoOnForManyJournalFilesOnAFullDisk() throws IOException {
    SteppedShard scene = open();
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    scene.create("orders");
    grow(scene);
    disk.limitBytes(0);
    look(scene);
    int accepted = 0;
    for (int i = 0; i < 400; i++) {
      Append append = scene.append(offsets, scene.batch(100));
      for (int turn = 0; turn < 8 && !append.durable().isDone(); turn++) {
        clock.advance(Duration.ofSeconds(2));
        scene.step();
        scene.shard.checkpointer().doWork();
        scene.shard.segmentWriter().doWork();
        scene.shard.checkpointer().doWork();
      }
      assertTrue(append.durable().isDone(), "the appender waits for ever");
      if (append.durable().join().getFirst() instanceof AppendResult.Appended) {
        accepted++;
      }
    }

    assertTrue(accepted > 300, "only " + accepted);
    scene.shard.close();
  }

  @Test
  void aProcessThatRanOutOfRoomStartsAgainOnTheFullDisk() throws IOException {
    fillUpAndRestart(0, 60);
  }

  @Test
  @Tag("ci")
  void aProcessThatRanOutOfRoomStartsAgainOnTheFullDiskInManyRuns() throws IOException {
    fillUpAndRestart(10_000, 2_000);
  }

  private void fillUpAndRestart(long firstSeed, int seeds) throws IOException {
    int ranOut = 0;
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      try {
        ranOut += fillUpAndRestart(seed) ? 1 : 0;
      } catch (IOException | AssertionError | RuntimeException failure) {
        throw new AssertionError("seed=" + seed, failure);
      }
    }
    assertTrue(ranOut > seeds / 4, "only " + ranOut + " of " + seeds + " ran out of room");
  }

  /// @return whether an owner found no room in the middle of a write
  private boolean fillUpAndRestart(long seed) throws IOException {
    Random random = new Random(seed);
    disk = new SimulatedDisk(seed);
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    scene.create(TopicNames.GROUP_OFFSETS);
    grow(scene);
    long acknowledged = 0;
    boolean ranOut = false;
    try {
      for (int i = 0; i < 60; i++) {
        if (i == 20) {
          // Somebody else takes all but this, right under the owners' feet.
          disk.limitBytes(random.nextInt(20 << 10));
        }
        Append append = scene.append(orders, scene.batch(random.nextInt(3 << 10)));
        scene.shard.appender().doWork();
        if (append.durable().isDone()
            && append.durable().join().getFirst() instanceof AppendResult.Appended appended) {
          acknowledged = appended.lastOffset() + 1;
        }
        if (random.nextInt(3) == 0) {
          scene.shard.segmentWriter().drain();
        }
      }
      scene.shard.close();
    } catch (IOException e) {
      assertTrue(DiskFull.isCauseOf(e), e::toString);
      ranOut = true;
    }
    for (int life = 0; life < 3; life++) {
      disk = random.nextBoolean() ? disk.afterKill() : disk.afterPowerCut();
      acknowledged = liveOnTheFullDisk(acknowledged);
    }
    disk = disk.afterKill();
    disk.limitBytes(MUCH);
    scene = open();
    append(scene, scene.partition("orders"));
    scene.shard.close();
    return ranOut;
  }

  private long liveOnTheFullDisk(long acknowledged) throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.partition("orders");
    assertTrue(orders.highWatermark() >= acknowledged, "acknowledged records are lost");
    if (orders.logStartOffset() < orders.highWatermark()) {
      assertInstanceOf(ReadResult.Batches.class, orders.read(orders.logStartOffset(), 100));
    }
    assertEquals(AppendResult.Reason.STORAGE_FULL, refused(scene, orders));
    CompletableFuture<LogStartResult> raised =
        scene.shard.raiseLogStart(orders, orders.logStartOffset() + 1);
    append(scene, scene.partition(TopicNames.GROUP_OFFSETS));
    scene.shard.settle();
    assertTrue(raised.isDone());
    long end = orders.highWatermark();
    scene.shard.close();
    return end;
  }

  private SteppedShard open() throws IOException {
    return new SteppedShard(disk, clock, salts);
  }

  private void grow(SteppedShard scene) throws IOException {
    for (int i = 0; i < 12; i++) {
      look(scene);
    }
  }

  private void look(SteppedShard scene) throws IOException {
    clock.advance(Duration.ofSeconds(1));
    scene.shard.checkpointer().doWork();
    scene.shard.segmentWriter().doWork();
  }

  private long reserveBytes(SteppedShard scene) {
    return scene.disk.exists(RESERVE) ? scene.disk.contents().get(RESERVE).length : 0;
  }

  private void append(SteppedShard scene, Partition partition) throws IOException {
    Append append = scene.append(partition, batch());
    scene.step();
    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
  }

  private AppendResult.Reason refused(SteppedShard scene, Partition partition) throws IOException {
    Append append = scene.append(partition, batch());
    scene.step();
    return assertInstanceOf(AppendResult.Refused.class, append.durable().join().getFirst())
        .reason();
  }

  private ByteBuffer batch() {
    return RecordBatchBuilder.uncompressed()
        .append(clock.wallMs(), null, ByteBuffer.allocate(100))
        .build();
  }
}
