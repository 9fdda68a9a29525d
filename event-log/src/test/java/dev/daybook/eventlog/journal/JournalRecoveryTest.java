package dev.daybook.eventlog.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.JournalRecoveryReport.TornTail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What an opening makes of a journal that is not as it was left.
class JournalRecoveryTest {
  private static final Path DIRECTORY = Path.of("/journal");
  private static final Path FIRST_FILE = DIRECTORY.resolve("0000000001.journal");
  private static final int BLOCK = JournalFile.BLOCK_BYTES;

  /// Entries of one block each: the n-th lies at block n of the first file, which takes seven.
  private static final JournalConfig CONFIG = new JournalConfig(8 * BLOCK, 16 * BLOCK);

  private static final int BODY = EntryHeader.BYTES + 10;

  private final RandomGenerator random = new SplittableRandom(1);
  private final List<JournalEntry> written = new ArrayList<>();
  private SimulatedDisk disk = new SimulatedDisk(1);

  @Test
  void savesATornEntryBesideTheJournalAndReportsIt() throws Exception {
    append(3);
    damage(3, BODY);
    byte[] torn = bytesOf(FIRST_FILE, 3 * BLOCK, 64 + 40 + 1000);
    TornTail report = checkOpens(0, 2).tornTail().orElseThrow();
    assertEquals(FIRST_FILE, report.file());
    assertEquals(3 * BLOCK, report.position());
    assertEquals(3, report.sequence());
    assertArrayEquals(torn, disk.contents().get(report.saved()));
    assertEquals(torn.length, report.savedBytes());
  }

  @Test
  void writesOverTheTornEntryAndForgetsIt() throws Exception {
    append(3);
    damage(3, BODY);
    checkOpens(0, 2);
    written.removeLast();
    append(3);
    assertTrue(checkOpens(0, 5).tornTail().isEmpty());
  }

  @Test
  void knowsATornEntryByItsHeaderEvenWhenABitOfThatIsWrong() throws Exception {
    for (int bit = 0; bit < 8 * EntryHeader.BYTES; bit++) {
      disk = new SimulatedDisk(1);
      written.clear();
      append(3);
      disk.flipBit(FIRST_FILE, 3 * BLOCK + bit / 8, bit % 8);
      assertTrue(checkOpens(0, 2).tornTail().isPresent(), "bit " + bit);
    }
  }

  @Test
  void keepsTheTornBytesWhereverRecoveryStops() throws Exception {
    boolean stopped = true;
    for (int change = 1; stopped; change++) {
      disk = new SimulatedDisk(change);
      written.clear();
      append(3);
      damage(3, BODY);
      byte[] torn = bytesOf(FIRST_FILE, 3 * BLOCK, 64 + 40 + 1000);
      stopped = openUntilCut(change);
      disk = disk.afterPowerCut();
      checkOpens(0, 2);
      assertTrue(
          disk.contents().entrySet().stream()
              .anyMatch(
                  file ->
                      file.getKey().toString().endsWith(".saved")
                          && Arrays.equals(torn, file.getValue())),
          "change " + change);
    }
  }

  @Test
  void refusesToOpenWhenAnEntryBeforeTheLastIsDamaged() throws Exception {
    append(5);
    damage(3, BODY);
    JournalDamagedException damaged = assertRefused(0);
    assertEquals(FIRST_FILE, damaged.file());
    assertEquals(3 * BLOCK, damaged.position());
    assertEquals(OptionalLong.of(3), damaged.firstMissingSequence());
    assertEquals(OptionalLong.of(3), damaged.lastMissingSequence());
  }

  @Test
  void namesAllMissingEntriesAcrossFiles() throws Exception {
    append(12);
    damage(6, BODY);
    damage(7, 20);
    disk.flipBit(DIRECTORY.resolve("0000000002.journal"), BLOCK + 20, 3);
    JournalDamagedException damaged = assertRefused(2);
    assertEquals(OptionalLong.of(6), damaged.firstMissingSequence());
    assertEquals(OptionalLong.of(8), damaged.lastMissingSequence());
  }

