package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionFault;
import dev.daybook.eventlog.transaction.TransactionState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Transactions that meet damaged partitions: their own, or those of the state; before a repair, and after it.
class TransactionsAndDamageTest extends CoordinatorScene {
  private final Random salts = new Random(1);
  private final Map<String, Integer> sequences = new HashMap<>();
  private Partition orders;
  private Partition bills;

  @BeforeEach
  void begin() throws IOException {
    scene = new SteppedShard(new SimulatedDisk(1), new ManualClock(), salts);
    orders = scene.create("orders");
    bills = scene.create("bills");
    coordinate();
  }

  @ParameterizedTest
  @ValueSource(shorts = {OLD, RISING})
  void anEndWaitsForADamagedPartitionUntilThatIsRepaired(short version) throws IOException {
    ProducerIdentity producer = init("t");
    write(producer, version, orders, bills);
    damage(orders);

    ProducerIdentity next = done(coordinator.end("t", producer, true, version));

    assertEquals(TransactionState.PREPARE_COMMIT, state("t").state());
    assertEquals(Set.of(name(orders)), state("t").partitions());
    assertEquals(bills.highWatermark(), bills.lastStableOffset());
    assertTrue(orders.lastStableOffset() < orders.highWatermark());
    assertEquals(
        TransactionFault.CONCURRENT, fault(coordinator.init("t", 60_000, Optional.empty())));
    assertEquals(
        TransactionFault.CONCURRENT,
        fault(coordinator.add("t", next, Set.of(name(bills)), version)));
    assertEquals(Reason.CONCURRENT_TRANSACTIONS, reason(append(next, version, bills, 0)));
    long written = stateSize();
    pass(Duration.ofMinutes(2));
    assertEquals(written, stateSize(), "something was written while nothing could be done");

    repair();

    assertEquals(TransactionState.COMPLETE_COMMIT, state("t").state());
    assertEquals(orders.highWatermark(), orders.lastStableOffset());
    assertEquals(List.of(), orders.abortedTransactions(0, orders.highWatermark()));
    write(next, version, orders, bills);
    done(coordinator.end("t", next, false, version));
    assertEquals(TransactionState.COMPLETE_ABORT, state("t").state());
  }

  @Test
  void anEndThatWentOnMeanwhileIsNotWrittenTwice() throws IOException {
    ProducerIdentity producer = init("t");
    write(producer, RISING, orders, bills);
    damage(orders);
    done(coordinator.end("t", producer, true, RISING));
    scene.shard.close();
    coordinator.close();
    Losses.accept(scene.disk, salts);
    begin(new SteppedShard(scene.disk, scene.clock, salts));
    coordinate(new ShardForTransactions(scene.shard, Runnable::run, new AtomicInteger(2)));
    long stateSize = stateSize();
    long end = orders.highWatermark();

    // It is loaded, and somebody looks whether it can go on, before anybody decides.
    scheduler.advance(Duration.ofSeconds(11));
    settle();

    assertEquals(TransactionState.COMPLETE_COMMIT, state("t").state());
    assertEquals(end + 1, orders.highWatermark());
    assertEquals(stateSize + 1, stateSize());
  }

  @Test
  void aTransactionOutOfTimeWaitsForADamagedPartitionToo() throws IOException {
    ProducerIdentity producer = init("t");
    write(producer, RISING, orders, bills);
    damage(orders);

    pass(Duration.ofMinutes(2));

    assertEquals(TransactionState.PREPARE_ABORT, state("t").state());
    assertEquals(1, bills.abortedTransactions(0, bills.highWatermark()).size());
    repair();
    assertEquals(TransactionState.COMPLETE_ABORT, state("t").state());
    assertEquals(1, orders.abortedTransactions(0, orders.highWatermark()).size());
  }

  @Test
  void aDamagedPartitionWhoseTopicIsDeletedHoldsNoEndUp() throws IOException {
    ProducerIdentity producer = init("t");
    write(producer, RISING, orders, bills);
    damage(orders);
    ProducerIdentity next = done(coordinator.end("t", producer, true, RISING));

    answer(scene.shard.deleteTopic(orders.id().topic()));
    pass(Duration.ofSeconds(20));

    assertEquals(TransactionState.COMPLETE_COMMIT, state("t").state());
    write(next, RISING, bills);
  }

