package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.partition.CalmPace;
import dev.daybook.eventlog.partition.ColdPace;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is missing in memory is brought there once, also on a file system that never says what is.
class ColdReaderTest {
  private static final int BYTES = 3 << 20;
  private static final int PART = 1 << 20;

  private final ManualClock clock = new ManualClock();
  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final ColdReader reader = new ColdReader(Runnable::run, CalmPace.by(clock), clock);
  private DiskFile file;
  private int closed;
  private boolean missing = true;

  @BeforeEach
  void write() throws IOException {
    file = disk.create(Path.of("/segment"));
    file.write(0, ByteBuffer.allocate(BYTES));
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  @Test
  void whatIsThereIsNotRead() throws IOException {
    disk.keepInCache(true);
    reader.read(all(), 0, BYTES);

    assertEquals(0, disk.bytesRead());
  }

  @Test
  void whatWasReadAMomentAgoIsNotReadAgainThoughTheSystemDoesNotSayThatItIsThere()
      throws IOException {
    reader.read(all(), 0, 2 * PART);
    assertEquals(2 * PART, disk.bytesRead());

    reader.read(all(), 0, 2 * PART);
    reader.read(all(), PART / 2, PART);
    assertEquals(2 * PART, disk.bytesRead());

    reader.read(all(), PART, 2 * PART);
    assertEquals(3 * PART, disk.bytesRead(), "and nothing is left out");
  }

  @Test
  void afterAMomentNobodyKnowsWhetherItIsStillThere() throws IOException {
    reader.read(all(), 0, PART);
    clock.advance(Duration.ofMillis(1_001));
    reader.read(all(), 0, PART);

    assertEquals(2 * PART, disk.bytesRead());
  }

  @Test
  void whatNobodyHasAskedForYetIsReadWhileNobodyAppends() throws IOException {
    reader.readAhead(ahead());

    assertEquals(BYTES, disk.bytesRead());
    assertEquals(1, closed);
  }

  @Test
  void besideProducersOnlyWhatSomebodyAskedForIsRead() throws IOException {
    ColdPace busy = CalmPace.besideProducers(clock);
    clock.advance(Duration.ofMillis(200));
    ColdReader besideThem = new ColdReader(Runnable::run, busy, clock);
    for (int i = 0; i < 20; i++) {
      besideThem.readAhead(ahead());
    }

    assertEquals(0, disk.bytesRead());
  }

  @Test
  void whatTheDiskDoesNotGiveIsLeftToWhoAsksForIt() throws IOException {
    disk.spoil(Path.of("/segment"), PART, PART + 1);
    reader.readAhead(ahead());

    assertEquals(1, closed);
  }

  @Test
  void aDiskThatFailsIsNotAskedForWhatNobodyWantsForAWhile() throws IOException {
    disk.spoil(Path.of("/segment"), BYTES - 1, BYTES);
    reader.readAhead(ahead());
    long readBefore = disk.bytesRead();
    reader.readAhead(ahead());
    assertEquals(readBefore, disk.bytesRead());
    assertEquals(2 * PART, readBefore);

    clock.advance(Duration.ofSeconds(11));
    reader.readAhead(ahead());
    assertEquals(2 * readBefore, disk.bytesRead());
    assertEquals(2, closed);
  }

  @Test
  void whatIsInMemoryByThenIsNotRead() throws IOException {
    missing = false;
    reader.readAhead(ahead());
    reader.read(all(), 0, BYTES);

    assertEquals(0, disk.bytesRead());
    assertEquals(1, closed);
  }

  @Test
  void whatSomebodyWaitsForComesFirst() throws IOException {
    Deque<Runnable> tasks = new ArrayDeque<>();
    ColdReader queued = new ColdReader(tasks::add, CalmPace.by(clock), clock);
    queued.readAhead(ahead());
    queued.thread().execute(() -> assertEquals(0, disk.bytesRead()));
    runAll(tasks);

    assertEquals(BYTES, disk.bytesRead(), "and what nobody waits for behind it");
    assertEquals(1, closed);
  }

  @Test
  void onlySomeAreReadAheadAtATime() {
    Deque<Runnable> tasks = new ArrayDeque<>();
    ColdReader queued = new ColdReader(tasks::add, CalmPace.by(clock), clock);
    for (int i = 0; i < 20; i++) {
      queued.readAhead(ahead());
    }
    assertEquals(8, tasks.size());
    runAll(tasks);
    assertEquals(8, closed);

    queued.readAhead(ahead());
    assertEquals(1, tasks.size(), "and then others");
  }

  @Test
  void whatIsRefusedDoesNotCountAsUnderWay() {
    AtomicBoolean refusing = new AtomicBoolean(true);
    Executor closing =
        task -> {
          if (refusing.get()) {
            throw new RejectedExecutionException();
          }
          task.run();
        };
    ColdReader refused = new ColdReader(closing, CalmPace.by(clock), clock);
    for (int i = 0; i < 20; i++) {
      refused.readAhead(ahead());
      assertThrows(RejectedExecutionException.class, () -> refused.thread().execute(() -> {}));
    }
    refusing.set(false);
    refused.readAhead(ahead());

    assertEquals(BYTES, disk.bytesRead());
    assertEquals(1, closed);
  }

  private static void runAll(Deque<Runnable> tasks) {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  /// What is there, with all of the file behind it.
  private FileSlice ahead() {
    return new FileSlice(file, 0, 0, -1, false, FileSlice.Found.NOW, new Behind(all()), () -> {});
  }

  private FileSlice all() {
    return new FileSlice(
        file, 0, BYTES, -1, false, FileSlice.Found.NOT_YET, new Behind(null), () -> closed++);
  }

  private final class Behind implements FileSlice.Batches {
    private final @Nullable FileSlice next;

    private Behind(@Nullable FileSlice next) {
      this.next = next;
    }

    @Override
    public boolean areAtHand(DiskFile held, long from, long bytes) {
      return !missing;
    }

    @Override
    public long wholeEnd(DiskFile held, long from, long to) {
      return to;
    }

    @Override
    public Optional<FileSlice> behind(long position, int length, int step) {
      return Optional.ofNullable(next);
    }

    @Override
    public boolean forgetMissing(DiskFile held, long from, long bytes) {
      return missing;
    }
  }
}
