package dev.daybook.eventlog.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What the marker of a clean stop saves, and what it does not.
class CleanEndTest {
  private static final Path JOURNAL = Path.of("/shard-0/journal");
  private static final Path MARKER = JOURNAL.resolve("clean-end");
  private static final JournalConfig FILES = new JournalConfig(1 << 20, 1 << 20);

  private SimulatedDisk disk = new SimulatedDisk(1);

  @Test
  void afterACleanStopNobodyReadsTheFilesBehindTheEnd() throws IOException {
    FileJournal journal = filled();
    journal.close();
    disk = disk.afterKill();
    long afterAKill = bytesReadToOpen();
    FileJournal again = open();
    again.endCleanly();
    again.close();
    disk = disk.afterPowerCut();

    long afterACleanStop = bytesReadToOpen();

    assertTrue(afterAKill > 2 * FILES.fileBytes() - 200_000, "killed: " + afterAKill);
    assertTrue(afterACleanStop < 60_000, "stopped cleanly: " + afterACleanStop);
  }

  @Test
  void theMarkerIsGoneForGoodOnceTheNextLifeHasBegun() throws IOException {
    FileJournal journal = filled();
    journal.endCleanly();
    journal.close();
    assertTrue(disk.exists(MARKER));

    open();

    assertFalse(disk.afterPowerCut().exists(MARKER));
  }

  @Test
  void aMarkerOfAnotherEndCountsForNothing() throws IOException {
    FileJournal journal = filled();
    journal.endCleanly();
    journal.close();
    byte[] stale = disk.contents().get(MARKER);
    FileJournal next = open();
    next.append(Entries.of(next.nextSequence(), new byte[5_000]), () -> {});
    disk.failAt(Operation.WRITE, 1);
    assertThrows(IOException.class, () -> next.append(entry(next), () -> {}));
    disk = disk.afterKill();
    disk.create(MARKER).write(0, ByteBuffer.wrap(stale));

    long read = bytesReadToOpen();

    assertTrue(read > FILES.fileBytes(), "only " + read);
  }

  @Test
  void aDamagedMarkerCountsForNothing() throws IOException {
    FileJournal journal = filled();
    journal.endCleanly();
    journal.close();
    disk.flipBit(MARKER, 33, 2);

    long read = bytesReadToOpen();

    assertTrue(read > FILES.fileBytes(), "only " + read);
  }

  @Test
  void aJournalThatFailedLeavesNoMarker() throws IOException {
    FileJournal journal = filled();
    disk.failAt(Operation.FORCE, 1);
    assertThrows(IOException.class, () -> journal.append(entry(journal), () -> {}));

    journal.endCleanly();
    journal.close();

    assertFalse(disk.exists(MARKER));
  }

  @Test
  void whatWasThereIsThereAfterACleanStop() throws IOException {
    FileJournal journal = filled();
    journal.endCleanly();
    journal.close();
    disk = disk.afterPowerCut();

    List<Long> found = new ArrayList<>();
    FileJournal again = open();
    again.replay(1, entry -> found.add(entry.sequence()));

    assertEquals(List.of(1L, 2L, 3L), found);
    assertEquals(4, again.nextSequence());
  }

  private FileJournal filled() throws IOException {
    FileJournal journal = open();
    for (int i = 0; i < 3; i++) {
      journal.append(entry(journal), () -> {});
    }
    journal.prepareAhead();
    return journal;
  }

  private static JournalEntry entry(FileJournal journal) {
    return Entries.of(journal.nextSequence(), new byte[10_000]);
  }

  private long bytesReadToOpen() throws IOException {
    long before = disk.bytesRead();
    open().close();
    return disk.bytesRead() - before;
  }

  private FileJournal open() throws IOException {
    return FileJournal.open(disk, JOURNAL, FILES, 0, new SplittableRandom(1));
  }
}
