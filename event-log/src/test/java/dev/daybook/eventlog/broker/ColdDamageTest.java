package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.FileDisk;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bytes that have left the page cache and rotted on the disk, asked for by a client that verifies nothing: it gets what
/// was written, or is told CORRUPT_MESSAGE, never what the disk has made of it.
class ColdDamageTest {
  private static final int VERSION = 12;
  private static final int BATCHES = 12;
  private static final int BATCH_BYTES = 100_000;
  private static final int MUCH_BYTES = 1_000_000;

  /// Twelve of these are 8 MiB and a short run.
  private static final int ROUND_BYTES = 704_000;

  private static final int ROUND_MIBS = 8;

  @TempDir private Path directory;

  @Test
  void ownBytesThatRottedAreNotServed() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      OrdersInAFile.produce(client, BATCHES, BATCH_BYTES);
      Path file = OrdersInAFile.awaitFile(daybook, BATCHES * batchBytes(BATCH_BYTES)).file().path();
      rot(file, 4, BATCH_BYTES);
      drop(file);

      assertToldOfBatch(client, 4);
    }
  }

  @Test
  void bytesOfAFormerProcessThatRottedAreNotServed() throws Exception {
    Path file;
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      OrdersInAFile.produce(client, BATCHES, BATCH_BYTES);
      file = OrdersInAFile.awaitFile(daybook, BATCHES * batchBytes(BATCH_BYTES)).file().path();
    }
    rot(file, 4, BATCH_BYTES);
    drop(file);
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      assertToldOfBatch(client, 4);
    }
  }

  @Test
  void bytesThatRottedSinceTheyWereLastReadAreNotServed() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      OrdersInAFile.produce(client, BATCHES, BATCH_BYTES);
      Path file = OrdersInAFile.awaitFile(daybook, BATCHES * batchBytes(BATCH_BYTES)).file().path();
      assertEquals(BATCHES, readOn(client, 0));
      assertEquals(BATCHES, readOn(client, 0));
      rot(file, 7, BATCH_BYTES);
      drop(file);

      assertToldOfBatch(client, 7);
    }
  }

  /// Small batches are written through the page cache, and trusted as long as they stay there.
  @Test
  void smallBatchesThatLeftThePageCacheAndRottedAreNotServed() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      OrdersInAFile.produce(client, BATCHES, 100);
      Path file = OrdersInAFile.awaitFile(daybook, BATCHES * batchBytes(100)).file().path();
      assertEquals(BATCHES, readOn(client, 0));
      rot(file, 4, 100);
      drop(file);

      assertToldOfBatch(client, 4);
    }
  }

  /// What is not looked at is not found to be damaged either. A reader of many partitions meets this at most of them.
  @Test
  void nothingIsReadForAPartitionWhoseBytesHaveNoRoomInTheAnswer() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      OrdersInAFile.produce(client, BATCHES, BATCH_BYTES);
      Path file = OrdersInAFile.awaitFile(daybook, BATCHES * batchBytes(BATCH_BYTES)).file().path();
      rot(file, 4, BATCH_BYTES);
      drop(file);
      for (byte isolation : new byte[] {0, 1}) {
        FetchRequestData request = Requests.fetch("orders", Uuid.ZERO_UUID, 0, 0, VERSION);
        request.setMaxBytes(1).setIsolationLevel(isolation);
        FetchRequestData.FetchTopic orders = request.topics().getFirst();
        FetchRequestData.FetchPartition first = orders.partitions().getFirst();
        orders.setPartitions(
            List.of(
                first,
                first.duplicate().setFetchOffset(4),
                first.duplicate().setFetchOffset(BATCHES + 1)));

        client.send(request, VERSION);
        List<FetchResponseData.PartitionData> told =
            client
                .read(ApiKeys.FETCH, VERSION, FetchResponseData.class)
                .responses()
                .getFirst()
                .partitions();

        assertTrue(((MemoryRecords) told.get(0).records()).sizeInBytes() > BATCH_BYTES);
        assertEquals(Errors.NONE.code(), told.get(1).errorCode());
        assertEquals(BATCHES, told.get(1).highWatermark());
        assertEquals(0, ((MemoryRecords) told.get(1).records()).sizeInBytes());
        assertEquals(Errors.OFFSET_OUT_OF_RANGE.code(), told.get(2).errorCode());
      }
      assertToldOfBatch(client, 4);
    }
  }

  /// An answer of many megabytes is on its way to a client who does not take it, when what is to come last leaves the page
  /// cache. Its size is told already, so all that is left is to end it.
  @Test
  void whatRotsWhileAnAnswerIsOnItsWayEndsIt() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      Path file = produceMuch(daybook, client, MUCH_BYTES);
      try (WireClient slow = daybook.wire()) {
        sendAndAwaitFirstBytes(slow);
        rot(file, 11, MUCH_BYTES);
        PageCache.dropFrom(file, 8);
        letAnswersGrowOld();

        assertThrows(IOException.class, slow::readFrame);
      }
      assertToldOfBatch(client, 11);
    }
  }

  /// The short run that an answer ends with was found at hand when the one before it went to the socket. Until the client has
  /// room for it, it has left the page cache and is another.
  @Test
  void aShortRunThatRotsUntilItIsItsTurnIsNotServed() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      Path file = produceMuch(daybook, client, ROUND_BYTES);
      try (Socket slow = new Socket()) {
        DataInputStream in = takeHalf(slow, daybook.port());
        rot(file, endOfRounds() - 10_000);
        dropLastRun(file);

        assertThrows(IOException.class, () -> takeRest(in));
      }
      assertToldOfBatch(client, 11);
    }
  }

  @Test
  void aShortRunThatLeftThePageCacheUntilItIsItsTurnIsReadOnceMore() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      Path file = produceMuch(daybook, client, ROUND_BYTES);
      try (Socket slow = new Socket()) {
        DataInputStream in = takeHalf(slow, daybook.port());
        dropLastRun(file);

        assertTrue(takeRest(in) > (ROUND_MIBS - 5) << 20);
      }
    }
  }

  /// Of what is cold not all that was asked for is handed out at once. That is no reason to wait for more.
  @Test
  void whoWantsMuchAtOnceGetsWhatThereIsOfColdBytesWithoutWaiting() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        WireClient client = daybook.wire()) {
      drop(produceMuch(daybook, client, MUCH_BYTES));
      FetchRequestData request = much();
      request.setMinBytes(8 * MUCH_BYTES).setMaxWaitMs(Integer.MAX_VALUE);
      assertTrue(((MemoryRecords) fetch(client, request).records()).sizeInBytes() > 0);
    }
  }

  /// Asks for all, and takes so much of the answer that the last run is made ready, and is not handed to the socket: 4 MiB wait
  /// there. A small buffer keeps the system from taking more for the client.
  private static DataInputStream takeHalf(Socket slow, int port) throws IOException {
    slow.setReceiveBufferSize(64 << 10);
    slow.setSoTimeout((int) TimeUnit.SECONDS.toMillis(90));
    slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    slow.getOutputStream().write(WireClient.frame(much(), VERSION, 1));
    DataInputStream in = new DataInputStream(slow.getInputStream());
    in.skipNBytes((4 << 20) + (64 << 10));
    return in;
  }

  /// @return how many bytes there were; all, as far as who was told their number can tell
  private static int takeRest(DataInputStream in) throws IOException {
    int rest = (int) (endOfRounds() - (4 << 20) - (64 << 10));
    in.skipNBytes(rest);
    return rest;
  }

  private static long endOfRounds() {
    return BATCHES * batchBytes(ROUND_BYTES);
  }

  private static void dropLastRun(Path file) throws Exception {
    long from = (long) ROUND_MIBS << 20;
    try (DiskFile read = new FileDisk().openToRead(file)) {
      for (int tries = 0; read.isResident(from, endOfRounds() - from); tries++) {
        assumeTrue(tries < 100, "this system keeps in its page cache what it should drop");
        PageCache.dropFrom(file, ROUND_MIBS);
        letAnswersGrowOld();
      }
    }
    letAnswersGrowOld();
  }

  /// Twelve batches, at hand for one answer.
  private static Path produceMuch(RunningBroker daybook, WireClient client, int bytes)
      throws IOException {
    OrdersInAFile.produce(client, BATCHES, bytes);
    Path file = OrdersInAFile.awaitFile(daybook, BATCHES * batchBytes(bytes)).file().path();
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    do {
      assertTrue(System.nanoTime() < endNs, "not at hand");
      assertEquals(BATCHES, readOn(client, 0));
    } while (((MemoryRecords) fetch(client, much()).records()).sizeInBytes() < BATCHES * bytes);
    return file;
  }

  private static void sendAndAwaitFirstBytes(WireClient slow) throws IOException {
    slow.send(much(), VERSION);
    while (!slow.hasBytes()) {
      Thread.onSpinWait();
    }
  }

  private static FetchRequestData much() {
    FetchRequestData request = Requests.fetch("orders", Uuid.ZERO_UUID, 0, 0, VERSION);
    int bytes = 2 * BATCHES * MUCH_BYTES;
    request.topics().getFirst().partitions().getFirst().setPartitionMaxBytes(bytes);
    return request.setMaxBytes(bytes);
  }

  /// Flips a bit in the middle of a batch, on the disk too.
  private static void rot(Path file, int batch, int valueBytes) throws Exception {
    long batchBytes = batchBytes(valueBytes);
    rot(file, batch * batchBytes + batchBytes / 2 + 30);
  }

  private static void rot(Path file, long at) throws Exception {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      channel.write(one, at);
      channel.force(true);
    }
  }

  private static long batchBytes(int valueBytes) {
    return MemoryRecords.withRecords(
            Compression.NONE, new SimpleRecord(1L, null, new byte[valueBytes]))
        .sizeInBytes();
  }

  private static void drop(Path file) throws Exception {
    PageCache.drop(file);
    letAnswersGrowOld();
  }

  /// What was seen in memory counts as seen for 20 ms. Longer does no harm here.
  private static void letAnswersGrowOld() throws InterruptedException {
    Thread.sleep(50);
  }

  private static void assertToldOfBatch(WireClient client, int rotten) throws IOException {
    assertEquals(rotten, readOn(client, 0), "all before it");
    FetchResponseData.PartitionData told = fetch(client, rotten);
    assertEquals(Errors.CORRUPT_MESSAGE.code(), told.errorCode());
    assertEquals(0, ((MemoryRecords) told.records()).sizeInBytes());
    assertEquals(BATCHES, readOn(client, rotten + 1), "all behind it");
    assertEquals(rotten, readOn(client, 0), "as before");
  }

  /// Reads as far as there is no error.
  ///
  /// @return the next offset
  private static long readOn(WireClient client, long from) throws IOException {
    long next = from;
    while (next < BATCHES) {
      FetchResponseData.PartitionData answer = fetch(client, next);
      if (answer.errorCode() != Errors.NONE.code()) {
        assertEquals(Errors.CORRUPT_MESSAGE.code(), answer.errorCode());
        return next;
      }
      List<Long> offsets = new ArrayList<>();
      for (RecordBatch batch : ((MemoryRecords) answer.records()).batches()) {
        batch.ensureValid();
        assertEquals(next, batch.baseOffset());
        next = batch.nextOffset();
        offsets.add(next);
      }
      assertTrue(!offsets.isEmpty(), "an answer without a batch at " + next);
    }
    return next;
  }

  private static FetchResponseData.PartitionData fetch(WireClient client, long offset)
      throws IOException {
    return fetch(client, Requests.fetch("orders", Uuid.ZERO_UUID, 0, offset, VERSION));
  }

  private static FetchResponseData.PartitionData fetch(WireClient client, FetchRequestData request)
      throws IOException {
    client.send(request, VERSION);
    FetchResponseData answer = client.read(ApiKeys.FETCH, VERSION, FetchResponseData.class);
    return answer.responses().getFirst().partitions().getFirst();
  }
}
