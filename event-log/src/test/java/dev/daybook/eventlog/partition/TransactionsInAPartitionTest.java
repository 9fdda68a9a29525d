package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a partition makes of transactional batches and markers, decided by its appender.
class TransactionsInAPartitionTest {
  private static final long PRODUCER = 7;
  private static final long OTHER = 8;

  private SteppedShard scene;
  private Partition orders;

  @BeforeEach
  void open() throws IOException {
    scene = new SteppedShard();
    orders = scene.create("orders");
  }

  @Test
  void anOpenTransactionHoldsTheStableOffsetBackUntilItsMarkerIsForced() throws IOException {
    append(plain());
    append(guarded(PRODUCER, 0, 0));
    append(plain());

    assertEquals(3, orders.highWatermark());
    assertEquals(1, orders.lastStableOffset());

    Append marker = scene.shard.append(List.of(marker(PRODUCER, 0, true)));
    assertEquals(1, orders.lastStableOffset());
    scene.step();

    assertEquals(3, assertInstanceOf(AppendResult.Appended.class, result(marker)).baseOffset());
    assertEquals(4, orders.lastStableOffset());
    assertEquals(List.of(), orders.abortedTransactions(0, 4));
  }

  @Test
  void tellsOfAbortedTransactionsWhereTheyReach() throws IOException {
    append(guarded(PRODUCER, 0, 0));
    append(guarded(OTHER, 0, 0));
    append(marker(OTHER, 0, false));
    append(marker(PRODUCER, 0, true));
    append(plain());

    assertEquals(5, orders.lastStableOffset());
    AbortedTransaction aborted = new AbortedTransaction(OTHER, 1, 2, 0);
    assertEquals(List.of(aborted), orders.abortedTransactions(0, 5));
    assertEquals(List.of(aborted), orders.abortedTransactions(2, 3));
    assertEquals(List.of(), orders.abortedTransactions(0, 1));
    assertEquals(List.of(), orders.abortedTransactions(3, 5));
  }

  @Test
  void aBatchOpensATransactionOnlyWithAGuard() throws IOException {
    assertRefused(Reason.INVALID_TXN_STATE, append(batch(PRODUCER, 0, 0)));

    append(guarded(PRODUCER, 0, 0));

    assertEquals(Optional.empty(), orders.guard(PRODUCER, (short) 0));
    assertAppended(append(batch(PRODUCER, 0, 1)));
  }

  @Test
  void aMarkerMakesAGuardVoidAlsoWhereNoTransactionIsOpen() throws IOException {
    PartitionAppend delayed = guarded(PRODUCER, 0, 0);
    append(marker(PRODUCER, 0, false));

    assertRefused(Reason.INVALID_TXN_STATE, append(delayed));
    assertEquals(orders.highWatermark(), orders.lastStableOffset());
  }

  @Test
  void aBatchOfNoTransactionIsRefusedWhileOneIsOpen() throws IOException {
    append(guarded(PRODUCER, 0, 0));

    ByteBuffer plain =
        RecordBatchBuilder.uncompressed()
            .producer(PRODUCER, (short) 0, 1)
            .append(scene.clock.wallMs(), null, ByteBuffer.allocate(1))
            .build();

    assertRefused(Reason.INVALID_TXN_STATE, append(new PartitionAppend(orders, plain)));
  }

  @Test
  void aMarkerWithAHigherEpochFencesTheProducer() throws IOException {
    append(guarded(PRODUCER, 3, 0));
    append(marker(PRODUCER, 4, false));

    assertRefused(Reason.INVALID_TXN_STATE, append(batch(PRODUCER, 3, 1)));
    assertRefused(
        Reason.INVALID_PRODUCER_EPOCH, append(withGuard(new PartitionAppend(orders, raw(3, 1)))));
    assertRefused(Reason.INVALID_PRODUCER_EPOCH, append(marker(PRODUCER, 3, false)));
    assertRefused(
        Reason.OUT_OF_ORDER_SEQUENCE, append(withGuard(new PartitionAppend(orders, raw(4, 1)))));
    assertAppended(append(guarded(PRODUCER, 4, 0)));
  }

  @Test
  void aMarkerOfAFormerCoordinatorIsRefused() throws IOException {
    append(guarded(PRODUCER, 0, 0));
    append(new MarkerAppend(orders, new TransactionMarker(PRODUCER, (short) 0, 5, true)));

    assertRefused(
        Reason.COORDINATOR_FENCED,
        append(new MarkerAppend(orders, new TransactionMarker(PRODUCER, (short) 0, 4, true))));
  }

