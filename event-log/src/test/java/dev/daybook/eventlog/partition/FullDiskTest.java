package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.ConfigChange;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A disk that fills up: appends are refused, everything that helps goes on, and so does the log when there is room.
class FullDiskTest {
  private static final Path RESERVE = Path.of("/data/shard-0/reserve");
  private static final long MUCH = 4 << 20;
  private static final long LARGE_RESERVE_BYTES = 16 << 20;

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
  void aSpareFileOfTheJournalMakesRoomWhereThereIsNoReserve() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    for (int i = 0; i < 3; i++) {
      append(scene, orders);
      scene.shard.checkpointer().doWork();
    }
    long files = journalFiles();

    disk.limitBytes(0);
    append(scene, orders);

    assertEquals(0, scene.shard.state().retainedBytes());
    assertEquals(files - 1, journalFiles());
    scene.shard.checkpointer().doWork();
    assertEquals(files - 1, journalFiles(), "the journal takes back what it gave");
    scene.shard.close();
  }

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
  void aCheckpointThatFindsNoRoomIsNamedWhenThereIsSome() throws IOException {
    SteppedShard scene = open();
    CompletableFuture<CatalogDecision> created =
        scene.shard.createTopic(new NewTopic("wide", 100, Map.of()));
    scene.step();
    assertInstanceOf(CatalogDecision.Accepted.class, created.join());
    Topic wide = scene.shard.topics().byName("wide").orElseThrow();
    Append all =
        scene.shard.append(
            IntStream.range(0, wide.partitions())
                .mapToObj(
                    index -> Objects.requireNonNull(scene.shard.partition(wide.partition(index))))
                .map(partition -> new PartitionAppend(partition, scene.batch(1)))
                .toList());
    scene.step();
    assertTrue(all.durable().isDone());

    disk.limitBytes(0);
    for (int seconds = 0; seconds < 10; seconds++) {
      look(scene);
    }
    disk.limitBytes(MUCH);
    for (int seconds = 0; seconds < 10; seconds++) {
      look(scene);
    }

    disk = disk.afterKill();
    SteppedShard later = open();
    assertEquals(0, later.shard.recovery().entries());
    later.shard.close();
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
  void whoMakesRoomIsHeardWhereCommitsHaveFilledTheJournal() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    append(scene, orders);

    // Enough for commits, too little for another file of the journal, be it a small one.
    disk.limitBytes(20 << 10);
    look(scene);
    int commits = 0;
    while (commit(scene, offsets)) {
      commits++;
    }

    assertTrue(commits > 0);
    CompletableFuture<LogStartResult> raised = scene.shard.raiseLogStart(orders, 1);
    turn(scene);
    assertEquals(new LogStartResult.StartsAt(1), raised.join());

    disk.limitBytes(MUCH);
    turn(scene);
    turn(scene);
    assertTrue(commit(scene, offsets));
    scene.shard.close();
  }

  @Test
  void commitsGoOnInSmallFilesOfTheJournalWhereThereIsNoRoomForLargeOnes() throws IOException {
    SteppedShard scene = open();
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    // In its second file, and nobody has prepared a third one.
    while (journalFiles() < 2) {
      append(scene, offsets);
    }
    long before = offsets.highWatermark();

    disk.limitBytes(38 << 10);
    while (commit(scene, offsets)) {}

    long commits = offsets.highWatermark() - before;
    assertTrue(commits > 30, "only " + commits);
    disk = disk.afterPowerCut();
    disk.limitBytes(MUCH);
    SteppedShard later = open();
    assertEquals(before + commits, later.partition(TopicNames.GROUP_OFFSETS).highWatermark());
    later.shard.close();
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
  void theProducersFileIsNotWorthTheJournalsSpareFile() throws IOException {
    SteppedShard scene = new SteppedShard(disk, clock, salts, 0);
    Partition orders = scene.create("orders");
    append(scene, orders);
    for (int seconds = 0; seconds < 10; seconds++) {
      look(scene);
    }
    append(scene, orders);
    scene.shard.checkpointer().doWork();
    long files = journalFiles();
    assertTrue(files > 1);

    disk.limitBytes(0);
    for (int seconds = 0; seconds < 10; seconds++) {
      look(scene);
    }

    assertEquals(files, journalFiles());
    disk = disk.afterKill();
    disk.limitBytes(MUCH);
    SteppedShard later = open();
    assertEquals(0, later.shard.recovery().entries());
    later.shard.close();
  }

  @Test
  void whatNeedsLessRoomIsNamedWhereACheckpointFoundNone() throws IOException {
    SteppedShard scene = new SteppedShard(disk, clock, salts, 0);
    Topic wide = createWide(scene, 600);
    look(scene);
    disk.limitBytes(0);
    for (int seconds = 0; seconds < 10; seconds++) {
      look(scene);
    }
    assertTrue(holdsFilesOf(wide));

    CompletableFuture<CatalogDecision> deleted = scene.shard.deleteTopic(wide.id());
    scene.shard.appender().doWork();
    assertInstanceOf(CatalogDecision.Accepted.class, deleted.join());
    for (int seconds = 0; seconds < 10; seconds++) {
      look(scene);
      disk.limitBytes(1 << 10);
    }

    assertTrue(!holdsFilesOf(wide), "the files of the deleted topic stay");
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
  void onlyWhoMakesRoomGetsTheLastOfTheJournal() throws IOException {
    SteppedShard scene = open();
    Partition orders = scene.create("orders");
    Topic payments = scene.create("payments").topic();
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    append(scene, orders);
    disk.limitBytes(20 << 10);
    look(scene);
    while (commit(scene, offsets)) {}
    long journalBytes = scene.shard.state().journalBytes();

    CompletableFuture<CatalogDecision> topic = scene.shard.createTopic(stateTopic());
    CompletableFuture<CatalogDecision> setting =
        configure(scene, orders.topic(), "segment.bytes", "2097152");
    CompletableFuture<CatalogDecision> longer =
        configure(scene, orders.topic(), "retention.ms", "-1");
    CompletableFuture<Long> id = scene.shard.newProducerId();
    Decided<Long> idInATransaction = scene.shard.decide(0, Appending::newProducerId);
    scene.shard.appender().doWork();

    assertEquals(CatalogDecision.Reason.STORAGE_FULL, reason(topic));
    assertEquals(CatalogDecision.Reason.STORAGE_FULL, reason(setting));
    assertEquals(CatalogDecision.Reason.STORAGE_FULL, reason(longer));
    assertInstanceOf(LogFullException.class, failure(id));
    assertInstanceOf(LogFullException.class, failure(idInATransaction.durable()));
    assertEquals(journalBytes, scene.shard.state().journalBytes());

    CompletableFuture<CatalogDecision> shorter =
        configure(scene, orders.topic(), "retention.ms", "1000");
    CompletableFuture<CatalogDecision> deleted = scene.shard.deleteTopic(payments.id());
    turn(scene);
    assertInstanceOf(CatalogDecision.Accepted.class, shorter.join());
    assertInstanceOf(CatalogDecision.Accepted.class, deleted.join());

    disk.limitBytes(MUCH);
    turn(scene);
    turn(scene);
    id = scene.shard.newProducerId();
    scene.create(TopicNames.TRANSACTION_STATE);
    assertTrue(id.join() >= 0);
    scene.shard.close();
  }

  @Test
  void whatHasBegunToEndATransactionGetsItsIdWhateverIsLeft() throws IOException {
    SteppedShard scene = open();
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    disk.limitBytes(20 << 10);
    look(scene);
    TransactionMarker end = new TransactionMarker(7, (short) 0, 0, false, (short) 2);
    while (commit(scene, offsets)) {}

    Decided<Long> id =
        scene.shard.decide(
            0,
            appending -> {
              appending.append(new MarkerAppend(offsets, end));
              return appending.newProducerId();
            });
    turn(scene);

    assertTrue(id.durable().join() >= 0);
    disk.limitBytes(MUCH);
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

  private static NewTopic stateTopic() {
    return new NewTopic(TopicNames.TRANSACTION_STATE, 1, Map.of("cleanup.policy", "compact"));
  }

  private CatalogDecision.Reason creation(SteppedShard scene, String name) throws IOException {
    CompletableFuture<CatalogDecision> created =
        scene.shard.createTopic(new NewTopic(name, 1, Map.of()));
    scene.step();
    return reason(created);
  }

  private static CatalogDecision.Reason reason(CompletableFuture<CatalogDecision> decision) {
    assertTrue(decision.isDone(), "no answer");
    return assertInstanceOf(CatalogDecision.Refused.class, decision.join()).reason();
  }

  private static CompletableFuture<CatalogDecision> configure(
      SteppedShard scene, Topic topic, String setting, String value) {
    return scene.shard.decide(
        topics -> topics.configure(topic.id(), List.of(new ConfigChange.Assign(setting, value))));
  }

  private static Throwable failure(CompletableFuture<?> answer) {
    assertTrue(answer.isCompletedExceptionally(), "no failure");
    return answer.exceptionNow();
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

  /// Without the segment writer, which finds no room.
  private AppendResult.Reason refusedAtOnce(SteppedShard scene, Partition partition)
      throws IOException {
    Append append = scene.append(partition, batch());
    scene.shard.appender().doWork();
    return reason(append);
  }

  private Topic createWide(SteppedShard scene, int partitions) throws IOException {
    CompletableFuture<CatalogDecision> created =
        scene.shard.createTopic(new NewTopic("wide", partitions, Map.of()));
    scene.step();
    assertInstanceOf(CatalogDecision.Accepted.class, created.join());
    Topic wide = scene.shard.topics().byName("wide").orElseThrow();
    for (int first = 0; first < partitions; first += 50) {
      Append append =
          scene.shard.append(
              IntStream.range(first, first + 50)
                  .mapToObj(
                      index -> Objects.requireNonNull(scene.shard.partition(wide.partition(index))))
                  .map(partition -> new PartitionAppend(partition, scene.batch(1)))
                  .toList());
      scene.step();
      assertTrue(append.durable().isDone());
    }
    return wide;
  }

  private boolean holdsFilesOf(Topic topic) {
    return disk.contents().keySet().stream()
        .anyMatch(file -> file.toString().contains(topic.partition(0).directoryName()));
  }

  /// @return whether it was taken
  private boolean commit(SteppedShard scene, Partition offsets) throws IOException {
    Append append = scene.append(offsets, batch());
    turn(scene);
    assertTrue(append.durable().isDone(), "the appender waits and answers nobody");
    return append.durable().join().getFirst() instanceof AppendResult.Appended;
  }

  /// A turn of everybody, two seconds later.
  private void turn(SteppedShard scene) throws IOException {
    clock.advance(Duration.ofSeconds(2));
    scene.shard.appender().doWork();
    scene.shard.segmentWriter().doWork();
    scene.shard.checkpointer().doWork();
    scene.shard.segmentWriter().doWork();
    scene.shard.checkpointer().doWork();
    scene.shard.checkpointer().doWork();
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

  private SteppedShard open() throws IOException {
    return new SteppedShard(disk, clock, salts);
  }

  private void grow(SteppedShard scene) throws IOException {
    for (int i = 0; i < 12; i++) {
      look(scene);
    }
  }

  private void look(SteppedShard scene) throws IOException {
    lookAfter(scene, Duration.ofSeconds(1));
  }

  private void lookAfter(SteppedShard scene, Duration time) throws IOException {
    clock.advance(time);
    scene.shard.checkpointer().doWork();
    scene.shard.segmentWriter().doWork();
  }

  /// The segment writer's turn, when it has lingered.
  private void follow(SteppedShard scene) throws IOException {
    scene.shard.segmentWriter().doWork();
    clock.advance(Duration.ofMillis(20));
    scene.shard.segmentWriter().doWork();
  }

  private long journalFiles() {
    return disk.list(Path.of("/data/shard-0/journal")).stream()
        .filter(file -> file.toString().endsWith(".journal"))
        .count();
  }

  private static AppendResult.Reason reason(Append append) {
    assertTrue(append.durable().isDone(), "no answer");
    return assertInstanceOf(AppendResult.Refused.class, append.durable().join().getFirst())
        .reason();
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
    return reason(append);
  }

  private ByteBuffer batch() {
    return RecordBatchBuilder.uncompressed()
        .append(clock.wallMs(), null, ByteBuffer.allocate(100))
        .build();
  }
}