  @Test
  void groupsLearnOfAnEndThatWaitsForADamagedPartition() throws IOException {
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    ProducerIdentity producer = init("t");
    write(producer, RISING, orders);
    assertEquals(Optional.empty(), answer(coordinator.join("t", producer, 0, true)));
    result(coordinator.appendOffsets(0, batch(offsets, producer, -1)));
    damage(orders);
    var _ = coordinator.end("t", producer, true, RISING);
    settle();

    PartitionAppend marker = new PartitionAppend(offsets, asked.getFirst().batch(1));
    appended(coordinator.appendOffsets(0, marker));

    assertEquals(TransactionState.PREPARE_COMMIT, state("t").state());
    assertEquals(Set.of(name(orders)), state("t").partitions());
    repair();
    assertEquals(TransactionState.COMPLETE_COMMIT, state("t").state());
  }

  @ParameterizedTest
  @ValueSource(shorts = {OLD, RISING})
  void aLaterTransactionDoesNotEndOneThatIsOpenAgain(short version) throws IOException {
    ProducerIdentity producer = init("t");
    write(producer, version, orders);
    ProducerIdentity next = done(coordinator.end("t", producer, true, version));
    scene.shard.close();
    Losses.damage(scene.disk, orders.id(), orders.highWatermark() - 1);
    accept();
    assertTrue(orders.openTransaction(producer.id()).orElseThrow().reopened());

    write(next, version, bills);
    if (version == OLD) {
      assertEquals(
          TransactionFault.CONCURRENT,
          fault(coordinator.add("t", next, Set.of(name(orders)), version)));
      assertEquals(Reason.NOT_IN_TRANSACTION, reason(append(next, version, orders, 1)));
    } else {
      assertEquals(Reason.CONCURRENT_TRANSACTIONS, reason(append(next, version, orders, 0)));
    }
    done(coordinator.end("t", next, false, version));

    assertEquals(TransactionState.COMPLETE_ABORT, state("t").state());
    assertEquals(1, bills.abortedTransactions(0, bills.highWatermark()).size());
    assertEquals(List.of(), orders.abortedTransactions(0, orders.highWatermark()));
    assertTrue(orders.openTransaction(producer.id()).orElseThrow().reopened());
  }

  @ParameterizedTest
  @ValueSource(shorts = {OLD, RISING})
  void anEndWaitsForAnAdministratorWhereAnEarlierOneIsOpenAgain(short version) throws IOException {
    ProducerIdentity producer = init("t");
    write(producer, version, orders);
    ProducerIdentity next = done(coordinator.end("t", producer, true, version));
    long marker = orders.highWatermark() - 1;
    write(next, version, orders, bills);
    scene.shard.close();
    Losses.damage(scene.disk, orders.id(), marker);
    accept();

    ProducerIdentity last = done(coordinator.end("t", next, true, version));

    assertEquals(TransactionState.PREPARE_COMMIT, state("t").state());
    assertEquals(Set.of(name(orders)), state("t").partitions());
    assertEquals(bills.highWatermark(), bills.lastStableOffset());
    long written = stateSize();
    pass(Duration.ofMinutes(2));
    assertEquals(written, stateSize(), "something was written while nothing could be done");
    assertEquals(0, orders.lastStableOffset());
    restart();
    assertEquals(TransactionState.PREPARE_COMMIT, state("t").state());

    answer(scene.shard.raiseLogStart(orders, marker + 1));
    pass(Duration.ofSeconds(20));

    assertEquals(TransactionState.COMPLETE_COMMIT, state("t").state());
    assertEquals(orders.highWatermark(), orders.lastStableOffset());
    assertEquals(List.of(), orders.abortedTransactions(marker + 1, orders.highWatermark()));
    write(last, version, orders, bills);
  }

  @ParameterizedTest
  @ValueSource(shorts = {OLD, RISING})
  void theEndOfATransactionThatMayHaveEndedHereIsNotLeftOut(short version) throws IOException {
    ProducerIdentity producer = init("t");
    write(producer, version, orders, bills);
    long lost = orders.highWatermark();
    appended(scene.append(orders, scene.batch(10)));
    scene.shard.close();
    Losses.damage(scene.disk, orders.id(), lost);
    accept();
    scene.shard.close();
    Losses.forgetProducers(scene.disk);
    coordinator.close();
    reopen();
    assertTrue(orders.openTransaction(producer.id()).orElseThrow().reopened());

    done(coordinator.end("t", producer, true, version));

    if (version == OLD) {
      assertEquals(TransactionState.PREPARE_COMMIT, state("t").state());
      assertEquals(Set.of(name(orders)), state("t").partitions());
      TransactionMarker abort = new TransactionMarker(producer.id(), producer.epoch(), 0, false);
      appended(scene.shard.append(List.of(new MarkerAppend(orders, abort))));
      pass(Duration.ofSeconds(20));
    }
    assertEquals(TransactionState.COMPLETE_COMMIT, state("t").state());
    assertEquals(orders.highWatermark(), orders.lastStableOffset());
    assertEquals(
        version == OLD ? 1 : 0, orders.abortedTransactions(0, orders.highWatermark()).size());
  }

