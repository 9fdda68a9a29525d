package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What found no room is asked for again, and then all is as if there had been room at once.
class FullDiskLogTest {
  private static final PartitionId ID = new PartitionId(0, new TopicId(7, 7), 0);
  private static final Path DIRECTORY = Path.of("/log");
  private static final long MUCH = 1 << 20;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final PartitionLog log = PartitionLog.create(disk, DIRECTORY, ID);

  @ParameterizedTest
  @CsvSource({
    "0, PAST_CACHE, PAST_CACHE",
    "1, PAST_CACHE, THROUGH_CACHE",
    "70, THROUGH_CACHE, PAST_CACHE",
    "200, THROUGH_CACHE, THROUGH_CACHE",
    "400, PAST_CACHE, PAST_CACHE"
  })
  void aRunIsWrittenAtTheSecondTry(long freeBytes, RunWay first, RunWay second) throws IOException {
    List<ByteBuffer> run = List.of(data(9, 0), data(9, 1), data(9, 2), data(9, 3), data(9, 4));
    disk.limitBytes(freeBytes);
    findsNoRoom(() -> log.append(0, run, SegmentPolicy.DEFAULT, first));
    assertEquals(0, log.nextOffset());
    assertTrue(log.read(0, 1_000).isEmpty());

    // The checkpointer may come by meanwhile.
    log.force();
    disk.limitBytes(MUCH);
    log.append(0, run, SegmentPolicy.DEFAULT, second);

    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), offsets());
    log.force();
    assertSoundAfterRestart();
  }

  @Test
  void aTransactionAbortedByARunThatWasTriedTwiceBeginsWhereItBegan() throws IOException {
    log.append(0, List.of(data(1, 0)), SegmentPolicy.DEFAULT, RunWay.PAST_CACHE);
    List<ByteBuffer> run = List.of(data(1, 1), abort(1, 2));
    disk.limitBytes(10);
    findsNoRoom(() -> log.append(1, run, SegmentPolicy.DEFAULT, RunWay.PAST_CACHE));

    disk.limitBytes(MUCH);
    log.append(1, run, SegmentPolicy.DEFAULT, RunWay.PAST_CACHE);

    assertEquals(
        List.of(new AbortedTransaction(1, 0, 2, 3)), log.abortedTransactions(0, log.nextOffset()));
  }

  @Test
  void aSegmentIsSealedAtTheSecondTry() throws IOException {
    log.append(0, List.of(data(1, 0)), SegmentPolicy.DEFAULT, RunWay.PAST_CACHE);
    disk.limitBytes(10);
    findsNoRoom(() -> log.roll(1));
    assertEquals(1, log.segmentCount());

    log.force();
    disk.limitBytes(MUCH);
    log.roll(1);
    log.append(1, List.of(data(1, 1)), SegmentPolicy.DEFAULT, RunWay.PAST_CACHE);

    assertEquals(2, log.segmentCount());
    assertEquals(List.of(0L, 1L), offsets());
    log.force();
    assertSoundAfterRestart();
  }

  private static void findsNoRoom(Executable asked) {
    IOException failure = assertThrows(IOException.class, asked);
    assertTrue(DiskFull.isCauseOf(failure), failure::toString);
  }

  private List<Long> offsets() throws IOException {
    List<Long> offsets = new ArrayList<>();
    log.forEachBatch(0, batch -> offsets.add(batch.baseOffset()));
    return offsets;
  }

  private void assertSoundAfterRestart() throws IOException {
    LogEnd end = log.end();
    log.close();
    assertEquals(0, disk.openFiles());
    SimulatedDisk later = disk.afterPowerCut();
    try (PartitionLog again = PartitionLog.open(later, DIRECTORY, ID, end, Path.of("/aside"))) {
      List<Long> offsets = new ArrayList<>();
      again.forEachBatch(0, batch -> offsets.add(batch.baseOffset()));
      assertEquals(end.nextOffset(), offsets.size());
    }
  }

  private static ByteBuffer data(long producer, long offset) {
    return batch(producer, offset).append(1, null, ByteBuffer.allocate(30)).build();
  }

  private static ByteBuffer abort(long producer, long offset) {
    ByteBuffer key = ByteBuffer.allocate(4);
    ByteBuffer value = ByteBuffer.allocate(6);
    return batch(producer, offset).control().append(1, key, value).build();
  }

  private static RecordBatchBuilder batch(long producer, long offset) {
    return RecordBatchBuilder.uncompressed()
        .at(offset, 0)
        .producer(producer, (short) 0, (int) offset)
        .transactional();
  }
}
