package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A transaction had ended, its marker was damaged, and somebody took that for lost. It is open again, and nobody writes
/// into it: what its producer writes next belongs to another transaction, which may end otherwise.
class ReopenedTransactionTest {
  private static final long PRODUCER = 99;
  private static final Path DATA = Path.of("/data");

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

    isNotContinuedBy(1, 0);
  }

  @Test
  void isNotContinuedInTheSameEpoch() throws IOException {
    append(batch(0, 0));
    lose(append(marker(0)));

    isNotContinuedBy(0, 1);
  }

  @Test
  void isNotContinuedWhenItsProducerHadBegunAnotherThatIsLostToo() throws IOException {
    append(batch(0, 0));
    long marker = append(marker(0));
    long next = append(batch(0, 1));
    lose(marker, next);

    isNotContinuedBy(0, 2);
  }

  @Test
  void isNotContinuedWhenTheProducersFileIsGone() throws IOException {
    append(batch(0, 0));
    lose(append(marker(0)));
    scene.shard.close();
    for (Path file : scene.disk.list(DATA.resolve("shard-0"))) {
      if (ProducersFile.isName(file.getFileName().toString())) {
        scene.disk.delete(file);
      }
    }
    restart();

    isNotContinuedBy(0, 1);
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
    OpenTransaction open = new OpenTransaction(PRODUCER, (short) 3, 10, true);

    assertTrue(open.isEndedBy(new TransactionMarker(PRODUCER, (short) 4, 0, true, 2)));
    assertTrue(!open.isEndedBy(new TransactionMarker(PRODUCER, (short) 5, 0, true, 2)));
    assertTrue(!open.isEndedBy(new TransactionMarker(PRODUCER, (short) 3, 0, true, 0)));
    OpenTransaction ordinary = new OpenTransaction(PRODUCER, (short) 3, 10);
    assertTrue(ordinary.isEndedBy(new TransactionMarker(PRODUCER, (short) 3, 0, true, 0)));
  }

  /// In two lives; then an administrator aborts it, and the producer goes on.
  private void isNotContinuedBy(int epoch, int sequence) throws IOException {
    for (int life = 0; life < 2; life++) {
      assertEquals(
          new OpenTransaction(PRODUCER, (short) 0, 1, true),
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
