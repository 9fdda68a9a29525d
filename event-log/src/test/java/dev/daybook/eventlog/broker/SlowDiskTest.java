package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.partition.Isolation;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.partition.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose own disk is slow must not blame a client for it.
class SlowDiskTest {
  private static final int VERSION = 12;
  private static final int BATCHES = 16;
  private static final int BATCH_BYTES = 512 << 10;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /// How long a client may take nothing: long enough that a busy machine does not make it.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @TempDir private Path directory;

  @Test
  @Tag("ci")
  void whoWaitsForBytesThatAreStillOnTheDiskIsNotHungUpOn() throws Exception {
    ConnectionLimits limits = new ConnectionLimits(100, 100, MINUTE, PATIENCE);
    try (RunningBroker daybook = RunningBroker.in(directory, config -> config.limiting(limits))) {
      fill(daybook);
      makeOnlyTheFirstMegabyteResident(daybook, awaitFile(daybook));
      CountDownLatch slow = new CountDownLatch(1);
      daybook.broker().coldReader().thread().execute(() -> await(slow));

      CompletableFuture<FetchResponseData> answer =
          CompletableFuture.supplyAsync(() -> fetch(daybook));
      Thread.sleep(PATIENCE.toMillis() * 2); // So slow is the disk: longer than any client may be.
      slow.countDown();

      assertEquals(BATCHES, batches(answer.get()));
    }
  }

  private static void fill(RunningBroker daybook) throws IOException {
    try (WireClient client = daybook.wire()) {
      client.ask(Requests.createTopics("orders"), 7, CreateTopicsResponseData.class);
      for (int i = 0; i < BATCHES; i++) {
        MemoryRecords batch =
            MemoryRecords.withRecords(
                Compression.NONE,
                new SimpleRecord(System.currentTimeMillis(), null, new byte[BATCH_BYTES]));
        client.ask(
            Requests.produce("orders", Uuid.ZERO_UUID, 0, batch, VERSION),
            VERSION,
            ProduceResponseData.class);
      }
    }
  }

  /// Waits until the segment writer has come by, and nothing is served from memory any more.
  private static FileSlice awaitFile(RunningBroker daybook) throws IOException {
    Partition orders =
        Objects.requireNonNull(
            daybook
                .log()
                .partition(daybook.log().topics().byName("orders").orElseThrow().partition(0)));
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      assertTrue(System.nanoTime() < endNs, "the segment is not written");
      try (ReadResult.Batches found =
          assertInstanceOf(
              ReadResult.Batches.class,
              orders.read(0, Integer.MAX_VALUE, Isolation.READ_UNCOMMITTED))) {
        if (found.slices().getFirst() instanceof Slice.InFile(FileSlice slice)
            && slice.length() > BATCHES * BATCH_BYTES) {
          return slice;
        }
      }
      Thread.onSpinWait();
    }
  }

  /// What the answer begins with is at hand, and what follows is not.
  private static void makeOnlyTheFirstMegabyteResident(RunningBroker daybook, FileSlice slice)
      throws Exception {
    dropFromPageCache(slice.file().path());
    ColdReader reader = daybook.broker().coldReader();
    CompletableFuture.runAsync(() -> read(reader, slice), reader.thread()).get();
    assumeFalse(
        slice.file().isResident(slice.position() + ColdReader.AHEAD_BYTES, ColdReader.AHEAD_BYTES),
        "this system keeps in its page cache what it is asked to drop");
  }

  /// As no program in Java can.
  private static void dropFromPageCache(Path file) throws IOException, InterruptedException {
    List<String> dd =
        List.of("dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0");
    Process process = new ProcessBuilder(dd).redirectErrorStream(true).start();
    process.getInputStream().transferTo(OutputStream.nullOutputStream());
    assertEquals(0, process.waitFor(), "dd does not drop " + file);
  }

  private static void read(ColdReader reader, FileSlice slice) {
    try {
      reader.read(slice.file(), slice.position(), ColdReader.AHEAD_BYTES);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static FetchResponseData fetch(RunningBroker daybook) {
    FetchRequestData request = Requests.fetch("orders", Uuid.ZERO_UUID, 0, 0, VERSION);
    request.setMaxBytes(2 * BATCHES * BATCH_BYTES);
    request
        .topics()
        .getFirst()
        .partitions()
        .getFirst()
        .setPartitionMaxBytes(2 * BATCHES * BATCH_BYTES);
    try (WireClient client = daybook.wire()) {
      return client.ask(request, VERSION, FetchResponseData.class);
    } catch (IOException e) {
      throw new AssertionError("hung up on", e);
    }
  }

  private static int batches(FetchResponseData answer) {
    MemoryRecords records =
        (MemoryRecords) answer.responses().getFirst().partitions().getFirst().records();
    int count = 0;
    for (var _ : records.batches()) {
      count++;
    }
    return count;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
