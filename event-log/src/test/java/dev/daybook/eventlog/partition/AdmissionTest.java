package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is let in on a disk that somebody else filled: 1,600 bytes are kept back, memory takes 1,000.
class AdmissionTest {
  private static final long RESERVE_BYTES = 1_600;
  private static final long MEMORY_BYTES = 1_000;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private FileJournal journal;
  private Admission admission;

  @BeforeEach
  void open() throws IOException {
    journal =
        FileJournal.open(
            disk, Path.of("/journal"), new JournalConfig(64 << 10, 64 << 10), 0, new Random(1));
    admission = new Admission(journal, 1 << 20, 4 << 10, MEMORY_BYTES, RESERVE_BYTES);
    admission.observeFreeSpace(() -> 1 << 20);
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
  }

  @Test
  void whoRunsOutOfRoomNeedNotWaitForTheNextLook() {
    assertTrue(admission.refuse(false, 1).isEmpty());
    admission.ranOutOfRoom();
    assertEquals(
        AppendResult.Reason.STORAGE_FULL, admission.refuse(false, 1).orElseThrow().reason());
  }

  @Test
  void aDiskThatClaimsToHaveRoomIsFullAsLongAsAWriteWaits() throws IOException {
    admission.writesWait(true);
    admission.observeFreeSpace(() -> 1 << 20);
    assertTrue(admission.isDiskFull());

    admission.writesWait(false);
    admission.observeFreeSpace(() -> 1 << 20);
    assertFalse(admission.isDiskFull());
  }

  @Test
  void aFullMemoryKeepsARoundWaitingOnlyWhileItCanBecomeEmptier() throws IOException {
    admission.retained((int) MEMORY_BYTES);
    assertFalse(admission.roomForARound());
    admission.writesWait(true);
    assertTrue(admission.roomForARound());
    assertTrue(admission.refuse(false, 1).isPresent());
  }

  @Test
  void nothingIsDecidedBeforeTheJournalHasAFileForIt() throws IOException {
    disk.limitBytes(0);
    while (journal.fits(12 << 10)) {
      journal.append(new JournalEntry(journal.nextSequence(), List.of()), () -> {});
    }
    assertTrue(admission.roomForARound());
    assertTrue(admission.refuse(false, 1).isPresent());

    while (journal.fits(2 << 10)) {
      journal.append(new JournalEntry(journal.nextSequence(), List.of()), () -> {});
    }
    assertFalse(admission.roomForARound());
    disk.limitBytes(1 << 20);
    journal.prepareAhead();
    assertTrue(admission.roomForARound());
  }

  @Test
  void whatAWriteDoesNotFindIsNoReserveWhateverTheDiskSays() throws IOException {
    admission.writesWait(true);
    while (admission.refuse(true, 10).isEmpty()) {
      admission.retained(10);
      admission.observeFreeSpace(() -> 1 << 20);
      assertTrue(admission.retainedBytes() <= MEMORY_BYTES, "commits go on for ever");
    }
    assertEquals(RESERVE_BYTES / 16, admission.retainedBytes());
  }

  @Test
  void commitsLeaveTheLastOfTheJournalToWhoMakesRoom() throws IOException {
    admission.ranOutOfRoom();
    disk.limitBytes(0);
    while (admission.refuse(true, 10).isEmpty()) {
      journal.append(new JournalEntry(journal.nextSequence(), List.of()), () -> {});
    }
    assertTrue(admission.roomForARound());
    assertTrue(journal.fits(4 << 10));
    assertFalse(journal.fits(8 << 10));
  }

  @Test
  void roomThatSomebodyTakesAtOnceDoesNotEndWhatCommitsGetOnCredit() throws IOException {
    admission.ranOutOfRoom();
    // As much as a spare file of the journal, given up for a write, and then it is gone.
    admission.observeFreeSpace(() -> RESERVE_BYTES / 4);
    admission.observeFreeSpace(() -> 0);
    assertTrue(admission.refuse(true, 10).isEmpty());

    admission.observeFreeSpace(() -> 2 * RESERVE_BYTES);
    admission.observeFreeSpace(() -> 0);
    assertTrue(admission.refuse(true, 10).isPresent(), "nothing has run out since");
  }

  @Test
  void commitsGetALittleOnCreditWhereThereIsNoReserve() throws IOException {
    admission.observeFreeSpace(() -> RESERVE_BYTES / 8 - 1);
    assertTrue(admission.refuse(true, 10).isPresent());
    admission.ranOutOfRoom();
    admission.observeFreeSpace(() -> 0);
    long bytes = 0;
    while (admission.refuse(true, 10).isEmpty()) {
      admission.retained(10);
      bytes += 10;
    }
    assertEquals(RESERVE_BYTES / 16, bytes);

    admission.released(bytes);
    admission.observeFreeSpace(() -> 0);
    assertTrue(admission.refuse(true, 10).isPresent());
    admission.observeFreeSpace(() -> RESERVE_BYTES / 4);
    assertTrue(admission.refuse(true, 10).isEmpty());
    assertTrue(admission.refuse(false, 10).isPresent());
  }
}
