package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import dev.daybook.eventlog.topic.TopicSettings;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionFault;
import dev.daybook.eventlog.transaction.TransactionFigures;
import dev.daybook.eventlog.transaction.TransactionPartition;
import dev.daybook.eventlog.transaction.TransactionReply;
import dev.daybook.eventlog.transaction.TransactionState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Transactions where something else is the matter: the log stops, the state is not loaded or can not be written, a marker
/// comes late.
class TransactionEdgesTest extends CoordinatorScene {
  @BeforeEach
  void begin() throws IOException {
    scene = new SteppedShard();
    coordinate();
  }

  @Test
  void whoMeetsAStoppingLogIsToldToTryAgain() throws IOException {
    Partition orders = scene.create("orders");
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    ProducerIdentity producer = init("t");
    scene.shard.close();

    assertEquals(
        TransactionFault.NOT_AVAILABLE, fault(coordinator.end("t", producer, true, RISING)));
    assertEquals(
        TransactionFault.NOT_AVAILABLE, fault(coordinator.init("t", 1_000, Optional.empty())));
    assertEquals(
        Reason.COORDINATOR_NOT_READY,
        reason(coordinator.append("t", true, List.of(batch(orders, producer, 0)))));
    assertEquals(
        Reason.COORDINATOR_NOT_READY,
        reason(coordinator.appendOffsets(0, batch(offsets, producer, -1))));
    assertEquals(
        Reason.COORDINATOR_NOT_READY,
        answer(coordinator.join("t", producer, 0, true)).orElseThrow().reason());
    CompletionException stopping =
        assertThrows(CompletionException.class, () -> coordinator.list(one -> true).join());
    assertInstanceOf(LogStoppingException.class, stopping.getCause());
  }

  @Test
  void whoNeedsAProducerIdThatAFullDiskDoesNotGiveIsToldToTryAgain() throws IOException {
    long last = init("t").id() / 1_000 * 1_000 + 999;
    while (answer(scene.shard.newProducerId()) < last) {}
    scene.disk.limitBytes(0);
    scene.clock.advance(Duration.ofSeconds(2));
    scene.shard.checkpointer().doWork();

    assertEquals(
        TransactionFault.NOT_AVAILABLE, fault(coordinator.init("new", 1_000, Optional.empty())));
    scene.disk.limitBytes(1 << 20);
    scene.clock.advance(Duration.ofSeconds(2));
    scene.shard.checkpointer().doWork();
    assertEquals(last + 1, init("new").id());
  }

  @Test
  void aPartitionWhoseFirstBatchIsRefusedDoesNotTakePart() throws IOException {
    Partition orders = scene.create("orders");
    Partition bills = scene.create("bills");
    ProducerIdentity producer = init("t");

    // A producer whose epoch rises begins each transaction with sequence 0.
    Append both =
        coordinator.append(
            "t", true, List.of(batch(orders, producer, 0), batch(bills, producer, 7)));

    assertInstanceOf(AppendResult.Appended.class, answer(both.durable()).get(0));
    AppendResult.Refused refused =
        assertInstanceOf(AppendResult.Refused.class, answer(both.durable()).get(1));
    assertEquals(Reason.OUT_OF_ORDER_SEQUENCE, refused.reason());
    assertEquals(
        Set.of(new TransactionPartition("orders", 0)),
        answer(coordinator.list(one -> true)).getFirst().partitions());
    done(coordinator.end("t", producer, false, RISING));
    assertEquals(0, bills.highWatermark(), "a marker where nothing was written");
  }

  @Test
  void aTransactionWhoseOnlyBatchIsRefusedDoesNotBegin() throws IOException {
    Partition orders = scene.create("orders");
    ProducerIdentity producer = init("t");

    assertEquals(
        Reason.OUT_OF_ORDER_SEQUENCE,
        reason(coordinator.append("t", true, List.of(batch(orders, producer, 7)))));

    assertEquals(TransactionState.EMPTY, answer(coordinator.list(one -> true)).getFirst().state());
    done(coordinator.end("t", producer, false, RISING));
  }

  @Test
  void groupsThatTakeTheirTimeAreAskedAboutOnceASecond() throws IOException {
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    groupsAreReady = false;
    ProducerIdentity producer = init("t");
    endWithOffsets(offsets, producer, true);

    for (int second = 0; second < 600; second++) {
      scheduler.advance(Duration.ofSeconds(1));
      settle();
    }

    assertTrue(asked.size() > 500 && asked.size() < 610, asked.size() + " times in ten minutes");
    TransactionMarker marker = asked.getLast();
    appended(marker(offsets, marker));
    assertEquals(
        1, answer(coordinator.list(one -> one.state() == TransactionState.COMPLETE_COMMIT)).size());
  }

  @Test
  void countsWhatBecomesOfTransactions() throws IOException {
    Partition orders = scene.create("orders");
    ProducerIdentity producer = init("t");
    result(coordinator.append("t", true, List.of(batch(orders, producer, 0))));
    assertEquals(new TransactionFigures(1, 0, 0, 0, 0, 0), coordinator.figures());

    ProducerIdentity second = done(coordinator.end("t", producer, true, RISING));
    assertEquals(new TransactionFigures(0, 0, 0, 1, 0, 0), coordinator.figures());
    result(coordinator.append("t", true, List.of(batch(orders, second, 0))));
    ProducerIdentity third = done(coordinator.end("t", second, false, RISING));
    done(coordinator.end("t", third, false, RISING));
    assertEquals(new TransactionFigures(0, 0, 0, 1, 1, 0), coordinator.figures());

    ProducerIdentity fourth = init("t");
    result(coordinator.append("t", true, List.of(batch(orders, fourth, 0))));
    scheduler.advance(Duration.ofMinutes(2));
    settle();
    assertEquals(new TransactionFigures(0, 0, 0, 1, 2, 1), coordinator.figures());
  }

