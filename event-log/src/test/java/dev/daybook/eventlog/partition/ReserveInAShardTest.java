package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.TopicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The reserve on a disk that fills up: it grows where there is room, gives to whom a write failed, and is not eaten up by a
/// disk that claims more than it has.
class ReserveInAShardTest extends FullDiskScene {
  private static final long LARGE_RESERVE_BYTES = 16 << 20;

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
  void theReserveIsThereSoonWhereNobodyAppends() throws IOException {
    SteppedShard scene = new SteppedShard(disk, clock, salts, LARGE_RESERVE_BYTES);
    for (int tenths = 0; tenths < 50; tenths++) {
      lookAfter(scene, Duration.ofMillis(100));
    }
    assertEquals(LARGE_RESERVE_BYTES, reserveBytes(scene));
    scene.shard.close();
  }

  @Test
  void theReserveGrowsLaterAndSlowlyBesideProducers() throws IOException {
    SteppedShard scene = new SteppedShard(disk, clock, salts, LARGE_RESERVE_BYTES);
    Partition orders = scene.create("orders");
    for (int tenths = 0; tenths < 99; tenths++) {
      append(scene, orders);
      lookAfter(scene, Duration.ofMillis(100));
    }
    assertEquals(0, reserveBytes(scene));
    for (int tenths = 0; tenths < 20; tenths++) {
      append(scene, orders);
      lookAfter(scene, Duration.ofMillis(100));
    }
    assertEquals(8 << 20, reserveBytes(scene));
    scene.shard.close();
  }

  @Test
  void aWriteThatFindsNoRoomGetsSomeAndSaysSoBeforeAnybodyLooks() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    append(scene, orders);
    grow(scene);

    disk.limitBytes(0);
    append(scene, orders);

