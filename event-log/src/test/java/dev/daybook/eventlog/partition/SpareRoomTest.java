package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.journal.JournalConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How one waits for room who is told of it: here for an hour, unless something ends that.
@Timeout(120)
class SpareRoomTest {
  private static final long RESERVE_BYTES = 128 << 10;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private FileJournal journal;
  private SpareRoom room;

  @BeforeEach
  void open() throws IOException {
    ShardFiles files = ShardFiles.of(Path.of("/data"), 0);
    DurableFiles.createDirectories(disk, files.directory());
    journal =
        FileJournal.open(
            disk, files.journal(), new JournalConfig(64 << 10, 64 << 10), 0, new Random(1));
    room =
        new SpareRoom(
            new Admission(journal, 1 << 20, 4 << 10, 1 << 20, RESERVE_BYTES),
            Reserve.open(disk, files, RESERVE_BYTES),
            journal,
            TimeUnit.HOURS.toNanos(1));
    room.mayWait(true);
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
  }

  @Test
  void whoWaitsGoesOnWhenThereMayBeMoreRoom() throws InterruptedException {
    Thread waiting = waiting();
    room.mayHaveMore();
    waiting.join();
  }

  @Test
  void roomThatIsMadeBeforeTheWaitBeginsIsNotMissed() throws InterruptedException {
    room.mayHaveMore();
    room.pause();

    assertFalse(room.hasNews(), "the next pause would look for the same again");
    Thread waiting = waiting();
    room.mayHaveMore();
    waiting.join();
  }

  @Test
  void aStopEndsTheWaitAndNoOtherBegins() throws InterruptedException {
    Thread waiting = waiting();
    room.mayWait(false);
    waiting.join();
    room.pause();
  }

  private Thread waiting() {
    Thread waiting = new Thread(room::pause);
    waiting.start();
    while (!room.isAwaited()) {
      Thread.onSpinWait();
    }
    return waiting;
  }
}
