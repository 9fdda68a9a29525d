package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.partition.Isolation;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.ReadResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose own disk is slow must not blame a client for it.
class SlowDiskTest {
  private static final int VERSION = 12;
  private static final int BATCHES = 24;
  private static final int BATCH_BYTES = 512 << 10;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /// How long a client may take nothing: long enough that a busy machine does not make it, and longer than a test takes
  /// to have pages dropped.
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  @TempDir private Path directory;

  @Test
  @Tag("ci")
  void whoWaitsForBytesThatAreStillOnTheDiskIsNotHungUpOn() throws Exception {
    ConnectionLimits limits = new ConnectionLimits(100, 100, MINUTE, PATIENCE);
    try (RunningBroker daybook = RunningBroker.in(directory, config -> config.limiting(limits))) {
      fill(daybook);
      PageCache.drop(OrdersInAFile.awaitFile(daybook, (long) BATCHES * BATCH_BYTES).file().path());
      CountDownLatch slow = new CountDownLatch(1);
      daybook.broker().coldReader().thread().execute(() -> await(slow));

      CompletableFuture<Integer> found = CompletableFuture.supplyAsync(() -> fetch(daybook));
      Thread.sleep(PATIENCE.toMillis() * 2); // So slow is the disk: longer than any client may be.
      slow.countDown();

      assertTrue(found.get() > 0);
    }
  }

  @Test
  @Tag("ci")
  void whoHasHalfOfItsAnswerAndWaitsForTheRestIsNotHungUpOn() throws Exception {
    ConnectionLimits limits = new ConnectionLimits(100, 100, MINUTE, PATIENCE);
    try (RunningBroker daybook = RunningBroker.in(directory, config -> config.limiting(limits));
        WireClient client = daybook.wire()) {
      fill(daybook);
      FileSlice slice = OrdersInAFile.awaitFile(daybook, (long) BATCHES * BATCH_BYTES);
      makeAllAtHand(daybook);
      client.send(fetchAll(), VERSION);
      while (!client.hasBytes()) {
        Thread.onSpinWait();
      }
      PageCache.dropFrom(slice.file().path(), 8);
      CountDownLatch slow = new CountDownLatch(1);
      daybook.broker().coldReader().thread().execute(() -> await(slow));

      CompletableFuture<Integer> found = CompletableFuture.supplyAsync(() -> read(client));
      Thread.sleep(PATIENCE.toMillis() * 2);
      slow.countDown();

      assertEquals(BATCHES, found.get());
    }
  }

  private static void fill(RunningBroker daybook) throws IOException {
    try (WireClient client = daybook.wire()) {
      OrdersInAFile.produce(client, BATCHES, BATCH_BYTES);
    }
  }

  /// Reads until all is found whole and one answer holds it. What the system has dropped meanwhile is read once more.
  private static void makeAllAtHand(RunningBroker daybook) throws IOException {
    Partition orders = OrdersInAFile.partition(daybook);
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    do {
      assertTrue(System.nanoTime() < endNs, "the system keeps nothing in its page cache");
      for (long offset = 0; offset < BATCHES; offset++) {
        orders.read(offset, 1, Isolation.READ_UNCOMMITTED);
      }
    } while (!areAllAtHand(orders));
  }

  private static boolean areAllAtHand(Partition orders) {
    ReadResult found =
        orders.tryReadAtHand(0, 2 * BATCHES * BATCH_BYTES, Isolation.READ_UNCOMMITTED);
    if (found instanceof ReadResult.Batches all) {
      all.close();
      return all.sizeBytes() > BATCHES * BATCH_BYTES;
    }
    return false;
  }

  private static FetchRequestData fetchAll() {
    FetchRequestData request = Requests.fetch("orders", Uuid.ZERO_UUID, 0, 0, VERSION);
    int bytes = 2 * BATCHES * BATCH_BYTES;
    request.topics().getFirst().partitions().getFirst().setPartitionMaxBytes(bytes);
    return request.setMaxBytes(bytes);
  }

  /// How many batches come.
  private static int fetch(RunningBroker daybook) {
    try (WireClient client = daybook.wire()) {
      client.send(fetchAll(), VERSION);
      return read(client);
    } catch (IOException e) {
      throw new AssertionError("hung up on", e);
    }
  }

  private static int read(WireClient client) {
    try {
      return OrdersInAFile.count(client.read(ApiKeys.FETCH, VERSION, FetchResponseData.class));
    } catch (IOException e) {
      throw new AssertionError("hung up on", e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
