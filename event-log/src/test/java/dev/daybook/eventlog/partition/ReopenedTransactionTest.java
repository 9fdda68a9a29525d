package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.partition.OpenTransaction.Standing;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A transaction had ended, its marker was damaged, and somebody took that for lost. It is open again, and nobody writes
/// into it: what its producer writes next belongs to another transaction, which may end otherwise.
class ReopenedTransactionTest {
  private static final long PRODUCER = 99;

  private final Random salts = new Random(1);
  private SteppedShard scene;
  private Partition orders;

  @BeforeEach
  void open() throws IOException {
    scene = new SteppedShard(new SimulatedDisk(1), new ManualClock(), salts);
    orders = scene.create("orders", Map.of("segment.ms", "1000"));
    append(plain());
  }

  @Test
  void isNotContinuedWhereTheEpochRoseSince() throws IOException {
    append(batch(0, 0));
    lose(append(new MarkerAppend(orders, new TransactionMarker(PRODUCER, (short) 1, 0, true, 2))));

    isNotContinuedBy(1, 0, Standing.ENDED);
  }

  @Test
  void isNotContinuedInTheSameEpoch() throws IOException {
    append(batch(0, 0));
    lose(append(marker(0)));

    isNotContinuedBy(0, 1, Standing.ENDED);
  }

  @Test
  void isNotContinuedWhenItsProducerHadBegunAnotherThatIsLostToo() throws IOException {
    append(batch(0, 0));
    long marker = append(marker(0));
    long next = append(batch(0, 1));
    lose(marker, next);

    isNotContinuedBy(0, 2, Standing.ENDED);
  }

  @Test
  void isNotContinuedWhenTheProducersFileIsGone() throws IOException {
    append(batch(0, 0));
    lose(append(marker(0)));
    forgetProducers();

    isNotContinuedBy(0, 1, Standing.PERHAPS_ENDED);
  }

  @Test
  void isToldToBeAbortedWhenItIsWhereItsSegmentWasSealedLongAgo() throws IOException {
    append(batch(0, 0));
    long marker =
        append(new MarkerAppend(orders, new TransactionMarker(PRODUCER, (short) 0, 0, true)));
    for (int i = 0; i < 5; i++) {
      scene.clock.advance(Duration.ofSeconds(2));
      append(plain());
    }
    lose(marker);
    assertTrue(orders.log().segmentCount() > 4);

    long end = append(marker(0));

    scene.shard.settle();
    assertEquals(
        List.of(new AbortedTransaction(PRODUCER, 1, end, end + 1)),
        orders.abortedTransactions(0, 2));
  }

  @Test
  void endsByItsOwnMarkerSentAgainAndByNoneOfALaterTransaction() {
    OpenTransaction open = new OpenTransaction(PRODUCER, (short) 3, 10, Standing.ENDED);

    assertTrue(open.isEndedBy(new TransactionMarker(PRODUCER, (short) 4, 0, true, 2)));
    assertTrue(!open.isEndedBy(new TransactionMarker(PRODUCER, (short) 5, 0, true, 2)));
    assertTrue(!open.isEndedBy(new TransactionMarker(PRODUCER, (short) 3, 0, true, 0)));
    OpenTransaction ordinary = new OpenTransaction(PRODUCER, (short) 3, 10);
    assertTrue(ordinary.isEndedBy(new TransactionMarker(PRODUCER, (short) 3, 0, true, 0)));
  }

  @Test
  void endsWithNoMarkerOfALaterOneThatIsWholeBehindIt() throws IOException {
    append(batch(0, 0));
    long marker =
        append(new MarkerAppend(orders, new TransactionMarker(PRODUCER, (short) 1, 0, true, 2)));
    long next = append(batch(1, 0));

    lose(marker);

    endsOnlyApart(next, new TransactionMarker(PRODUCER, (short) 2, 0, false, 2));
  }

  @Test
  void endsWithNoMarkerOfALaterOneOfTheSameEpoch() throws IOException {
    append(batch(0, 0));
    long marker = append(marker(0));
    long next = append(batch(0, 1));

    lose(marker);

    endsOnlyApart(next, new TransactionMarker(PRODUCER, (short) 0, 0, false));
  }

  @Test
  void endsWithNoMarkerOfALaterOneWhenNobodyKnowsThatThereWasOne() throws IOException {
    append(batch(0, 0));
    long marker = append(marker(0));
    long next = append(batch(0, 1));
    lose(marker);

    forgetProducers();

    endsOnlyApart(next, new TransactionMarker(PRODUCER, (short) 0, 0, false));
  }

  @Test
  void isFoundByTheEpochThatRoseWhereItsMarkerVanished() {
    ProducerState state = new ProducerState();
    state.replay(placed(batch(3, 0), 10));
    state.replay(placed(batch(4, 0), 12));
    state.replay(placed(batch(4, 1), 13));

    assertEquals(
        List.of(
            new OpenTransaction(PRODUCER, (short) 3, 10, Standing.FOLLOWED, OptionalLong.of(12))),
        List.copyOf(state.open()));
  }

  @Test
  void isFoundByTheEpochThatRoseWhereOneOfBothIsKnown() {
    ProducerState left = new ProducerState();
    left.replay(placed(batch(3, 0), 10));
    left.replay(placed(batch(4, 0), 12));
    ProducerState known = new ProducerState();
    known.replay(placed(batch(4, 0), 10));

    left.open().forEach(former -> known.reopen(left, former, 12));

    assertEquals(List.copyOf(left.open()), List.copyOf(known.open()));
  }