  @Test
  void aMarkerWrittenAgainDoesNoHarm() throws IOException {
    append(guarded(PRODUCER, 0, 0));
    append(marker(PRODUCER, 1, false));
    assertAppended(append(marker(PRODUCER, 1, false)));

    assertEquals(1, orders.abortedTransactions(0, 3).size());
    assertEquals(3, orders.lastStableOffset());
  }

  @Test
  void aMarkerOfVersionTwoThatComesLateDoesNotEndTheNextTransaction() throws IOException {
    append(guarded(PRODUCER, 0, 0));
    MarkerAppend marker =
        new MarkerAppend(orders, new TransactionMarker(PRODUCER, (short) 1, 0, true, 2));
    append(marker);
    append(guarded(PRODUCER, 1, 0));

    assertRefused(Reason.INVALID_PRODUCER_EPOCH, append(marker));
    assertEquals(2, orders.lastStableOffset());
  }

  @Test
  void ofAProducerWithRisingEpochsTheFirstBatchHasSequenceZero() throws IOException {
    PartitionAppend second = new PartitionAppend(orders, raw(0, 5));
    TransactionGuard guard = orders.guard(PRODUCER, (short) 0).orElseThrow();

    assertRefused(Reason.OUT_OF_ORDER_SEQUENCE, append(second.with(guard.withRisingEpochs())));
    assertAppended(append(new PartitionAppend(orders, raw(0, 5)).with(guard)));
  }

  @Test
  void appendsAllOfARequestOrNothing() throws IOException {
    append(guarded(PRODUCER, 1, 0));
    List<AppendPart> parts =
        List.of(new PartitionAppend(orders, scene.batch(10)), marker(PRODUCER, 0, true));

    List<AppendResult> refused = results(scene.shard.appendTogether(parts));

    assertRefused(Reason.OTHERS_REFUSED, refused.get(0));
    assertRefused(Reason.INVALID_PRODUCER_EPOCH, refused.get(1));
    assertEquals(1, orders.highWatermark());

    List<AppendPart> good =
        List.of(new PartitionAppend(orders, scene.batch(10)), marker(PRODUCER, 1, true));
    results(scene.shard.appendTogether(good)).forEach(TransactionsInAPartitionTest::assertAppended);
    assertEquals(3, orders.lastStableOffset());
  }

  @Test
  void aStartAboveAnOpenTransactionsFirstOffsetIsStable() throws IOException {
    append(guarded(PRODUCER, 0, 0));
    append(batch(PRODUCER, 0, 1));
    append(batch(PRODUCER, 0, 2));

    var raised = scene.shard.raiseLogStart(orders, 2);
    scene.step();

    assertEquals(new LogStartResult.StartsAt(2), raised.join());
    assertEquals(2, orders.lastStableOffset());
    assertEquals(List.of(), committedFrom(2).slices());
    append(marker(PRODUCER, 0, false));
    assertEquals(4, orders.lastStableOffset());
    try (ReadResult.Batches read = committedFrom(2)) {
      assertEquals(List.of(new AbortedTransaction(PRODUCER, 0, 3, 4)), read.aborted());
    }
  }

  @Test
  void readersOfCommittedRecordsStopAtTheStableOffsetInSegmentsToo() throws IOException {
    append(plain());
    append(guarded(PRODUCER, 0, 0));
    append(plain());
    for (int settled = 0; settled < 2; settled++) {
      try (ReadResult.Batches read = committedFrom(0)) {
        assertEquals(plain().sizeBytes(), read.sizeBytes());
        assertEquals(1, read.lastStableOffset());
        assertEquals(3, read.highWatermark());
      }
      assertEquals(List.of(), committedFrom(1).slices());
      assertEquals(List.of(), committedFrom(3).slices());
      assertInstanceOf(
          ReadResult.OffsetOutOfRange.class, orders.read(4, 100, Isolation.READ_COMMITTED));
      scene.shard.settle();
    }
  }

  @Test
  void forgetsProducersThatAreIdleForLongButNoOpenTransaction() throws IOException {
    append(guarded(PRODUCER, 0, 0));
    append(guarded(OTHER, 0, 0));
    append(marker(OTHER, 0, true));
    scene.clock.advance(Duration.ofHours(23));
    assertEquals(0, expire());
    scene.clock.advance(Duration.ofHours(2));
    append(plain());

    assertEquals(1, expire());

    assertEquals(List.of(PRODUCER), known(scene));
    SteppedShard again = new SteppedShard(scene.disk.afterKill());
    assertEquals(List.of(PRODUCER), known(again), "by the journal");
    again.shard.settle();
    SteppedShard settled = new SteppedShard(again.disk.afterKill());
    assertEquals(List.of(PRODUCER), known(settled), "by the checkpoint");
  }