  @Test
  void offsetsAreNotRefusedForGoodWhileTheStateIsBeingLoaded() throws IOException {
    ProducerIdentity producer = init("t");
    Queue<Runnable> readers = new ArrayDeque<>();
    coordinate(new ShardForTransactions(scene.shard, readers::add));

    var early = coordinator.join("t", producer, 0, true);
    assertEquals(Reason.COORDINATOR_NOT_READY, answer(early).orElseThrow().reason());

    readers.remove().run();
    answer(coordinator.loaded());
    assertEquals(Optional.empty(), answer(coordinator.join("t", producer, 0, true)));
  }

  @Test
  void transactionsThatCanNotBeEndedDoNotKeepOthersOpenOrTheAppenderBusy() throws IOException {
    for (int i = 0; i < 60; i++) {
      ProducerIdentity producer = init("t" + i);
      var added =
          coordinator.add("t" + i, producer, Set.of(new TransactionPartition("gone", i)), OLD);
      assertInstanceOf(TransactionReply.Done.class, answer(added));
    }
    Topic state = scene.shard.topics().byName(TopicNames.TRANSACTION_STATE).orElseThrow();
    Partition damaged = Objects.requireNonNull(scene.shard.partition(state.partition(0)));
    damaged.log().markDamaged(new DamagedRange(0, 1, "for the test", 1));

    scheduler.advance(Duration.ofMinutes(2));
    assertTimeoutPreemptively(Duration.ofSeconds(120), this::settle);

    List<Transaction> open =
        answer(coordinator.list(one -> one.state() == TransactionState.ONGOING));
    assertTrue(open.size() >= 20, "too few that could not be ended");
    open.forEach(one -> assertEquals(0, one.id().hashCode() % 2, one::id));
  }

  @Test
  void aGroupsMarkerThatComesLateDoesNotEndTheNextTransactionOtherwise() throws IOException {
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    ProducerIdentity producer = init("t");
    TransactionMarker commit = endWithOffsets(offsets, producer, true);
    appended(marker(offsets, commit));
    TransactionMarker abort = endWithOffsets(offsets, producer, false);

    assertEquals(Reason.INVALID_TXN_STATE, reason(marker(offsets, commit)));

    appended(marker(offsets, abort));
    assertEquals(1, offsets.abortedTransactions(0, offsets.highWatermark()).size());
    assertEquals(
        1, answer(coordinator.list(one -> one.state() == TransactionState.COMPLETE_ABORT)).size());
  }

  @Test
  void anAdministratorsMarkerIsWrittenAmongGroupOffsetsAlsoBeforeAnyTransaction()
      throws IOException {
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);

    appended(marker(offsets, new TransactionMarker(7, (short) 0, 0, false)));
  }

  @Test
  void onADiskThatIsNearlyFullATransactionEndsInAllPartitionsOrInNone() throws IOException {
    Set<Long> ended = new TreeSet<>();
    for (int kib = 0; kib < 64; kib++) {
      ended.add(endedWith(kib << 10));
    }

    assertEquals(Set.of(0L, 60L), ended);
  }

  /// In how many of 60 partitions a transaction ends when so much of the disk is left.
  private long endedWith(long freeBytes) throws IOException {
    begin();
    var created =
        scene.shard.createTopic(
            new NewTopic("wide", 60, Map.of(TopicSettings.CLEANUP_POLICY, "delete")));
    answer(created);
    Topic wide = scene.shard.topics().byName("wide").orElseThrow();
    List<Partition> partitions =
        IntStream.range(0, 60)
            .mapToObj(index -> Objects.requireNonNull(scene.shard.partition(wide.partition(index))))
            .toList();
    ProducerIdentity producer = init("t");
    answer(
        coordinator
            .append("t", true, partitions.stream().map(one -> batch(one, producer, 0)).toList())
            .durable());
    settle();
    scene.disk.limitBytes(freeBytes);
    scene.shard.checkpointer().observeFreeSpace();

    var reply = coordinator.end("t", producer, false, RISING);
    scene.step();
    assertTrue(reply.isDone(), "no answer");

    return partitions.stream().filter(one -> one.lastStableOffset() == one.highWatermark()).count();
  }

  private TransactionMarker endWithOffsets(
      Partition offsets, ProducerIdentity producer, boolean commit) {
    assertEquals(Optional.empty(), answer(coordinator.join("t", producer, 0, true)));
    appended(coordinator.appendOffsets(0, batch(offsets, producer, -1)));
    asked.clear();
    var _ = coordinator.end("t", producer, commit, OLD);
    settle();
    return asked.getFirst();
  }

  private Append marker(Partition offsets, TransactionMarker marker) {
    return coordinator.appendOffsets(0, new PartitionAppend(offsets, marker.batch(1)));
  }
}