  @Test
  void doesNotMindDamageInFrontOfTheCheckpoint() throws Exception {
    append(6);
    damage(2, BODY);
    assertEquals(0, checkOpens(3, 6).harmlessGaps());
    damage(2, 20);
    assertEquals(1, checkOpens(2, 6).harmlessGaps());
    damage(1, 20);
    assertEquals(1, checkOpens(3, 6).harmlessGaps());
    assertRefused(1);
  }

  @Test
  void refusesToOpenWhenItEndsBeforeTheCheckpoint() throws Exception {
    append(4);
    damage(4, 20);
    JournalDamagedException damaged = assertRefused(4);
    assertEquals(OptionalLong.of(5), damaged.firstMissingSequence());
    assertEquals(OptionalLong.empty(), damaged.lastMissingSequence());
    checkOpens(3, 3);
  }

  @Test
  void refusesToOpenWithoutFilesThatACheckpointNeeds() throws Exception {
    assertRefused(7);
  }

  @Test
  void refusesToOpenWhenAFileIsMissingOrItsHeaderIsDamaged() throws Exception {
    append(30);
    disk.delete(DIRECTORY.resolve("0000000002.journal"));
    assertEquals(DIRECTORY.resolve("0000000002.journal"), assertRefused(0).file());
    disk.delete(FIRST_FILE);
    assertRefused(0);
    disk.flipBit(DIRECTORY.resolve("0000000003.journal"), 17, 0);
    assertEquals(DIRECTORY.resolve("0000000003.journal"), assertRefused(0).file());
  }

  @Test
  void leavesUnknownFilesAlone() throws Exception {
    append(3);
    for (String name :
        List.of("1.journal", "notes.txt", "next.preparing", "0000000009.journal.bak")) {
      disk.create(DIRECTORY.resolve(name)).close();
    }
    checkOpens(0, 3);
    assertTrue(disk.exists(DIRECTORY.resolve("notes.txt")));
  }

  @Test
  void takesACopyOfTheJournalInAPayloadForWhatItIs() throws Exception {
    append(2);
    byte[] copy = new byte[BLOCK - BODY - 30 + 3 * BLOCK];
    System.arraycopy(disk.contents().get(FIRST_FILE), BLOCK, copy, BLOCK - BODY - 30, 2 * BLOCK);
    append(Entries.of(3, copy));
    append(2);
    checkOpens(0, 5);
    assertTrue(holdsHeaderAt(4 * BLOCK), "the copy must look like an entry");

    disk.flipBit(FIRST_FILE, 2 * BLOCK + BODY, 0);
    assertRefused(0);
  }

  @Test
  void takesATornEntryForTornWhateverItsPayloadImitates() throws Exception {
    append(2);
    byte[] copy = new byte[BLOCK - BODY - 30 + 3 * BLOCK];
    System.arraycopy(disk.contents().get(FIRST_FILE), BLOCK, copy, BLOCK - BODY - 30, 2 * BLOCK);
    ByteBuffer guessed = new EntryHeader(4711, 4, 1, 0, 0, 0, 0).encode();
    guessed.get(copy, BLOCK - BODY - 30 + 2 * BLOCK, EntryHeader.BYTES);
    append(Entries.of(3, copy));
    damage(3, BODY);
    assertTrue(checkOpens(0, 2).tornTail().isPresent());
  }

  @Test
  void refusesAValidEntryThatIsNotTheOneItsSuccessorNames() throws Exception {
    append(5);
    try (JournalFile file = openFirstFile()) {
      write(file, 3, header(file, 2).ownerEpoch(), header(file, 2).crc());
    }
    assertEquals(OptionalLong.of(4), assertRefused(0).firstMissingSequence());
  }

  @Test
  void refusesAnEntryThatAFormerOwnerAppendedLate() throws Exception {
    append(5);
    try (JournalFile file = openFirstFile()) {
      write(file, 6, header(file, 4).ownerEpoch(), header(file, 5).crc());
    }
    assertEquals(OptionalLong.of(6), assertRefused(0).firstMissingSequence());
  }

  @Test
  void findsEveryFlippedBitOrIsNotHarmedByIt() throws Exception {
    append(10);
    List<Map.Entry<Path, byte[]>> files = List.copyOf(disk.contents().entrySet());
    for (int flip = 0; flip < 4000; flip++) {
      Map.Entry<Path, byte[]> file = files.get(random.nextInt(2));
      int position = random.nextInt(random.nextBoolean() ? file.getValue().length : 5 * BLOCK);
      checkFlip(file.getKey(), position, random.nextInt(8));
    }
  }

