package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.ConfigChange;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A journal on a full disk, and its checkpoints: a spare file is given where that helps, commits go on in small files, and
/// the last bytes are left to who makes room.
class JournalWithoutRoomTest extends FullDiskScene {
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
  void aFileThatTheAppenderTakesAsSoonAsItIsThereIsNoLackOfRoom() throws IOException {
    AtomicInteger taken = new AtomicInteger();
    for (int before = 0; before < 12; before++) {
      disk = new SimulatedDisk(before);
      AtomicReference<Consumer<Journal>> beside = new AtomicReference<>(journal -> {});
      SteppedShard scene = openBeside(beside);
      Partition orders = scene.create("orders");
      for (int i = 0; i < before; i++) {
        append(scene, orders);
      }

      beside.set(
          journal -> {
            var _ = scene.append(orders, scene.batch(15 << 10));
            appendersTurn(scene);
            taken.addAndGet(journal.bytesToPrepare() > 0 ? 1 : 0);
          });
      scene.shard.checkpointer().doWork();
      beside.set(journal -> {});

      assertFalse(scene.shard.room().doubtsDisk(), "a disk that has room is taken for full");
      append(scene, orders);
      scene.shard.close();
    }
    assertTrue(taken.get() > 0, "the appender took none");
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

  private static NewTopic stateTopic() {
    return new NewTopic(TopicNames.TRANSACTION_STATE, 1, Map.of("cleanup.policy", "compact"));
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

  private static void appendersTurn(SteppedShard scene) {
    try {
      scene.shard.appender().doWork();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param prepared what others do as soon as a file is prepared, before the checkpointer goes on
  private SteppedShard openBeside(AtomicReference<Consumer<Journal>> prepared) throws IOException {
    return new SteppedShard(
        disk,
        clock,
        salts,
        SteppedShard.RESERVE_BYTES,
        () -> SteppedShard.newTopicId(disk),
        journal -> beside(journal, prepared));
  }

  private static Journal beside(Journal journal, AtomicReference<Consumer<Journal>> prepared) {
    return (Journal)
        Proxy.newProxyInstance(
            Journal.class.getClassLoader(),
            new Class<?>[] {Journal.class},
            (self, method, arguments) -> {
              Object answer = method.invoke(journal, arguments);
              if (method.getName().equals("prepareAhead")) {
                prepared.get().accept(journal);
              }
              return answer;
            });
  }
}