  @Test
  void groupsAreAskedAgainWithinASecondHoweverLongTheyTook() throws IOException {
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    assertEquals(0, offsets.highWatermark());
    ProducerIdentity producer = init("t");
    assertEquals(Optional.empty(), answer(coordinator.join("t", producer, 0, true)));
    groupsAreReady = false;
    var _ = coordinator.end("t", producer, true, RISING);
    settle();
    pass(Duration.ofMinutes(2));
    asked.clear();

    groupsAreReady = true;
    scheduler.advance(Duration.ofSeconds(1));
    settle();

    assertEquals(1, asked.size());
  }

  @Test
  void aTransactionThatTheStateKnowsNothingOfIsContinuedByNobody() throws IOException {
    ProducerIdentity producer = init("t");
    PartitionAppend strayed = batch(orders, producer, 0);
    TransactionGuard guard = orders.guard(producer.id(), producer.epoch()).orElseThrow();
    appended(scene.shard.append(List.of(strayed.with(guard))));

    assertEquals(
        TransactionFault.CONCURRENT,
        fault(coordinator.add("t", producer, Set.of(name(orders)), OLD)));
    assertEquals(Reason.NOT_IN_TRANSACTION, reason(append(producer, OLD, orders, 1)));

    TransactionMarker abort = new TransactionMarker(producer.id(), producer.epoch(), 0, false);
    appended(scene.shard.append(List.of(new MarkerAppend(orders, abort))));
    add(producer, OLD, orders);
    appended(append(producer, OLD, orders, 1));
  }

  @Test
  void aDamagedPartitionOfTheStateKeepsOnlyItsOwnIdsFromBeingServed() throws IOException {
    ProducerIdentity even = init("b");
    ProducerIdentity odd = init("a");
    assertEquals(0, "b".hashCode() % 2);
    Partition damaged = statePartitions().findFirst().orElseThrow();
    // Of unknown extent: a damaged range that is whole is forgotten by the next opening.
    damaged.log().markDamaged(new DamagedRange(0, DamagedRange.UNKNOWN_END, "for the test", 1));

    restart();

    assertTrue(coordinator.loaded().isDone());
    assertFalse(coordinator.isLoadedWhole());
    assertEquals(1, coordinator.problems().size());
    assertTrue(coordinator.problems().getFirst().contains("daybook repair"));
    assertEquals(TransactionFault.DAMAGED, fault(coordinator.init("b", 60_000, Optional.empty())));
    assertEquals(
        TransactionFault.DAMAGED, fault(coordinator.add("b", even, Set.of(name(orders)), OLD)));
    assertEquals(
        Reason.COORDINATOR_NOT_READY,
        reason(coordinator.append("b", true, List.of(batch(orders, even, 0)))));
    assertEquals(
        Reason.COORDINATOR_NOT_READY,
        answer(coordinator.join("b", even, 0, true)).orElseThrow().reason());
    appended(coordinator.append("a", true, List.of(batch(orders, odd, 0))));
    done(coordinator.end("a", odd, true, RISING));
    pass(Duration.ofMinutes(10));
    assertTrue(scheduler.waiting() < 10, "tasks pile up");

    repair();

    assertEquals(List.of(), coordinator.problems());
    assertTrue(coordinator.isLoadedWhole());
    done(coordinator.init("b", 60_000, Optional.empty()));
    assertEquals(TransactionState.COMPLETE_COMMIT, state("a").state());
  }

  @Test
  void aPartitionOfTheStateThatMayHaveLostItsEndIsNotServed() throws IOException {
    ProducerIdentity producer = init("b");
    Partition damaged = statePartitions().findFirst().orElseThrow();
    long end = damaged.highWatermark();
    damaged.log().markDamaged(new DamagedRange(end, DamagedRange.UNKNOWN_END, "for the test", 1));
    assertEquals(TransactionFault.DAMAGED, fault(coordinator.init("b", 60_000, Optional.empty())));

    restart();

    assertFalse(coordinator.isLoadedWhole());
    assertEquals(TransactionFault.DAMAGED, fault(coordinator.end("b", producer, true, RISING)));
    assertEquals(end, damaged.highWatermark());
  }