    assertEquals(0, scene.shard.state().retainedBytes());
    assertEquals(AppendResult.Reason.STORAGE_FULL, refused(scene, orders));
    assertInstanceOf(ReadResult.Batches.class, orders.read(1, 100));
    scene.shard.close();
  }

  @Test
  void whoFillsTheDiskGetsNothingOfTheReserveWhileNobodyNeedsIt() throws IOException {
    SteppedShard scene = open();
    grow(scene);
    for (int seconds = 0; seconds < 30; seconds++) {
      disk.limitBytes(0);
      look(scene);
    }
    assertEquals(SteppedShard.RESERVE_BYTES, reserveBytes(scene));
    scene.shard.close();
  }

  @Test
  void aDiskThatClaimsRoomAndHasNoneIsNotBelievedUntilTheReserveIsWholeAgain() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    append(scene, orders);
    grow(scene);

    disk.limitBytes(0);
    disk.claimBytes(MUCH);
    append(scene, orders);
    for (int seconds = 0; seconds < 20; seconds++) {
      look(scene);
      assertEquals(AppendResult.Reason.STORAGE_FULL, refused(scene, orders));
    }
    assertTrue(reserveBytes(scene) > SteppedShard.RESERVE_BYTES / 2, "the reserve is eaten");

    disk.limitBytes(MUCH);
    grow(scene);
    append(scene, orders);
    scene.shard.close();
  }

  @Test
  void theTopicsThatCommitsNeedAreCreatedFromTheReserve() throws IOException {
    SteppedShard scene = open();
    append(scene, scene.create("orders"));
    grow(scene);
    disk.limitBytes(0);
    look(scene);
    assertEquals(CatalogDecision.Reason.STORAGE_FULL, creation(scene, "payments"));

    append(scene, scene.create(TopicNames.GROUP_OFFSETS));
    append(scene, scene.create(TopicNames.TRANSACTION_STATE));
    assertEquals(0, scene.shard.state().retainedBytes());
    assertEquals(AppendResult.Reason.STORAGE_FULL, refused(scene, scene.partition("orders")));

    disk = disk.afterPowerCut();
    SteppedShard later = open();
    assertEquals(1, later.partition(TopicNames.GROUP_OFFSETS).highWatermark());
    assertEquals(1, later.partition(TopicNames.TRANSACTION_STATE).highWatermark());
    later.shard.close();
  }

  @Test
  void whatIsDecidedGetsAFileOfTheJournalFromTheReserveOfADiskThatIsDoubted() throws IOException {
    int files = 0;
    for (int before = 0; before < 12; before++) {
      disk = new SimulatedDisk(before);
      SteppedShard scene = open();
      Partition orders = scene.create("orders");
      grow(scene);
      for (int i = 0; i < before; i++) {
        append(scene, orders);
      }
      long journalFiles = journalFiles();
      disk.limitBytes(0);
      disk.claimBytes(MUCH);
      Append last = scene.append(orders, scene.batch(15 << 10));
      scene.step();

      files += journalFiles() > journalFiles ? 1 : 0;
      disk = disk.afterPowerCut();
      disk.claimBytes(-1);
      disk.limitBytes(MUCH);
      SteppedShard later = open();
      assertEquals(before + taken(last), later.partition("orders").highWatermark());
      later.shard.close();
    }
    assertTrue(files > 0, "no file of the journal was lacking");
  }

  @Test
  void whatIsDecidedWaitsForTheReserveOfADiskThatIsDoubted() throws Exception {
    int waited = 0;
    for (int before = 0; before < 12; before++) {
      disk = new SimulatedDisk(before);
      SteppedShard scene = new SteppedShard(disk, clock, salts, 64 << 10);
      Partition orders = scene.create("orders");
      for (int i = 0; i < before; i++) {
        append(scene, orders);
      }
      disk.limitBytes(0);
      disk.claimBytes(MUCH);
      scene.shard.room().mayWait(true);
      Append last = scene.append(orders, scene.batch(15 << 10));
      CompletableFuture<Integer> round = CompletableFuture.supplyAsync(() -> appenderRound(scene));
      if (waitsForRoom(scene, round)) {
        waited++;
        assertTrue(scene.shard.room().doubtsDisk());
        disk.claimBytes(-1);
        disk.limitBytes(MUCH);
        lookUntil(scene, round);
        assertEquals(64 << 10, reserveBytes(scene));
      }
      round.join();
      scene.shard.room().mayWait(false);
      disk.claimBytes(-1);
      disk.limitBytes(MUCH);
      scene.shard.close();
      disk = disk.afterKill();
      SteppedShard later = open();
      assertEquals(before + taken(last), later.partition("orders").highWatermark());
      later.shard.close();
    }
    assertTrue(waited > 0, "no file of the journal was lacking");
  }

  @Test
  void aLackOfFilesDoesNotCostTheReserve() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    // More partitions without a file than the journal has files to spare.
    List<Partition> others =
        Stream.of("a", "b", "c", "d").map(name -> created(scene, name)).toList();
    append(scene, orders);
    grow(scene);

    disk.limitBytes(MUCH);
    disk.limitFiles(0);
    for (Partition other : others) {
      Append append = scene.append(other, batch());
      scene.shard.appender().doWork();
      assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
    }
    follow(scene);
    for (int seconds = 0; seconds < 30; seconds++) {
      look(scene);
      assertEquals(AppendResult.Reason.STORAGE_FULL, refusedAtOnce(scene, orders));
    }
    assertTrue(scene.shard.state().retainedBytes() > 0, "there was room for a file");
    assertTrue(
        reserveBytes(scene) > SteppedShard.RESERVE_BYTES / 2,
        "only " + reserveBytes(scene) + " are left");

    disk = disk.afterKill();
    for (int start = 0; start < 5; start++) {
      assertThrows(IOException.class, this::open);
      disk = disk.afterKill();
    }
    assertTrue(disk.contents().get(RESERVE).length > SteppedShard.RESERVE_BYTES / 2);
    disk.limitFiles(1_000);
    SteppedShard later = open();
    assertInstanceOf(ReadResult.Batches.class, later.partition("a").read(0, 100));
    assertInstanceOf(ReadResult.Batches.class, later.partition("d").read(0, 100));
    grow(later);
    append(later, later.partition("orders"));
    assertEquals(SteppedShard.RESERVE_BYTES, reserveBytes(later));
    later.shard.close();
  }

  @Test
  void whoLackedAFileAndFoundOneGetsRoomOfTheReserveAgain() throws IOException {
    SteppedShard scene = open();
    List<Partition> others =
        Stream.of("a", "b", "c", "d").map(name -> created(scene, name)).toList();
    grow(scene);
    disk.limitBytes(MUCH);
    disk.limitFiles(0);
    for (Partition other : others) {
      var _ = scene.append(other, batch());
      scene.shard.appender().doWork();
    }
    follow(scene);
    look(scene);
    assertTrue(scene.shard.state().retainedBytes() > 0);
    disk.limitFiles(1_000);
    grow(scene);
    assertEquals(0, scene.shard.state().retainedBytes());
    assertEquals(SteppedShard.RESERVE_BYTES, reserveBytes(scene));
    long journalFiles = journalFiles();

    disk.limitBytes(0);
    disk.claimBytes(MUCH);
    append(scene, others.getFirst());

    assertEquals(journalFiles, journalFiles(), "not the reserve gave, but the journal");
    scene.shard.close();
  }

  @Test
  void eachStepOfTheReserveIsToldWhileTheDiskIsDoubted() throws IOException {
    SteppedShard scene = new SteppedShard(disk, clock, salts, LARGE_RESERVE_BYTES);
    Partition orders = scene.create("orders");
    disk.limitBytes(0);
    disk.claimBytes(1 << 30);
    var _ = scene.append(orders, batch());
    scene.shard.appender().doWork();
    follow(scene);
    assertTrue(scene.shard.room().doubtsDisk());
    disk.limitBytes(1 << 30);
    look(scene);
    look(scene);

    int steps = 0;
    for (int tenths = 0; tenths < 100; tenths++) {
      long before = reserveBytes(scene);
      scene.shard.room().pause();
      lookAfter(scene, Duration.ofMillis(100));
      if (reserveBytes(scene) > before) {
        steps++;
        assertTrue(scene.shard.room().hasNews(), "who waits for room is not told");
      }
    }
    assertEquals(4, steps);
    scene.shard.close();
  }

  private static Partition created(SteppedShard scene, String topic) {
    try {
      return scene.create(topic);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// How many records of it are there: one or, where it was refused, none.
  private static int taken(Append append) {
    return append.durable().join().getFirst() instanceof AppendResult.Appended ? 1 : 0;
  }

  private static int appenderRound(SteppedShard scene) {
    try {
      return scene.shard.appender().doWork();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether the round waits; false when it has ended.
  private static boolean waitsForRoom(SteppedShard scene, CompletableFuture<Integer> round) {
    while (!round.isDone() && !scene.shard.room().isAwaited()) {
      Thread.onSpinWait();
    }
    return !round.isDone();
  }

  private void lookUntil(SteppedShard scene, CompletableFuture<Integer> round) throws IOException {
    while (!round.isDone()) {
      if (scene.shard.room().isAwaited()) {
        look(scene);
      }
      Thread.onSpinWait();
    }
  }

  private CatalogDecision.Reason creation(SteppedShard scene, String name) throws IOException {
    CompletableFuture<CatalogDecision> created =
        scene.shard.createTopic(new NewTopic(name, 1, Map.of()));
    scene.step();
    return reason(created);
  }

  /// Without the segment writer, which finds no room.
  private AppendResult.Reason refusedAtOnce(SteppedShard scene, Partition partition)
      throws IOException {
    Append append = scene.append(partition, batch());
    scene.shard.appender().doWork();
    return reason(append);
  }
}