  private void checkFlip(Path file, int position, int bit) throws IOException {
    String flip = file + " byte " + position + " bit " + bit;
    SimulatedDisk flipped = new SimulatedDisk(1);
    flipped.createDirectories(DIRECTORY);
    for (Map.Entry<Path, byte[]> original : disk.contents().entrySet()) {
      flipped.create(original.getKey()).write(0, ByteBuffer.wrap(original.getValue()));
    }
    flipped.flipBit(file, position, bit);
    try (FileJournal journal = FileJournal.open(flipped, DIRECTORY, CONFIG, 0, random)) {
      List<JournalEntry> found = replayed(journal, 0);
      boolean lastIsTorn = journal.recovery().tornTail().isPresent();
      assertEquals(written.subList(0, lastIsTorn ? 9 : 10), found, flip);
    } catch (JournalDamagedException e) {
      assertEquals(file, e.file(), flip);
    }
  }

  private void append(int count) throws IOException {
    for (int entry = 0; entry < count; entry++) {
      byte[] payload = new byte[1000];
      random.nextBytes(payload);
      payload[999] = 1;
      append(Entries.of(written.size() + 1, payload));
    }
  }

  private void append(JournalEntry entry) throws IOException {
    try (FileJournal journal = open(0)) {
      journal.append(entry, () -> written.add(entry));
    }
  }

  private FileJournal open(long checkpointSequence) throws IOException {
    return FileJournal.open(disk, DIRECTORY, CONFIG, checkpointSequence, random);
  }

  private boolean openUntilCut(int change) throws IOException {
    disk.cutPowerAt(disk.changes() + change);
    try (FileJournal _ = open(0)) {
      return false;
    } catch (PowerCut _) {
      return true;
    }
  }

  private JournalRecoveryReport checkOpens(long checkpointSequence, int lastSequence)
      throws IOException {
    try (FileJournal journal = open(checkpointSequence)) {
      assertEquals(
          written.subList((int) checkpointSequence, lastSequence),
          replayed(journal, checkpointSequence));
      return journal.recovery();
    }
  }

  private JournalDamagedException assertRefused(long checkpointSequence) {
    Map<Path, byte[]> before = disk.contents();
    JournalDamagedException damaged =
        assertThrows(JournalDamagedException.class, () -> open(checkpointSequence).close());
    Map<Path, byte[]> after = disk.contents();
    assertEquals(before.keySet(), after.keySet());
    before.forEach((path, bytes) -> assertArrayEquals(bytes, after.get(path)));
    return damaged;
  }

  private static List<JournalEntry> replayed(FileJournal journal, long checkpointSequence)
      throws IOException {
    List<JournalEntry> entries = new ArrayList<>();
    journal.replay(checkpointSequence + 1, entries::add);
    return entries;
  }

  private void damage(int sequence, int at) throws IOException {
    disk.flipBit(FIRST_FILE, (long) sequence * BLOCK + at, 3);
  }

  private byte[] bytesOf(Path file, int from, int length) {
    return Arrays.copyOfRange(disk.contents().get(file), from, from + length);
  }

  private boolean holdsHeaderAt(int position) throws IOException {
    return EntryHeader.decode(ByteBuffer.wrap(bytesOf(FIRST_FILE, position, EntryHeader.BYTES)))
        != null;
  }

  private JournalFile openFirstFile() throws IOException {
    return JournalFile.open(disk.open(FIRST_FILE), FIRST_FILE, 1);
  }

  private static EntryHeader header(JournalFile file, int sequence) throws IOException {
    return Objects.requireNonNull(file.headerAt((long) sequence * BLOCK));
  }

  private static void write(JournalFile file, int sequence, int ownerEpoch, int previousCrc)
      throws IOException {
    EntryEncoder.Encoded entry =
        new EntryEncoder()
            .encode(Entries.of(sequence, new byte[1000]), file.salt(), ownerEpoch, previousCrc);
    long position = (long) sequence * BLOCK;
    for (ByteBuffer part : entry.buffers()) {
      int bytes = part.remaining();
      file.overwrite(position, part);
      position += bytes;
    }
  }
}
