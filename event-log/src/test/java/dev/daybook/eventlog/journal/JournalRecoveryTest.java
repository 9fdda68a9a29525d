package dev.daybook.eventlog.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.JournalRecoveryReport.TornTail;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
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

  private static final int PAYLOAD = EntryHeader.BYTES + ItemFormat.ROW_BYTES + 10;

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
  void goesOnBehindAnEntryWhoseBodyIsDamaged() throws Exception {
    append(5);
    damage(3, PAYLOAD);
    assertEquals("1 2 3- lost:3-3[1] 4 5", told(0));
    assertEquals("1 2 3- lost:3-3[1] 4 5", told(0), "a second opening finds the same");
    append(1);
    assertEquals("1 2 3- lost:3-3[1] 4 5 6", told(0));
    assertEquals("4 5 6", told(3));
  }

  @Test
  void usesTheGoodBatchesOfAnEntryWhoseBodyIsDamaged() throws Exception {
    append(1);
    ByteBuffer good = batch(30, "good");
    ByteBuffer bad = batch(20, "bad");
    JournalItem.Batches first = new JournalItem.Batches(Entries.partition(0), 20, bad);
    JournalItem.Roll roll = new JournalItem.Roll(Entries.partition(2), 7);
    JournalItem.Batches second = new JournalItem.Batches(Entries.partition(1), 30, good);
    append(new JournalEntry(2, List.of(first, roll, second)));
    append(1);
    damage(2, EntryHeader.BYTES + 3 * ItemFormat.ROW_BYTES + 30);
    List<JournalEntry> read = new ArrayList<>();
    List<LostEntries> lost = new ArrayList<>();
    try (FileJournal journal = open(0)) {
      journal.replay(1, reader(read::add, lost::add));
    }
    assertEquals(List.of(roll, second), read.get(1).items());
    assertEquals(List.of(new LostEntries(2, 3, Optional.of(Set.of(Entries.partition(0))))), lost);
  }

  @Test
  void believesNothingOfAnEntryWhoseTableIsDamaged() throws Exception {
    append(3);
    damage(2, EntryHeader.BYTES + 30);
    assertEquals("1 2- lost:2-2[any] 3", told(0));
  }

  @Test
  void restoresAHeaderThatTheNextEntryNames() throws Exception {
    append(5);
    for (int bit = 0; bit < 8 * EntryHeader.BYTES; bit++) {
      disk.flipBit(FIRST_FILE, 3 * BLOCK + bit / 8, bit % 8);
      assertEquals("1 2 3 4 5", told(0), "bit " + bit);
      disk.flipBit(FIRST_FILE, 3 * BLOCK + bit / 8, bit % 8);
    }
  }

  @Test
  void tellsWhichEntriesAreMissingAcrossFiles() throws Exception {
    append(12);
    damage(6, PAYLOAD);
    wipe(FIRST_FILE, 7 * BLOCK);
    wipe(DIRECTORY.resolve("0000000002.journal"), BLOCK);
    assertEquals("3 4 5 6- lost:6-6[1] lost:7-8[any] 9 10 11 12", told(2));
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
  }

  @Test
  void doesNotMindWhatTheDiskDoesNotGiveInFrontOfTheCheckpoint() throws Exception {
    append(12);
    disk.spoil(FIRST_FILE, 0, 1);
    checkOpens(3, 12);
    for (int from = 1; from < 4; from++) {
      for (int to = from + 1; to <= 4; to++) {
        disk.spoil(FIRST_FILE, from * BLOCK, to * BLOCK);
        checkOpens(3, 12);
        checkOpens(9, 12);
        checkOpens(12, 12);
      }
    }
    disk.spoil(FIRST_FILE, 2 * BLOCK, 3 * BLOCK);
    assertEquals(1, checkOpens(3, 12).harmlessGaps());
  }

  @Test
  void refusesToGuessWhatTheDiskDoesNotGiveThatMayBeNeeded() throws Exception {
    append(5);
    for (int block = 4; block < 8; block++) {
      disk.spoil(FIRST_FILE, block * BLOCK + 100, block * BLOCK + 101);

      JournalDamagedException refused = assertRefused(3);

      assertEquals(block * BLOCK, refused.position());
      assertEquals(FIRST_FILE, refused.file());
    }
    // Neither the file's header nor its first entry tells what its entries are.
    disk.spoil(FIRST_FILE, 0, 2 * BLOCK);
    assertRefused(3);
  }

  @Test
  void doesNotUseAFileAgainOfWhichTheDiskDoesNotGiveAll() throws Exception {
    append(36);
    Path second = DIRECTORY.resolve("0000000002.journal");
    disk.spoil(second, BLOCK, 2 * BLOCK);

    try (FileJournal journal = open(20)) {
      journal.trim(36);
      assertTrue(disk.exists(second));
      journal.prepareAhead();
    }

    assertFalse(disk.exists(second));
    checkOpens(36, 36);
  }

  @Test
  void doesNotMindADamagedHeaderOfTheLastEntryInFrontOfTheCheckpoint() throws Exception {
    append(4);
    damage(4, 20);
    assertEquals(1, checkOpens(4, 4).harmlessGaps());
  }

  @Test
  void saysThatEntriesMayBeMissingWhereItEndsBeforeTheCheckpoint() throws Exception {
    append(4);
    wipe(FIRST_FILE, 3 * BLOCK);
    wipe(FIRST_FILE, 4 * BLOCK);
    assertEquals("lost:5-end[any]", told(4));
    assertEquals("lost:5-end[any]", told(4), "a second opening finds the same");
    try (FileJournal journal = open(4)) {
      journal.append(new JournalEntry(5, List.of()), () -> {});
    }
    assertEquals("5-", told(4), "behind an entry that came later nobody misses them");
  }

  @Test
  void saysThatEntriesMayBeMissingWithoutFilesThatACheckpointNeeds() throws Exception {
    assertEquals("lost:8-end[any]", told(7));
  }

  @Test
  void goesOnBehindAFileThatIsMissing() throws Exception {
    append(30);
    disk.delete(DIRECTORY.resolve("0000000002.journal"));
    assertEquals("1 2 3 4 5 6 7 lost:8-22[any] 23 24 25 26 27 28 29 30", told(0));
    disk.delete(FIRST_FILE);
    assertEquals("lost:1-22[any] 23 24 25 26 27 28 29 30", told(0));
  }

  @Test
  void saysThatEntriesMayBeMissingWhenTheFileThatWasWrittenToIsGone() throws Exception {
    append(30);
    try (FileJournal journal = open(0)) {
      journal.prepareAhead();
    }
    disk.delete(DIRECTORY.resolve("0000000003.journal"));
    assertTrue(told(0).endsWith("22 lost:23-end[any]"), told(0));
    written.subList(22, 30).clear();
    append(2);
    assertTrue(told(0).endsWith("21 22 23 24"), told(0));
  }

  @Test
  void saysThatEntriesMayBeMissingWhenTheFileThatWasWrittenToWasCut() throws Exception {
    append(30);
    Path third = DIRECTORY.resolve("0000000003.journal");
    for (int bytes : new int[] {BLOCK + BODY, BLOCK, EntryHeader.BYTES, 0}) {
      truncate(third, bytes);
      assertTrue(told(0).endsWith("22 lost:23-end[any]"), bytes + " bytes: " + told(0));
    }
    truncate(third, 2 * BLOCK);
    assertTrue(told(0).endsWith("22 lost:23-end[any]"), "what was lost does not come back");
  }

  @Test
  void saysThatEntriesMayBeMissingWhenAnEntryThatWasBegunWasCut() throws Exception {
    append(7);
    append(Entries.of(8, new byte[3 * BLOCK]));
    truncate(DIRECTORY.resolve("0000000002.journal"), 3 * BLOCK);
    assertEquals("1 2 3 4 5 6 7 lost:8-end[any]", told(0));
    assertEquals("1 2 3 4 5 6 7 lost:8-end[any]", told(0), "a second opening finds the same");
  }

  @Test
  void saysThatEntriesMayBeMissingWhenTheFileThatWasWrittenToIsNothingButZeros() throws Exception {
    append(30);
    for (int block = 0; block < 16; block++) {
      wipe(DIRECTORY.resolve("0000000003.journal"), (long) block * BLOCK);
    }
    assertTrue(told(0).endsWith("22 lost:23-end[any]"), told(0));
  }

  @Test
  void missesNothingInAFileThatWasNeverWrittenTo() throws Exception {
    append(7);
    try (FileJournal journal = open(0)) {
      journal.prepareAhead();
    }
    Path second = DIRECTORY.resolve("0000000002.journal");
    disk.flipBit(second, 17, 0);
    assertEquals("1 2 3 4 5 6 7", told(0));
    append(3);
    assertEquals("1 2 3 4 5 6 7 8 9 10", told(0));
  }

  @Test
  void knowsTheEntriesOfAFileWhoseHeaderIsDamaged() throws Exception {
    append(30);
    for (String name : List.of("0000000001", "0000000002", "0000000003")) {
      disk.flipBit(DIRECTORY.resolve(name + ".journal"), 17, 0);
    }
    checkOpens(0, 30);
    append(3);
    checkOpens(0, 33);
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

    disk.flipBit(FIRST_FILE, 2 * BLOCK + PAYLOAD, 0);
    assertEquals("1 2- lost:2-2[1] 3 4 5", told(0));
  }

  @Test
  void takesATornEntryForTornWhateverItsPayloadImitates() throws Exception {
    append(2);
    byte[] copy = new byte[BLOCK - BODY - 30 + 3 * BLOCK];
    System.arraycopy(disk.contents().get(FIRST_FILE), BLOCK, copy, BLOCK - BODY - 30, 2 * BLOCK);
    ByteBuffer guessed = new EntryHeader(4711, 4, 1, 0, 0, 0, 0, 0).encode();
    guessed.get(copy, BLOCK - BODY - 30 + 2 * BLOCK, EntryHeader.BYTES);
    append(Entries.of(3, copy));
    damage(3, BODY);
    assertTrue(checkOpens(0, 2).tornTail().isPresent());
  }

  @Test
  void doesNotUseAValidEntryThatIsNotTheOneItsSuccessorNames() throws Exception {
    append(5);
    try (JournalFile file = openFirstFile()) {
      write(file, 3, header(file, 2).ownerEpoch(), header(file, 2).crc());
    }
    assertEquals("1 2 lost:3-3[any] 4 5", told(0));
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
      List<JournalEntry> found = new ArrayList<>();
      List<LostEntries> lost = new ArrayList<>();
      journal.replay(1, reader(found::add, lost::add));
      boolean lastIsTorn = journal.recovery().tornTail().isPresent();
      for (LostEntries entry : lost) {
        assertEquals(
            List.of(), found.set((int) entry.fromSequence() - 1, written.getFirst()).items(), flip);
        found.set((int) entry.fromSequence() - 1, written.get((int) entry.fromSequence() - 1));
      }
      assertTrue(lost.size() <= 1, flip);
      assertEquals(written.subList(0, lastIsTorn ? 9 : 10), found, flip);
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

  /// What a replay tells, in order: sequences, with a minus when there is nothing in the entry, and losses, with the number
  /// of partitions concerned.
  private String told(long checkpointSequence) throws IOException {
    List<String> told = new ArrayList<>();
    try (FileJournal journal = open(checkpointSequence)) {
      journal.replay(
          checkpointSequence + 1,
          reader(
              entry -> told.add(entry.sequence() + (entry.items().isEmpty() ? "-" : "")),
              lost -> told.add(describe(lost))));
    }
    return String.join(" ", told);
  }

  private static String describe(LostEntries lost) {
    boolean known = lost.toSequence() != LostEntries.UNKNOWN_END;
    return "lost:%d-%s[%s]"
        .formatted(
            lost.fromSequence(),
            known ? Long.toString(lost.toSequence() - 1) : "end",
            lost.partitions().map(some -> Integer.toString(some.size())).orElse("any"));
  }

  private static Journal.EntryReader reader(
      Consumer<JournalEntry> read, Consumer<LostEntries> lost) {
    return new Journal.EntryReader() {
      @Override
      public void read(JournalEntry entry) {
        read.accept(entry);
      }

      @Override
      public void lost(LostEntries entries) {
        lost.accept(entries);
      }
    };
  }

  private static ByteBuffer batch(long offset, String value) {
    return RecordBatchBuilder.uncompressed()
        .at(offset, 0)
        .append(1_000, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  private void wipe(Path file, long position) throws IOException {
    try (DiskFile opened = disk.open(file)) {
      opened.write(position, ByteBuffer.allocate(BLOCK));
      opened.force();
    }
  }

  private void truncate(Path file, long bytes) throws IOException {
    try (DiskFile opened = disk.open(file)) {
      opened.truncate(bytes);
      opened.force();
    }
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
    return Objects.requireNonNull(JournalFile.open(disk.open(FIRST_FILE), FIRST_FILE, 1));
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
