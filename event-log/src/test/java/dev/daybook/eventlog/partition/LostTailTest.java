package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.CorruptLogException;
import dev.daybook.eventlog.log.SegmentFooter;
import dev.daybook.eventlog.maintenance.DirectoryCheck;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A log that has no checkpoint but its first one loses the end of its journal without a trace there, and of its segments, which
/// are written behind the journal, only this or that is left. As long as anything of it tells of the loss, it is told, and
/// what can be served is.
class LostTailTest {
  private static final Path DATA = Path.of("/data");
  private static final Path SHARD = DATA.resolve("shard-0");
  private static final Path JOURNAL = SHARD.resolve("journal");
  private static final Path QUARANTINE = SHARD.resolve("quarantine");
  private static final int BLOCK = 4096;
  private static final int BATCHES = 5;
  private static final int BATCH_BYTES = 1_000;

  private SimulatedDisk disk;
  private PartitionId orders;

  /// Five batches; the third and the fifth begin a segment.
  @BeforeEach
  void writeAYoungLogAndKillTheProcess() throws IOException {
    SteppedShard stepped = new SteppedShard();
    Partition partition = stepped.create("orders", Map.of("segment.ms", "1000"));
    for (int batch = 0; batch < BATCHES; batch++) {
      stepped.append(partition, stepped.batch(BATCH_BYTES));
      stepped.step();
      stepped.clock.advance(Duration.ofMillis(700));
    }
    orders = partition.id();
    disk = stepped.disk.afterKill();
    assertEquals(List.of(0L, 2L, 4L), segments().stream().map(LostTailTest::baseOffset).toList());
  }

  /// The same batches, all in one segment.
  private void writeInOneSegment() throws IOException {
    SteppedShard stepped = new SteppedShard(new SimulatedDisk(2));
    Partition partition = stepped.create("orders");
    for (int batch = 0; batch < BATCHES; batch++) {
      stepped.append(partition, stepped.batch(BATCH_BYTES));
      stepped.step();
    }
    orders = partition.id();
    disk = stepped.disk.afterKill();
  }

  @Test
  void theSegmentsHaveItAll() throws IOException {
    wipeJournalFrom(2);

    Partition found = openTwice();

    assertEquals(BATCHES, found.highWatermark());
    for (int offset = 0; offset < BATCHES; offset++) {
      assertServes(found, offset);
    }
  }

  @Test
  void whatLiesBehindTheDamageOfASegmentIsServed() throws IOException {
    wipeJournalFrom(2);
    disk.flipBit(segments().getFirst(), 300, 0);

    Partition found = openTwice();

    assertEquals(BATCHES, found.highWatermark());
    assertThrows(CorruptLogException.class, () -> found.read(0, 10));
    for (int offset = 1; offset < BATCHES; offset++) {
      assertServes(found, offset);
    }
  }

  @Test
  void whatLiesBehindADamagedBatchOfTheSameSegmentIsServed() throws IOException {
    writeInOneSegment();
    wipeJournalFrom(2);
    Losses.damage(disk, orders, 2);

    Partition found = openTwice();

    assertEquals(BATCHES, found.highWatermark());
    assertThrows(CorruptLogException.class, () -> found.read(2, 10));
    for (int offset : new int[] {0, 1, 3, 4}) {
      assertServes(found, offset);
    }
    assertEquals(2, found.damage().open().getFirst().fromOffset());
    assertEquals(3, found.damage().open().getFirst().toOffset());
  }

  @Test
  void whatASegmentHasBehindDamageFillsAHoleInTheJournal() throws IOException {
    writeInOneSegment();
    // The second to the fourth; of the fifth the journal has all.
    wipeEntries(4, 6);
    Losses.damage(disk, orders, 1);

    Partition found = openTwice();

    assertThrows(CorruptLogException.class, () -> found.read(1, 10));
    for (int offset : new int[] {0, 2, 3, 4}) {
      assertServes(found, offset);
    }
    assertEquals(1, found.damage().open().size());
    assertEquals(2, found.damage().open().getFirst().toOffset());
  }

  @Test
  void aBatchThatWasBegunTellsOfIt() throws IOException {
    aBatchThatWasBegun();
    assertTold(0);
  }

  private void aBatchThatWasBegun() throws IOException {
    wipeJournalFrom(3);
    deleteSegments(1);
    truncate(segments().getFirst(), 200);
  }

  @Test
  void aWholeBatchThatNothingLeadsToTellsOfIt() throws IOException {
    wipeJournalFrom(3);
    deleteSegments(1);
    Path first = segments().getFirst();
    truncate(first, contentBytes(first));
    zero(first, 0, 512);
    assertTold(0);
  }

  @Test
  void aSealTellsOfIt() throws IOException {
    aSeal();
    assertTold(2);
  }

  private void aSeal() throws IOException {
    wipeJournalFrom(5);
    deleteSegments(1);
  }

