package dev.daybook.eventlog.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.NoRoomException;
import dev.daybook.eventlog.disk.Room;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How entries get into files, and what happens when they do not.
class JournalAppendTest {
  private static final Path DIRECTORY = Path.of("/journal");
  private static final int BLOCK = JournalFile.BLOCK_BYTES;

  /// The first file takes three entries of one block, the others seven.
  private static final JournalConfig CONFIG = new JournalConfig(4 * BLOCK, 8 * BLOCK);

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final List<Long> durable = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "FORCE"})
  void takesNothingMoreAfterAFailureAndDoesNotTryAgain(Operation operation) throws Exception {
    try (FileJournal journal = open(0)) {
      append(journal, 1, 100);
      disk.failAt(operation, 1);
      assertThrows(IOException.class, () -> append(journal, 2, 100));
      long changes = disk.changes();
      assertThrows(IOException.class, () -> append(journal, 2, 100));
      assertEquals(changes, disk.changes());
      assertEquals(List.of(1L), durable);
    }
  }

  @Test
  void doesNotTryAgainToPrepareAFile() throws Exception {
    try (FileJournal journal = open(0)) {
      disk.failAt(Operation.FORCE, 1);
      assertThrows(IOException.class, journal::prepareAhead);
      long changes = disk.changes();
      assertThrows(IOException.class, journal::prepareAhead);
      assertEquals(changes, disk.changes());
    }
  }

  @Test
  void stopsOnAFullDiskAndGoesOnWhenThereIsRoomAgain() throws Exception {
    try (FileJournal journal = open(0)) {
      disk.limitBytes(5000);
      for (int sequence = 1; sequence <= 3; sequence++) {
        append(journal, sequence, 100);
      }
      assertThrows(NoRoomException.class, () -> append(journal, 4, 100));
    }
    disk.limitBytes(1 << 20);
    try (FileJournal journal = open(0)) {
      assertEquals(4, journal.nextSequence());
      append(journal, 4, 100);
    }
    assertEquals(List.of(1L, 2L, 3L, 4L), durable);
  }

  @Test
  void asksForRoomForAFileThatAnEntryWaitsFor() throws Exception {
    try (FileJournal journal = open(0)) {
      fillFirstFile(journal);
      List<Long> asked = new ArrayList<>();
      journal.asksForRoom(
          bytes -> {
            asked.add(bytes);
            disk.limitBytes(1 << 20);
            return true;
          });
      append(journal, 4, 100);
      assertEquals(List.of(8L * BLOCK), asked);
    }
    try (FileJournal journal = open(0)) {
      assertEquals(List.of(1L, 2L, 3L, 4L), replayed(journal, 1));
    }
  }

  @Test
  void waitsForRoomThatSomebodyElseMakesAndWritesNothingBefore() throws Exception {
    try (FileJournal journal = open(0)) {
      fillFirstFile(journal);
      NobodysRoom room = new NobodysRoom(() -> disk.limitBytes(1 << 20));
      journal.asksForRoom(room);
      append(journal, 4, 100);
      assertEquals(room.changesAtFirst, room.changesAtLast);
      assertTrue(room.helped);
    }
    assertEquals(List.of(1L, 2L, 3L, 4L), durable);
  }

  @Test
  void whoWaitsForRoomAndIsStoppedHasLostNothingThatWasDurable() throws Exception {
    try (FileJournal journal = open(0)) {
      fillFirstFile(journal);
      NobodysRoom room = new NobodysRoom(() -> {});
      room.stopsAtLast = true;
      journal.asksForRoom(room);
      assertThrows(NoRoomException.class, () -> append(journal, 4, 100));
      journal.endCleanly();
    }
    disk.limitBytes(1 << 20);
    try (FileJournal journal = open(0)) {
      assertEquals(List.of(1L, 2L, 3L), replayed(journal, 1));
    }
  }

  @Test
  void aFirstStartOnAFullDiskSaysWhatToDo() throws Exception {
    disk.limitBytes(BLOCK);
    IOException failure = assertThrows(IOException.class, () -> open(0).close());
    assertTrue(DiskFull.isCauseOf(failure), failure::toString);
    assertTrue(failure.getMessage().contains("free some space"), failure::toString);
    assertEquals(0, disk.openFiles());
    disk.limitBytes(1 << 20);
    try (FileJournal journal = open(0)) {
      append(journal, 1, 100);
    }
  }

  @Test
  void goesOnInASmallFileAndUsesTheLargeOneAgain() throws Exception {
    try (FileJournal journal = open(0)) {
      for (int sequence = 1; sequence <= 5; sequence++) {
        append(journal, sequence, 100);
      }
      journal.trim(5);
      while (journal.giveUpSpareFile()) {}
      disk.limitBytes(4L * BLOCK);
      for (int sequence = 6; sequence <= 10; sequence++) {
        append(journal, sequence, 100);
      }
      journal.prepareAhead();
      assertEquals(8L * BLOCK, journal.bytesToPrepare());

      journal.prepareSmall();
      append(journal, 11, 100);
      assertEquals(8L * BLOCK, journal.bytesToPrepare());
      journal.trim(11);
      assertEquals(0, journal.bytesToPrepare());
      for (int sequence = 12; sequence <= 15; sequence++) {
        append(journal, sequence, 100);
      }
      journal.trim(15);
      assertEquals(0, journal.bytesToPrepareSmall(), "the small one, too");
    }
    try (FileJournal journal = open(10)) {
      assertEquals(List.of(11L, 12L, 13L, 14L, 15L), replayed(journal, 11));
    }
  }

  /// Has nothing to give; at the third wait something happens.
  private final class NobodysRoom implements Room {
    private final Runnable atLast;
    private boolean stopsAtLast;
    private boolean helped;
    private int waits;
    private long changesAtFirst;
    private long changesAtLast;

    NobodysRoom(Runnable atLast) {
      this.atLast = atLast;
    }

    @Override
    public boolean give(long bytes) {
      return disk.usableBytes(DIRECTORY) >= bytes;
    }

    @Override
    public void helped() {
      helped = true;
    }

    @Override
    public boolean mayWait() {
      return !stopsAtLast || waits < 3;
    }

    @Override
    public void pause() {
      waits++;
      if (waits == 1) {
        changesAtFirst = disk.changes();
      }
      if (waits == 3) {
        changesAtLast = disk.changes();
        atLast.run();
      }
    }
  }

  @Test
  void keepsNoFileOpenForWhichThereWasNoRoom() throws Exception {
    try (FileJournal journal = open(0)) {
      disk.limitBytes(5000);
      int open = disk.openFiles();
      for (int attempt = 0; attempt < 5; attempt++) {
        journal.prepareAhead();
      }
      assertEquals(open, disk.openFiles());
      assertEquals(5000, disk.usableBytes(DIRECTORY));
      disk.limitBytes(0);
      journal.prepareAhead();
      disk.limitBytes(1 << 20);
      journal.prepareAhead();
      assertEquals(0, journal.bytesToPrepare());
    }
    assertEquals(0, disk.openFiles());
  }

  @Test
  void givesUpItsSpareFilesAndMakesThemAgain() throws Exception {
    try (FileJournal journal = open(0)) {
      for (int sequence = 1; sequence <= 4; sequence++) {
        append(journal, sequence, 100);
      }
      journal.prepareAhead();
      long usable = disk.usableBytes(DIRECTORY);
      assertTrue(journal.giveUpSpareFile());
      assertEquals(usable + 8 * BLOCK, disk.usableBytes(DIRECTORY));
      assertFalse(journal.giveUpSpareFile());

      for (int sequence = 5; sequence <= 30; sequence++) {
        append(journal, sequence, 100);
        journal.prepareAhead();
      }
      journal.trim(20);
      while (journal.giveUpSpareFile()) {
        assertTrue(journal.hasRoomAhead());
      }
      append(journal, 31, 100);
    }
    try (FileJournal journal = open(20)) {
      assertEquals(32, journal.nextSequence());
      assertEquals(11, replayed(journal, 21).size());
    }
  }

  /// And leaves room for a part of the next one.
  private void fillFirstFile(FileJournal journal) throws IOException {
    disk.limitBytes(5000);
    for (int sequence = 1; sequence <= 3; sequence++) {
      append(journal, sequence, 100);
    }
  }

  @Test
  void writesAndForcesOnceWhenTheNextFileIsPrepared() throws Exception {
    try (FileJournal journal = open(0)) {
      for (int sequence = 1; sequence <= 3; sequence++) {
        append(journal, sequence, 100);
      }
      journal.prepareAhead();
      long changes = disk.changes();
      append(journal, 4, 100);
      assertEquals(changes + 2, disk.changes());
      journal.prepareAhead();
      changes = disk.changes();
      journal.prepareAhead();
      assertEquals(changes, disk.changes());
    }
  }

  @Test
  void refusesAnEntryOutOfOrderAndGoesOn() throws Exception {
    try (FileJournal journal = open(0)) {
      assertThrows(IllegalStateException.class, () -> append(journal, 2, 100));
      append(journal, 1, 100);
      assertThrows(IllegalStateException.class, () -> append(journal, 1, 100));
      append(journal, 2, 100);
    }
  }

  @Test
  void refusesAnEntryThatFitsInNoFileAndGoesOn() throws Exception {
    try (FileJournal journal = open(0)) {
      assertThrows(IllegalArgumentException.class, () -> append(journal, 1, 8 * BLOCK));
      append(journal, 1, 7 * BLOCK - EntryHeader.BYTES - ItemFormat.ROW_BYTES);
    }
    try (FileJournal journal = open(0)) {
      assertEquals(2, journal.nextSequence());
    }
  }

  @Test
  void leavesTheSmallFirstFileEmptyWhenTheFirstEntryIsLarge() throws Exception {
    try (FileJournal journal = open(0)) {
      append(journal, 1, 5 * BLOCK);
      append(journal, 2, 100);
    }
    try (FileJournal journal = open(0)) {
      assertEquals(List.of(1L, 2L), replayed(journal, 1));
    }
  }

  @Test
  void usesFilesAgainWhenTheirEntriesAreNotNeeded() throws Exception {
    try (FileJournal journal = open(0)) {
      for (int sequence = 1; sequence <= 200; sequence++) {
        append(journal, sequence, 100);
        journal.trim(sequence);
        journal.prepareAhead();
      }
      assertTrue(journal.usedBytes() <= 7 * BLOCK, () -> journal.usedBytes() + " bytes used");
    }
    assertTrue(disk.contents().size() <= 3, () -> disk.contents().keySet().toString());
    try (FileJournal journal = open(200)) {
      assertEquals(201, journal.nextSequence());
      assertEquals(List.of(), replayed(journal, 201));
    }
  }

  @Test
  void countsTheBytesOfEntriesThatAreNotTrimmed() throws Exception {
    try (FileJournal journal = open(0)) {
      assertEquals(0, journal.usedBytes());
      for (int sequence = 1; sequence <= 12; sequence++) {
        append(journal, sequence, 100);
      }
      assertEquals(12 * BLOCK, journal.usedBytes());
      journal.trim(3);
      assertEquals(9 * BLOCK, journal.usedBytes());
      journal.trim(9);
      assertEquals(9 * BLOCK, journal.usedBytes());
    }
    try (FileJournal journal = open(10)) {
      assertEquals(2 * BLOCK, journal.usedBytes());
    }
  }

  @Test
  void readsTheCallersBuffersWithoutMovingThem() throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(300).position(100).limit(200);
    JournalItem item = new JournalItem.Batches(Entries.partition(1), 7, bytes);
    try (FileJournal journal = open(0)) {
      journal.append(new JournalEntry(1, List.of(item)), () -> {});
    }
    assertEquals(100, bytes.position());
    assertEquals(200, bytes.limit());
  }

  @Test
  void takesAnEntryWithoutItemsAndOneWithThousands() throws Exception {
    SplittableRandom random = new SplittableRandom(3);
    List<JournalItem> items = new ArrayList<>();
    for (int item = 0; item < 3000; item++) {
      byte[] bytes = new byte[random.nextInt(10)];
      random.nextBytes(bytes);
      items.add(new JournalItem.Batches(Entries.partition(item), item, ByteBuffer.wrap(bytes)));
    }
    JournalConfig larger = new JournalConfig(4 * BLOCK, 64 * BLOCK);
    SplittableRandom salts = new SplittableRandom(6);
    List<JournalEntry> entries =
        List.of(new JournalEntry(1, List.of()), new JournalEntry(2, items));
    try (FileJournal journal = FileJournal.open(disk, DIRECTORY, larger, 0, salts)) {
      for (JournalEntry entry : entries) {
        journal.append(entry, () -> {});
      }
    }
    List<JournalEntry> found = new ArrayList<>();
    try (FileJournal journal = FileJournal.open(disk, DIRECTORY, larger, 0, salts)) {
      journal.replay(1, found::add);
    }
    assertEquals(entries, found);
  }

  private FileJournal open(long checkpointSequence) throws IOException {
    return FileJournal.open(disk, DIRECTORY, CONFIG, checkpointSequence, new SplittableRandom(5));
  }

  private void append(FileJournal journal, long sequence, int payloadBytes) throws IOException {
    journal.append(Entries.of(sequence, new byte[payloadBytes]), () -> durable.add(sequence));
  }

  private static List<Long> replayed(FileJournal journal, long fromSequence) throws IOException {
    List<Long> sequences = new ArrayList<>();
    journal.replay(fromSequence, entry -> sequences.add(entry.sequence()));
    return sequences;
  }
}
