package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
    reader.read(file, 0, BYTES);

    assertEquals(0, disk.bytesRead());
  }

  @Test
  void whatWasReadAMomentAgoIsNotReadAgainThoughTheSystemDoesNotSayThatItIsThere()
      throws IOException {
    reader.read(file, 0, 2 * PART);
    assertEquals(2 * PART, disk.bytesRead());

    reader.read(file, 0, 2 * PART);
    reader.read(file, PART / 2, PART);
    assertEquals(2 * PART, disk.bytesRead());

    reader.read(file, PART, 2 * PART);
    assertEquals(3 * PART, disk.bytesRead(), "and nothing is left out");
  }

  @Test
  void afterAMomentNobodyKnowsWhetherItIsStillThere() throws IOException {
    reader.read(file, 0, PART);
    clock.advance(Duration.ofMillis(1_001));
    reader.read(file, 0, PART);

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
    new ColdReader(Runnable::run, busy, clock).readAhead(ahead());

    assertEquals(0, disk.bytesRead());
    assertEquals(1, closed);
  }

  @Test
  void whatTheDiskDoesNotGiveIsLeftToWhoAsksForIt() throws IOException {
    disk.spoil(Path.of("/segment"), PART, PART + 1);
    reader.readAhead(ahead());

    assertEquals(1, closed);
  }

  private FileSlice ahead() {
    return new FileSlice(file, 0, BYTES, -1, false, true, new NoBatches(), () -> closed++);
  }
}
