package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.time.ManualScheduler;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionFault;
import dev.daybook.eventlog.transaction.TransactionLog;
import dev.daybook.eventlog.transaction.TransactionPartition;
import dev.daybook.eventlog.transaction.TransactionReply;
import dev.daybook.eventlog.transaction.TransactionSettings;
import dev.daybook.eventlog.transaction.TransactionState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
class TransactionsAndDamageTest {
  private static final short OLD = 0;
  private static final short RISING = Transaction.RAISES_EPOCH;

  private final Random salts = new Random(1);
  private final List<TransactionMarker> asked = new ArrayList<>();
  private final Map<String, Integer> sequences = new HashMap<>();
  private SteppedShard scene;
  private ManualScheduler scheduler;
  private TransactionCoordinator coordinator;
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
    damaged.log().markDamaged(new DamagedRange(0, 1, "for the test", 1));

    restart();

    assertTrue(coordinator.loaded().isDone());
    assertEquals(1, coordinator.problems().size());
    assertTrue(coordinator.problems().getFirst().contains("daybook repair"));
    assertEquals(
        TransactionFault.NOT_AVAILABLE, fault(coordinator.init("b", 60_000, Optional.empty())));
    assertEquals(
        TransactionFault.NOT_AVAILABLE,
        fault(coordinator.add("b", even, Set.of(name(orders)), OLD)));
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
    done(coordinator.init("b", 60_000, Optional.empty()));
    assertEquals(TransactionState.COMPLETE_COMMIT, state("a").state());
  }

  @Test
  void aPartitionOfTheStateThatCouldNotBeReadAtFirstIsLoadedLater() throws IOException {
    ProducerIdentity producer = init("b");
    appended(coordinator.append("b", true, List.of(batch(orders, producer, 0))));
    coordinator.close();
    TransactionLog log = new ShardForTransactions(scene.shard);
    coordinate(new SlowLog(log, log.readers(), new AtomicInteger(2)));
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
    coordinate(new SlowLog(new ShardForTransactions(scene.shard), readers::add));
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
    scene = new SteppedShard(scene.disk, scene.clock, salts);
    orders = scene.partition("orders");
    bills = scene.partition("bills");
    coordinate();
  }

  private void coordinate() {
    coordinate(new ShardForTransactions(scene.shard));
  }

  private void coordinate(TransactionLog log) {
    scheduler = new ManualScheduler(scene.clock);
    coordinator =
        new TransactionCoordinator(
            log,
            TransactionSettings.of(Map.of(TransactionSettings.STATE_PARTITIONS, "2")),
            scene.clock,
            scheduler);
    coordinator.start(
        (partition, marker) -> {
          asked.add(marker);
          return new CompletableFuture<>();
        });
    settle();
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

  private ProducerIdentity init(String id) {
    return done(coordinator.init(id, 60_000, Optional.empty()));
  }

  private ProducerIdentity done(CompletableFuture<TransactionReply> reply) {
    return assertInstanceOf(TransactionReply.Done.class, answer(reply)).producer();
  }

  private TransactionFault fault(CompletableFuture<TransactionReply> reply) {
    return assertInstanceOf(TransactionReply.Refused.class, answer(reply)).fault();
  }

  private void appended(Append append) {
    assertInstanceOf(AppendResult.Appended.class, result(append));
  }

  private Reason reason(Append append) {
    return assertInstanceOf(AppendResult.Refused.class, result(append)).reason();
  }

  private AppendResult result(Append append) {
    return answer(append.durable()).getFirst();
  }

  private <T> T answer(CompletableFuture<T> reply) {
    settle();
    assertTrue(reply.isDone(), "no answer");
    return reply.join();
  }

  private void settle() {
    try {
      scene.shard.settle();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TransactionPartition name(Partition partition) {
    return new TransactionPartition(partition.topic().name(), partition.id().index());
  }

  private static PartitionAppend batch(
      Partition partition, ProducerIdentity producer, int sequence) {
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .producer(producer.id(), producer.epoch(), sequence)
            .transactional()
            .append(1, ByteBuffer.allocate(1), ByteBuffer.allocate(1))
            .build();
    return new PartitionAppend(partition, batch);
  }
}
