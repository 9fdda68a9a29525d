package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatchBuilder;
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
class FullDiskTest extends FullDiskScene {
  @Test
  void whereNothingIsLeftSegmentsWaitAndNobodyElseDoes() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    append(scene, orders);
    append(scene, orders);

    // Nobody has prepared a spare file of the journal.
    disk.limitBytes(0);
    Append last = scene.append(orders, scene.batch(3 << 10));
    scene.shard.appender().doWork();
    assertInstanceOf(AppendResult.Appended.class, last.durable().join().getFirst());
    follow(scene);

    Append late = scene.append(orders, batch());
    Append commit = scene.append(offsets, batch());
    CompletableFuture<LogStartResult> raised = scene.shard.raiseLogStart(orders, 1);
    scene.shard.appender().doWork();
    assertEquals(AppendResult.Reason.STORAGE_FULL, reason(late));
    assertInstanceOf(AppendResult.Appended.class, commit.durable().join().getFirst());
    assertEquals(new LogStartResult.StartsAt(1), raised.join());
    assertInstanceOf(ReadResult.Batches.class, orders.read(1, 100));
    assertInstanceOf(ReadResult.Batches.class, orders.read(2, 100));
    for (int seconds = 0; seconds < 10; seconds++) {
      look(scene);
    }
    assertTrue(scene.shard.state().retainedBytes() > 3 << 10);

    disk.limitBytes(MUCH);
    look(scene);
    look(scene);
    look(scene);
    assertEquals(0, scene.shard.state().retainedBytes());
    append(scene, orders);
    scene.shard.close();
    disk = disk.afterPowerCut();
    scene = open();
    orders = scene.partition("orders");
    assertEquals(4, orders.highWatermark());
    for (long offset = 1; offset < 4; offset++) {
      assertInstanceOf(ReadResult.Batches.class, orders.read(offset, 100));
    }
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
  void whatWaitsForRoomLooksForItOnceASecond() throws IOException {
    SteppedShard scene = new SteppedShard(disk, clock, salts, 0);
    Partition orders = scene.create("orders");
    append(scene, orders);
    look(scene);
    disk.limitBytes(0);
    Append waiting = scene.append(orders, scene.batch(1 << 10));
    scene.shard.appender().doWork();
    assertTrue(waiting.durable().isDone());
    follow(scene);
    clock.advance(Duration.ofSeconds(6));
    scene.shard.checkpointer().doWork();
    scene.shard.segmentWriter().doWork();
    long changes = disk.changes();
    for (int turns = 0; turns < 10; turns++) {
      scene.shard.segmentWriter().doWork();
      scene.shard.checkpointer().doWork();
      assertTrue(scene.shard.checkpointer().idleNs() >= 100_000_000L, "it hurries for nothing");
    }
    assertEquals(changes, disk.changes());

    disk.limitBytes(MUCH);
    look(scene);
    assertEquals(0, scene.shard.state().retainedBytes());
    scene.shard.close();
  }

  @Test
  void nobodyIsForgottenOnAFullDisk() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    Append append =
        scene.append(
            orders,
            RecordBatchBuilder.uncompressed()
                .producer(7, (short) 0, 0)
                .append(clock.wallMs(), null, ByteBuffer.allocate(100))
                .build());
    scene.step();
    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
    grow(scene);
    disk.limitBytes(0);
    look(scene);
    long journalBytes = scene.shard.state().journalBytes();

    assertEquals(0, expire(scene, orders));
    assertEquals(journalBytes, scene.shard.state().journalBytes());

    disk.limitBytes(MUCH);
    look(scene);
    assertEquals(1, expire(scene, orders));
    scene.shard.close();
  }

  @Test
  void whatADeleteFreesIsKnownAtOnce() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    Partition payments = scene.create("payments");
    for (int i = 0; i < 100; i++) {
      append(scene, payments, 3 << 10);
      lookAfter(scene, Duration.ofMillis(200));
    }
    grow(scene);
    disk.limitBytes(0);
    look(scene);
    assertEquals(AppendResult.Reason.STORAGE_FULL, refused(scene, orders));

    scene.shard.room().pause();
    var _ = scene.shard.deleteTopic(payments.topic().id());
    scene.shard.settle();

    assertTrue(scene.shard.room().hasNews(), "who waits for room is not told");
    append(scene, orders);
    scene.shard.close();
  }

  @Test
  void filesThatGoByAndByAreToldOfAtOnce() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    append(scene, orders);
    var _ = scene.shard.raiseLogStart(orders, 1);
    scene.shard.settle();
    scene.shard.room().pause();
    assertTrue(!scene.shard.room().hasNews());

    clock.advance(Duration.ofMinutes(2));
    scene.shard.checkpointer().doWork();
    assertTrue(scene.shard.room().hasNews(), "who waits for room is not told");
    scene.shard.close();
  }

  private int expire(SteppedShard scene, Partition partition) throws IOException {
    CompletableFuture<Integer> forgotten =
        scene.shard.expireProducers(partition, Duration.ofSeconds(1));
    scene.step();
    return forgotten.join();
  }

  private void append(SteppedShard scene, Partition partition, int bytes) throws IOException {
    Append append = scene.append(partition, scene.batch(bytes));
    scene.step();
    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
  }

  @Test
  void aDiskFilledUnderItsFeetStopsNoOwnerAndTheNextStartOnItWorks() throws IOException {
    fillUpAndRestart(0, 60);
  }

  @Test
  @Tag("ci")
  void aDiskFilledUnderItsFeetStopsNoOwnerAndTheNextStartOnItWorksInManyRuns() throws IOException {
    fillUpAndRestart(10_000, 2_000);
  }

  private void fillUpAndRestart(long firstSeed, int seeds) throws IOException {
    int gaveUp = 0;
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      try {
        gaveUp += fillUpAndRestart(seed) ? 1 : 0;
      } catch (IOException | AssertionError | RuntimeException failure) {
        throw new AssertionError("seed=" + seed, failure);
      }
    }
    assertTrue(gaveUp > seeds / 4, "only " + gaveUp + " of " + seeds + " needed the reserve");
  }

  /// @return whether a part of the reserve was needed
  private boolean fillUpAndRestart(long seed) throws IOException {
    Random random = new Random(seed);
    disk = new SimulatedDisk(seed);
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    scene.create(TopicNames.GROUP_OFFSETS);
    grow(scene);
    long acknowledged = 0;
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
      if (random.nextInt(20) == 0) {
        look(scene);
      }
    }
    boolean gaveUp = reserveBytes(scene) < SteppedShard.RESERVE_BYTES;
    if (random.nextBoolean()) {
      scene.shard.close();
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
    return gaveUp;
  }

  private long liveOnTheFullDisk(long acknowledged) throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.partition("orders");
    assertTrue(orders.highWatermark() >= acknowledged, "acknowledged records are lost");
    if (orders.logStartOffset() < orders.highWatermark()) {
      assertInstanceOf(ReadResult.Batches.class, orders.read(orders.logStartOffset(), 100));
    }
    if (disk.usableBytes(RESERVE) + reserveBytes(scene) < SteppedShard.RESERVE_BYTES) {
      assertEquals(AppendResult.Reason.STORAGE_FULL, refused(scene, orders));
    }
    CompletableFuture<LogStartResult> raised =
        scene.shard.raiseLogStart(orders, orders.logStartOffset() + 1);
    append(scene, scene.partition(TopicNames.GROUP_OFFSETS));
    scene.shard.settle();
    assertTrue(raised.isDone());
    long end = orders.highWatermark();
    scene.shard.close();
    return end;
  }
}