  @Test
  void aDamagedCatalogueGivesNobodyAnId() throws IOException {
    coordinator.close();
    scene.shard.close();
    // A list of damage that can not be read means damage behind the end.
    Path list =
        Path.of("/data/shard-0/partitions")
            .resolve(PartitionId.CATALOGUE.directoryName())
            .resolve("damage");
    DurableFiles.write(scene.disk, list, ByteBuffer.allocate(100));
    reopen();

    assertEquals(TransactionFault.DAMAGED, fault(coordinator.init("t", 60_000, Optional.empty())));
    CompletableFuture<Long> id = scene.shard.newProducerId();
    settle();
    assertInstanceOf(LogDamagedException.class, id.exceptionNow());
  }

  @Test
  void aPartitionOfTheStateThatCouldNotBeReadAtFirstIsLoadedLater() throws IOException {
    ProducerIdentity producer = init("b");
    appended(coordinator.append("b", true, List.of(batch(orders, producer, 0))));
    coordinator.close();
    coordinate(new ShardForTransactions(scene.shard, Runnable::run, new AtomicInteger(2)));
    assertEquals(
        TransactionFault.NOT_AVAILABLE, fault(coordinator.end("b", producer, true, RISING)));

    pass(Duration.ofSeconds(20));

    assertEquals(List.of(), coordinator.problems());
    done(coordinator.end("b", producer, true, RISING));
    assertEquals(orders.highWatermark(), orders.lastStableOffset());
  }

  @Test
  void whoWaitsForTheStateToBeLoadedDoesNotWaitForEver() throws IOException {
    ProducerIdentity producer = init("t");
    coordinator.close();
    Queue<Runnable> readers = new ArrayDeque<>();
    coordinate(new ShardForTransactions(scene.shard, readers::add));
    CompletableFuture<Void> patient = coordinator.loadedWithin(Duration.ofSeconds(30));
    CompletableFuture<Void> lucky = coordinator.loadedWithin(Duration.ofSeconds(90));

    scheduler.advance(Duration.ofSeconds(31));

    assertTrue(patient.isDone());
    assertEquals(
        Reason.COORDINATOR_NOT_READY,
        reason(coordinator.append("t", true, List.of(batch(orders, producer, 0)))));
    assertFalse(lucky.isDone());
    readers.remove().run();
    settle();
    assertTrue(lucky.isDone());
    appended(coordinator.append("t", true, List.of(batch(orders, producer, 0))));
  }

  /// One record to each, after the partition was added, where the version asks for that.
  private void write(ProducerIdentity producer, short version, Partition... partitions) {
    for (Partition partition : partitions) {
      add(producer, version, partition);
      String counted = partition.id() + " " + producer;
      int sequence = sequences.merge(counted, 1, Integer::sum) - 1;
      appended(append(producer, version, partition, sequence));
    }
  }

  private void add(ProducerIdentity producer, short version, Partition partition) {
    if (version == OLD) {
      done(coordinator.add("t", producer, Set.of(name(partition)), version));
    }
  }

  private Append append(
      ProducerIdentity producer, short version, Partition partition, int sequence) {
    int number = version == OLD ? sequence : 0;
    return coordinator.append("t", version == RISING, List.of(batch(partition, producer, number)));
  }

  /// Nobody knows yet where: behind the end.
  private static void damage(Partition partition) throws IOException {
    partition.log().markDamaged(new DamagedRange(1_000, 1_001, "for the test", 1));
  }

  private void repair() throws IOException {
    scene.shard.close();
    accept();
  }

  private void accept() throws IOException {
    coordinator.close();
    Losses.accept(scene.disk, salts);
    reopen();
  }

  private void restart() throws IOException {
    coordinator.close();
    scene.shard.close();
    reopen();
  }

  private void reopen() throws IOException {
    begin(new SteppedShard(scene.disk, scene.clock, salts));
    coordinate();
  }

  private void begin(SteppedShard life) {
    scene = life;
    orders = scene.partition("orders");
    bills = scene.partition("bills");
  }

  private void pass(Duration time) {
    for (Duration passed = Duration.ZERO;
        passed.compareTo(time) < 0;
        passed = passed.plusSeconds(5)) {
      scheduler.advance(Duration.ofSeconds(5));
      settle();
    }
  }

  private Transaction state(String id) {
    return answer(coordinator.list(one -> one.id().equals(id))).getFirst();
  }

  /// How many records the state has.
  private long stateSize() {
    return statePartitions().mapToLong(Partition::highWatermark).sum();
  }

  private Stream<Partition> statePartitions() {
    Topic topic = scene.shard.topics().byName(TopicNames.TRANSACTION_STATE).orElseThrow();
    return Stream.of(0, 1)
        .map(index -> Objects.requireNonNull(scene.shard.partition(topic.partition(index))));
  }
}
