package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One thread appends and rolls, one forces, others read: none sees what is not whole.
class ConcurrentReadTest {
  private static final int RUNS = 2_000;

  @TempDir Path folder;
  private final AtomicBoolean written = new AtomicBoolean();

  @Test
  void readersNeverSeeTornOrMissingBatchesBesideAWriter() throws Exception {
    LogScene scene = new LogScene(new FileDisk(), folder, 9, 1_000);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Long>> others = new ArrayList<>();
      others.add(threads.submit(() -> force(scene.log)));
      others.add(threads.submit(() -> followTheEnd(scene.log)));
      others.add(threads.submit(() -> readAnywhere(scene.log, 1)));
      others.add(threads.submit(() -> readAnywhere(scene.log, 2)));
      write(scene, others);
      for (Future<Long> other : others) {
        assertTrue(other.get() > 0);
      }
    }
    scene.assertSameReads();
  }

  @Test
  void keepsTheIndexOfASegmentInUseNowAndThen() throws IOException {
    LogScene scene = new LogScene(new FileDisk(), folder, 10, 0);
    scene.append(600);
    scene.log.force();

    assertTrue(Files.size(scene.file(0, ".index")) > 1_000 * OffsetIndex.ENTRY_BYTES);
    scene.append(3);
    scene.restart();
    scene.append(3);
    scene.assertSameReads();
  }

  private void write(LogScene scene, List<Future<Long>> others)
      throws IOException, ExecutionException, InterruptedException {
    try {
      for (int i = 1; i <= RUNS; i++) {
        scene.append(1);
        if (i % 200 == 0) {
          scene.roll();
        }
        for (Future<Long> other : others) {
          if (other.isDone()) {
            other.get();
          }
        }
      }
    } finally {
      written.set(true);
    }
  }

  private long force(PartitionLog log) throws IOException {
    long count = 0;
    do {
      LogEnd end = log.end();
      log.force();
      assertTrue(end.nextOffset() <= log.nextOffset());
      count++;
    } while (!written.get());
    return count;
  }

  /// A consumer: every batch once, in order, without a gap.
  private long followTheEnd(PartitionLog log) throws IOException {
    long offset = 0;
    while (!written.get() || offset < log.nextOffset()) {
      Optional<FileSlice> slice = log.read(offset, 4_000);
      if (slice.isEmpty()) {
        Thread.onSpinWait();
        continue;
      }
      ByteBuffer bytes = LogScene.bytes(slice.get());
      assertInstanceOf(BatchCheck.Ok.class, RecordBatches.check(bytes));
      for (RecordBatch batch : RecordBatches.in(bytes)) {
        assertEquals(offset, batch.baseOffset());
        offset = batch.nextOffset();
      }
    }
    return offset;
  }

  private long readAnywhere(PartitionLog log, long seed) throws IOException {
    Random random = new Random(seed);
    long count = 0;
    while (!written.get() || count == 0) {
      long next = log.nextOffset();
      if (next == 0) {
        continue;
      }
      long offset = random.nextLong(next);
      ByteBuffer bytes = LogScene.bytes(log.read(offset, random.nextInt(3_000)).orElseThrow());
      assertInstanceOf(BatchCheck.Ok.class, RecordBatches.check(bytes));
      RecordBatch first = ModelLog.batch(bytes);
      assertTrue(first.baseOffset() <= offset && offset < first.nextOffset());
      if (count++ % 16 == 0) {
        log.offsetForTimestamp(random.nextLong(1_000 + next * 10), 0);
      }
    }
    return count;
  }
}
