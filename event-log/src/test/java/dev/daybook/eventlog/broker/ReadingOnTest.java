package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.FileDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who reads in turn finds what comes next in memory: since it was just written, or since it was brought in while he was busy.
class ReadingOnTest {
  private static final int VERSION = 12;
  private static final int BATCHES = 10;
  private static final int BATCH_BYTES = 512 << 10;
  private static final int STEP = 1 << 20;
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

  @TempDir private Path directory;

  @Test
  void whatOrdinaryProducersWriteStaysInMemory() throws Exception {
    PageCache.requireSeen(directory);
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      Path file = fill(daybook, client);

      assertTrue(isThere(file, 0, BATCHES * BATCH_BYTES));
    }
  }

  @Test
  void theNextStepIsBroughtInBeforeItIsAskedFor() throws Exception {
    PageCache.requireSeen(directory);
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      Path file = fill(daybook, client);
      long endNs = System.nanoTime() + PATIENCE_NS;
      do {
        // While the log is busy, nothing is brought in that nobody asked for: then once more.
        assertTrue(System.nanoTime() < endNs, "nothing comes ahead");
        PageCache.drop(file);
        client.send(fetchFirst(), VERSION);
        assertEquals(
            1, OrdersInAFile.count(client.read(ApiKeys.FETCH, VERSION, FetchResponseData.class)));
      } while (!comes(file, STEP, STEP));
    }
  }

  /// Whether bytes come within a moment.
  private static boolean comes(Path path, long position, int length) throws IOException {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    while (System.nanoTime() < endNs) {
      if (isThere(path, position, length)) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  private static boolean isThere(Path path, long position, int length) throws IOException {
    try (DiskFile file = new FileDisk().open(path)) {
      return file.isResident(position, length);
    }
  }

  private static Path fill(RunningBroker daybook, WireClient client) throws IOException {
    OrdersInAFile.produce(client, BATCHES, BATCH_BYTES);
    return OrdersInAFile.awaitFile(daybook, (long) BATCHES * BATCH_BYTES).file().path();
  }

  private static FetchRequestData fetchFirst() {
    FetchRequestData request = Requests.fetch("orders", Uuid.ZERO_UUID, 0, 0, VERSION);
    request.topics().getFirst().partitions().getFirst().setPartitionMaxBytes(BATCH_BYTES + 1_000);
    return request;
  }
}