  @Test
  void theNameOfASegmentTellsOfIt() throws IOException {
    theNameOfASegment();
    assertTold(2);
  }

  private void theNameOfASegment() throws IOException {
    wipeJournalFrom(5);
    Path first = segments().getFirst();
    truncate(first, contentBytes(first));
    deleteSegments(2);
    truncate(segments().getLast(), 0);
  }

  @Test
  void theNameOfItsFirstSegmentTellsOfIt() throws IOException {
    wipeJournalFrom(3);
    deleteSegments(1);
    truncate(segments().getFirst(), 0);
    assertTold(0);
  }

  @Test
  void recordsOfATopicThatNobodyKnowsTellOfIt() throws IOException {
    loseTheCatalogue();

    SteppedShard again = new SteppedShard(disk, new ManualClock(), new Random(2));
    assertTrue(again.shard.recovery().damagedPartitions() > 0, "a new log, without a word");
    again.shard.close();
    SteppedShard third = new SteppedShard(disk, new ManualClock(), new Random(3));
    assertTrue(third.shard.recovery().damagedPartitions() > 0, "at the next start");
    assertFalse(disk.list(QUARANTINE).isEmpty(), "nobody will ever know them");
  }

  @Test
  void recordsOfATopicThatNobodyKnowsAreLostOnceThatIsAccepted() throws IOException {
    loseTheCatalogue();
    Losses.accept(disk, new Random(2));

    for (int start = 0; start < 2; start++) {
      SteppedShard again = new SteppedShard(disk, new ManualClock(), new Random(3 + start));
      assertEquals(0, again.shard.recovery().damagedPartitions());
      Append append = again.append(again.create("topic-" + start), again.batch(10));
      again.step();
      assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
      again.shard.close();
    }
  }