  @Test
  void looksForIdleProducersNowAndThen() throws IOException {
    append(guarded(OTHER, 0, 0));
    append(marker(OTHER, 0, true));
    ProducerExpiry expiry =
        scene.shard.background().producerExpiry(ProducerExpiry.Pace.of(Duration.ofMinutes(30)));
    for (int tenMinutes = 0; tenMinutes < 4; tenMinutes++) {
      assertEquals(0, expiry.doWork());
      scene.clock.advance(Duration.ofMinutes(10));
      assertEquals(1, expiry.doWork());
      scene.step();
    }

    assertEquals(List.of(), known(scene));
    scene.clock.advance(Duration.ofMinutes(10));
    assertEquals(0, expiry.doWork(), "nobody is left to be asked about");
  }

  @Test
  void tellsWhatItKnowsOfProducers() throws IOException {
    append(guarded(PRODUCER, 3, 7));
    append(new MarkerAppend(orders, new TransactionMarker(OTHER, (short) 1, 5, true)));
    long nowMs = scene.clock.wallMs();

    var asked = scene.shard.producers(orders);
    scene.step();

    assertEquals(
        List.of(
            new ActiveProducer(PRODUCER, (short) 3, 7, nowMs, -1, OptionalLong.of(0)),
            new ActiveProducer(OTHER, (short) 1, -1, nowMs, 5, OptionalLong.empty())),
        asked.join());
  }

  @Test
  void waitersForCommittedRecordsAreWokenByTheMarker() throws IOException {
    append(guarded(PRODUCER, 0, 0));
    int[] woken = {0};
    var unused = orders.waiters(Isolation.READ_COMMITTED).await(0, () -> woken[0]++);
    append(batch(PRODUCER, 0, 1));
    assertEquals(0, woken[0]);

    append(marker(PRODUCER, 0, true));

    assertEquals(1, woken[0]);
  }

  private ReadResult.Batches committedFrom(long offset) throws IOException {
    return assertInstanceOf(
        ReadResult.Batches.class, orders.read(offset, 10_000, Isolation.READ_COMMITTED));
  }

  private int expire() throws IOException {
    var expired = scene.shard.expireProducers(orders, Duration.ofDays(1));
    scene.step();
    return expired.join();
  }

  private static List<Long> known(SteppedShard scene) throws IOException {
    var asked = scene.shard.producers(scene.partition("orders"));
    scene.step();
    return asked.join().stream().map(ActiveProducer::producerId).toList();
  }

  private PartitionAppend plain() {
    return new PartitionAppend(orders, scene.batch(10));
  }

  private PartitionAppend batch(long producer, int epoch, int sequence) {
    return new PartitionAppend(orders, raw(producer, epoch, sequence));
  }

  private PartitionAppend guarded(long producer, int epoch, int sequence) {
    PartitionAppend batch = batch(producer, epoch, sequence);
    return orders.guard(producer, (short) epoch).map(batch::with).orElse(batch);
  }

  private PartitionAppend withGuard(PartitionAppend batch) {
    return batch.with(orders.guard(PRODUCER, (short) 0).orElseThrow());
  }

  private ByteBuffer raw(int epoch, int sequence) {
    return raw(PRODUCER, epoch, sequence);
  }

  private ByteBuffer raw(long producer, int epoch, int sequence) {
    return RecordBatchBuilder.uncompressed()
        .producer(producer, (short) epoch, sequence)
        .transactional()
        .append(scene.clock.wallMs(), null, ByteBuffer.allocate(1))
        .build();
  }

  private MarkerAppend marker(long producer, int epoch, boolean commit) {
    return new MarkerAppend(orders, new TransactionMarker(producer, (short) epoch, 0, commit));
  }

  private AppendResult append(AppendPart part) throws IOException {
    return results(scene.shard.append(List.of(part))).getFirst();
  }

  private List<AppendResult> results(Append append) throws IOException {
    scene.step();
    return append.durable().join();
  }

  private static AppendResult result(Append append) {
    return append.durable().join().getFirst();
  }

  private static void assertAppended(AppendResult result) {
    assertInstanceOf(AppendResult.Appended.class, result);
  }

  private static void assertRefused(Reason reason, AppendResult result) {
    assertEquals(reason, assertInstanceOf(AppendResult.Refused.class, result).reason());
    assertTrue(result.toString().length() > 20);
  }
}