  @Test
  void isTheRunningOneWhereOnlyItsFirstRecordsAreLost() throws IOException {
    long first = append(batch(0, 0));
    append(batch(0, 1));

    lose(first);

    assertEquals(
        new OpenTransaction(PRODUCER, (short) 0, first),
        orders.openTransaction(PRODUCER).orElseThrow());
    append(batch(0, 2));
  }

  /// The later one's own marker and that of an administrator are refused, in two lives, until what comes before it is deleted.
  private void endsOnlyApart(long next, TransactionMarker end) throws IOException {
    for (int life = 0; life < 2; life++) {
      OpenTransaction open = orders.openTransaction(PRODUCER).orElseThrow();
      assertEquals(
          new OpenTransaction(PRODUCER, (short) 0, 1, Standing.FOLLOWED, OptionalLong.of(next)),
          open);
      assertTrue(open.isInDoubtBy(end) && !open.isEndedBy(end));
      for (AppendPart marker :
          List.of(new MarkerAppend(orders, end), marker(end.producerEpoch()))) {
        AppendResult.Refused refused = assertInstanceOf(AppendResult.Refused.class, result(marker));
        assertEquals(Reason.INVALID_TXN_STATE, refused.reason(), refused.message());
        assertTrue(refused.message().contains("before offset " + next), refused.message());
      }
      assertEquals(1, orders.lastStableOffset());
      scene.shard.close();
      restart();
    }

    var raised = scene.shard.raiseLogStart(orders, next);
    scene.step();
    assertEquals(new LogStartResult.StartsAt(next), raised.join());
    assertEquals(next, orders.lastStableOffset());
    scene.shard.close();
    restart();

    int epoch = orders.openTransaction(PRODUCER).orElseThrow().producerEpoch();
    assertEquals(
        new OpenTransaction(PRODUCER, (short) epoch, next),
        orders.openTransaction(PRODUCER).orElseThrow());
    long marker = append(new MarkerAppend(orders, end));
    assertEquals(
        List.of(new AbortedTransaction(PRODUCER, next, marker, marker + 1)),
        orders.abortedTransactions(next, marker));
    assertEquals(orders.highWatermark(), orders.lastStableOffset());
  }

  private static RecordBatch placed(PartitionAppend append, long offset) {
    ByteBuffer bytes = append.batch();
    RecordBatch.assign(bytes, bytes.position(), offset, 0);
    return RecordBatch.at(bytes, bytes.position());
  }

  private void forgetProducers() throws IOException {
    scene.shard.close();
    Losses.forgetProducers(scene.disk);
    restart();
  }

  /// In two lives; then an administrator aborts it, and the producer goes on.
  private void isNotContinuedBy(int epoch, int sequence, Standing standing) throws IOException {
    for (int life = 0; life < 2; life++) {
      assertEquals(
          new OpenTransaction(PRODUCER, (short) 0, 1, standing),
          orders.openTransaction(PRODUCER).orElseThrow());
      AppendResult.Refused refused =
          assertInstanceOf(AppendResult.Refused.class, result(batch(epoch, sequence)));
      assertEquals(Reason.CONCURRENT_TRANSACTIONS, refused.reason(), refused.message());
      assertEquals(1, orders.lastStableOffset());
      scene.shard.close();
      restart();
    }
    long end = append(marker(epoch));
    assertEquals(
        List.of(new AbortedTransaction(PRODUCER, 1, end, end + 1)),
        orders.abortedTransactions(0, end));

    long first = append(batch(epoch, sequence));

    assertEquals(
        new OpenTransaction(PRODUCER, (short) epoch, first),
        orders.openTransaction(PRODUCER).orElseThrow());
  }

  /// Damages the batches at these offsets, and takes them for lost.
  private void lose(long... offsets) throws IOException {
    scene.shard.close();
    for (long offset : offsets) {
      Losses.damage(scene.disk, orders.id(), offset);
    }
    Losses.accept(scene.disk, salts);
    restart();
  }

  private void restart() throws IOException {
    scene = new SteppedShard(scene.disk, scene.clock, salts);
    orders = scene.partition("orders");
  }

  private long append(AppendPart part) throws IOException {
    return assertInstanceOf(AppendResult.Appended.class, result(part)).baseOffset();
  }

  private AppendResult result(AppendPart part) throws IOException {
    Append append = scene.shard.append(List.of(part));
    scene.step();
    return append.durable().join().getFirst();
  }

  private PartitionAppend plain() {
    return new PartitionAppend(orders, scene.batch(10));
  }

  /// With a guard, if it needs one.
  private PartitionAppend batch(int epoch, int sequence) {
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .producer(PRODUCER, (short) epoch, sequence)
            .transactional()
            .append(scene.clock.wallMs(), null, ByteBuffer.allocate(10))
            .build();
    PartitionAppend append = new PartitionAppend(orders, batch);
    return orders.guard(PRODUCER, (short) epoch).map(append::with).orElse(append);
  }

  /// An abort, as an administrator asks for it.
  private MarkerAppend marker(int epoch) {
    return new MarkerAppend(orders, new TransactionMarker(PRODUCER, (short) epoch, 0, false));
  }
}