  /// Whatever was put there by hand is no loss.
  @Test
  void aDirectoryWithoutRecordsIsOnlySetAside() throws IOException {
    PartitionId nobodys = new PartitionId(0, new TopicId(4, 5), 0);
    Path strange = SHARD.resolve("partitions").resolve(nobodys.directoryName());
    disk.createDirectories(strange);
    disk.create(strange.resolve("00000000000000000000.log"))
        .write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));

    SteppedShard again = new SteppedShard(disk, new ManualClock(), new Random(2));

    assertEquals(0, again.shard.recovery().damagedPartitions());
    assertEquals(1, disk.list(QUARANTINE).size());
  }

  /// Junk that somebody appended to a segment tells of nothing.
  @Test
  void bytesThatAreNoBatchAreOnlyCutOff() throws IOException {
    Path last = segments().getLast();
    byte[] junk = new byte[3_000];
    new Random(4).nextBytes(junk);
    try (DiskFile file = disk.open(last)) {
      file.write(file.size(), ByteBuffer.wrap(junk));
      file.force();
    }

    SteppedShard again = new SteppedShard(disk, new ManualClock(), new Random(2));

    assertEquals(0, again.shard.recovery().damagedPartitions());
    assertEquals(BATCHES, DamageImage.partition(again.shard, "orders").highWatermark());
  }

  /// The files that tell of it are changed by the start that finds them.
  @Test
  void isToldWhereverTheStartIsCut() throws IOException {
    Map<Path, byte[]> files = disk.contents();
    List<Loss> losses =
        List.of(
            this::aBatchThatWasBegun,
            this::aSeal,
            this::theNameOfASegment,
            this::loseTheCatalogue,
            () -> {
              wipeJournalFrom(2);
              disk.flipBit(segments().getFirst(), 300, 0);
            });
    int points = 0;
    for (Loss loss : losses) {
      for (int change = 1; isToldThoughTheStartIsCut(files, loss, change); change++) {
        points++;
      }
    }
    assertTrue(points > 100, points + " points");
  }

  private boolean isToldThoughTheStartIsCut(Map<Path, byte[]> files, Loss loss, int change)
      throws IOException {
    disk = DamageImage.forced(files, change);
    loss.happens();
    disk = DamageImage.forced(disk.contents(), change);
    disk.cutPowerAt(disk.changes() + change);
    boolean cut = false;
    try {
      new SteppedShard(disk, new ManualClock(), new Random(2));
    } catch (PowerCut _) {
      cut = true;
    }
    disk = change % 3 == 0 ? disk.afterKill() : disk.afterPowerCut();
    SteppedShard again = new SteppedShard(disk, new ManualClock(), new Random(3));
    assertTrue(again.shard.recovery().damagedPartitions() > 0, "change " + change);
    return cut;
  }

  /// What befalls the files.
  @FunctionalInterface
  private interface Loss {
    void happens() throws IOException;
  }

  @Test
  void aCheckTellsOfItBeforeTheStart() throws IOException {
    disk.create(DATA.resolve("format.json"))
        .write(
            0,
            StandardCharsets.UTF_8.encode(
                "{\"format\": 1, \"cluster.id\": \"iHq2k7nKQFuDtnWjXwH7Mg\"}\n"));
    assertFalse(DirectoryCheck.run(disk, DATA).isDamaged());

    List<Place> entries = entries();
    wipe(entries.subList(6, 7));
    assertTellsOfJournalsEnd(orders);
    wipe(entries.subList(1, 6));
    deleteCatalogue();
    assertTellsOfJournalsEnd(orders);
  }

  private void assertTellsOfJournalsEnd(PartitionId partition) throws IOException {
    List<Path> told =
        DirectoryCheck.run(disk, DATA).problems().stream()
            .filter(problem -> problem.kind().equals("journal-end"))
            .map(problem -> problem.file())
            .toList();
    assertEquals(List.of(SHARD.resolve("partitions").resolve(partition.directoryName())), told);
  }

  private void loseTheCatalogue() throws IOException {
    wipeJournalFrom(2);
    deleteCatalogue();
  }

  private void deleteCatalogue() throws IOException {
    Path catalogue = SHARD.resolve("partitions").resolve(PartitionId.CATALOGUE.directoryName());
    for (Path file : disk.list(catalogue)) {
      disk.delete(file);
    }
    disk.delete(catalogue);
  }

  /// Opens, and once more after a clean stop.
  private Partition openTwice() throws IOException {
    SteppedShard first = new SteppedShard(disk, new ManualClock(), new Random(2));
    assertReadOnly(first);
    first.shard.close();
    SteppedShard second = new SteppedShard(disk, new ManualClock(), new Random(3));
    assertReadOnly(second);
    return DamageImage.partition(second.shard, "orders");
  }

  private void assertTold(long highWatermark) throws IOException {
    assertEquals(highWatermark, openTwice().highWatermark());
  }

  private static void assertReadOnly(SteppedShard stepped) throws IOException {
    assertTrue(stepped.shard.recovery().damagedPartitions() > 0, "not a word");
    Append append =
        stepped.append(DamageImage.partition(stepped.shard, "orders"), stepped.batch(10));
    stepped.step();
    AppendResult.Refused refused =
        assertInstanceOf(AppendResult.Refused.class, append.durable().join().getFirst());
    assertEquals(AppendResult.Reason.DAMAGED, refused.reason());
  }

  private static void assertServes(Partition partition, long offset) throws IOException {
    try (ReadResult.Batches read =
        assertInstanceOf(ReadResult.Batches.class, partition.read(offset, 10))) {
      assertFalse(read.slices().isEmpty(), "offset " + offset);
    }
  }

  private List<Path> segments() throws IOException {
    return disk.list(SHARD.resolve("partitions").resolve(orders.directoryName())).stream()
        .filter(path -> path.toString().endsWith(".log"))
        .toList();
  }

  private static long baseOffset(Path segment) {
    return Long.parseLong(String.valueOf(segment.getFileName()).substring(0, 20));
  }

  /// Without the seal.
  private int contentBytes(Path segment) {
    return Objects.requireNonNull(disk.contents().get(segment)).length - SegmentFooter.BYTES;
  }

  /// The last ones, from that on.
  private void deleteSegments(int from) throws IOException {
    List<Path> all = segments();
    for (Path segment : all.subList(from, all.size())) {
      disk.delete(segment);
    }
  }

  /// Nothing is left of the entries from this one on, counted from 1, which is the one that tells of the log's birth.
  private void wipeJournalFrom(int entry) throws IOException {
    wipeEntries(entry, 2 + BATCHES);
  }

  private void wipeEntries(int from, int to) throws IOException {
    wipe(entries().subList(from - 1, to));
  }

  private void wipe(List<Place> entries) throws IOException {
    for (Place place : entries) {
      zero(place.file, place.position, BLOCK);
    }
  }

  /// Where the entries lie, of one block each.
  private List<Place> entries() throws IOException {
    List<Place> places = new ArrayList<>();
    for (Path file : disk.list(JOURNAL)) {
      ByteBuffer bytes = ByteBuffer.wrap(Objects.requireNonNull(disk.contents().get(file)));
      for (int at = BLOCK; at + BLOCK <= bytes.limit(); at += BLOCK) {
        if (bytes.getInt(at) == 0x44424a45) {
          places.add(new Place(file, at));
        }
      }
    }
    assertEquals(2 + BATCHES, places.size(), "the birth, the topic, the batches");
    return places;
  }

  private record Place(Path file, int position) {}

  private void zero(Path path, int from, int bytes) throws IOException {
    try (DiskFile file = disk.open(path)) {
      file.write(from, ByteBuffer.allocate(bytes));
      file.force();
    }
  }

  private void truncate(Path path, long bytes) throws IOException {
    try (DiskFile file = disk.open(path)) {
      file.truncate(bytes);
      file.force();
    }
  }
}
