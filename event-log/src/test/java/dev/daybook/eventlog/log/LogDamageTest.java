package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a log serves and says when bytes that were durable are not there any more: what is whole on both sides of the
/// damage, and of the damage itself that it is damage.
class LogDamageTest {
  private static final Path FOLDER = Path.of("/log");
  private static final long FOUND_MS = 1_700_000_000_000L;

  private SimulatedDisk disk = new SimulatedDisk(1);
  private LogScene scene;
  private long secondSegment;
  private LogEnd end;

  @BeforeEach
  void writeALogOfThreeSegments() throws IOException {
    scene = new LogScene(disk, FOLDER, 5, 200);
    scene.append(6);
    scene.roll();
    secondSegment = scene.log.nextOffset();
    scene.append(6);
    scene.roll();
    scene.append(6);
    end = scene.log.end();
    scene.log.force();
    scene.log.close();
  }

  @Test
  void servesWhatLiesAroundAMissingSegment() throws IOException {
    disk.delete(scene.file(secondSegment, ".log"));
    scene.open(end);
    assertServedAround(secondSegment, end.segmentBaseOffset());
    assertMarked(secondSegment, end.segmentBaseOffset());
  }

  @Test
  void servesWhatLiesBehindTheFirstSegmentWhenThatIsGone() throws IOException {
    disk.delete(scene.file(0, ".log"));
    scene.open(end);
    assertMarked(0, secondSegment);
    assertServedAround(0, secondSegment);
  }

  @Test
  void goesOnBehindTheLastSegmentWhenThatIsGone() throws IOException {
    disk.delete(scene.file(end.segmentBaseOffset(), ".log"));
    scene.open(end);
    assertMarked(end.segmentBaseOffset(), end.nextOffset());
    assertServedAround(end.segmentBaseOffset(), end.nextOffset());
    assertGoesOn();
  }

  @Test
  void keepsWhatIsWholeOfALastSegmentThatWasCutShort() throws IOException {
    Path last = scene.file(end.segmentBaseOffset(), ".log");
    try (DiskFile file = disk.open(last)) {
      file.truncate(end.segmentPosition() - 1);
    }
    ByteBuffer lost = scene.model.batches().getLast();
    scene.open(end);
    long from = ModelLog.batch(lost).baseOffset();
    assertMarked(from, end.nextOffset());
    assertServedAround(from, end.nextOffset());
    assertGoesOn();
  }

  @Test
  void servesWhatLiesAroundASegmentThatTheDiskDoesNotGive() throws IOException {
    disk.spoil(scene.file(secondSegment, ".log"), 0, 1);
    scene.open(end);
    assertServedAround(secondSegment, end.segmentBaseOffset());
    assertMarked(secondSegment, end.segmentBaseOffset());
  }

  @Test
  void servesASegmentOfWhichTheDiskDoesNotGiveTheFooter() throws IOException {
    Path second = scene.file(secondSegment, ".log");
    long size = disk.contents().get(second).length;
    disk.spoil(second, size - 1, size);
    scene.open(end);
    assertServedAround(end.nextOffset(), end.nextOffset());
    assertFalse(scene.log.damage().isOpen());
  }

  @Test
  void opensWhereTheDiskDoesNotGiveTheSegmentThatGrows() throws IOException {
    disk.spoil(scene.file(end.segmentBaseOffset(), ".log"), 0, 1);
    scene.open(end);
    assertServedAround(end.segmentBaseOffset(), end.nextOffset());
    assertMarked(end.segmentBaseOffset(), end.nextOffset());
  }

  @Test
  void saysWhichOffsetsWereLostAndWhatToDo() throws IOException {
    disk.delete(scene.file(0, ".log"));
    scene.open(end);
    String told = assertThrows(CorruptLogException.class, () -> scene.read(0, 1)).getMessage();
    assertTrue(told.contains("offsets 0 to " + (secondSegment - 1)), told);
    assertTrue(told.contains("daybook repair"), told);
  }

  @Test
  void remembersDamageAcrossRestarts() throws IOException {
    scene.open(end);
    DamagedRange range = new DamagedRange(3, 5, "a scrub said so", FOUND_MS);
    scene.log.markDamaged(range);
    scene.log.markDamaged(range);
    scene.log.close();
    scene.disk.list(FOLDER);
    scene.open(end);
    assertEquals(List.of(range), scene.log.damage().open());
    assertThrows(CorruptLogException.class, () -> scene.read(4, 1));
  }

  @Test
  void forgetsDamageOfASegmentThatWasBroughtBackWhole() throws IOException {
    Path second = scene.file(secondSegment, ".log");
    disk.flipBit(second, 100, 3);
    scene.open(end);
    assertThrows(CorruptLogException.class, () -> scene.read(secondSegment, 500));
    scene.log.close();
    disk.flipBit(second, 100, 3);
    scene.open(end);
    assertTrue(scene.log.damage().isOpen());

    scene.log.forgetMended();

    assertFalse(scene.log.damage().isOpen());
    assertServedAround(end.nextOffset(), end.nextOffset());
    scene.log.close();
    scene.open(end);
    assertFalse(scene.log.damage().isOpen(), "for good");
  }

  @Test
  void readsEachSegmentOnceToSeeWhetherItIsMended() throws IOException {
    scene.open(end);
    for (long offset : new long[] {secondSegment, secondSegment + 2}) {
      scene.log.markDamaged(new DamagedRange(offset, offset + 1, "a scrub said so", FOUND_MS));
    }
    assertEquals(2, scene.log.damage().open().size());
    scene.log.close();
    scene.open(end);
    long sizeBytes = disk.contents().get(scene.file(secondSegment, ".log")).length;
    long before = disk.bytesRead();

    scene.log.forgetMended();

    assertFalse(scene.log.damage().isOpen());
    long read = disk.bytesRead() - before;
    assertTrue(read < 1.5 * sizeBytes, () -> read + " of " + sizeBytes + " bytes");
  }

  @Test
  void keepsDamageThatIsStillThere() throws IOException {
    disk.delete(scene.file(secondSegment, ".log"));
    disk.flipBit(scene.file(end.segmentBaseOffset(), ".log"), 100, 3);
    scene.open(end);
    assertThrows(CorruptLogException.class, () -> scene.read(end.segmentBaseOffset(), 500));
    List<DamagedRange> open = scene.log.damage().open();

    scene.log.forgetMended();

    assertEquals(open, scene.log.damage().open());
  }

  @Test
  void keepsDamageOfASegmentThatIsGone() throws IOException {
    for (long segment : new long[] {0, secondSegment, end.segmentBaseOffset()}) {
      disk = new SimulatedDisk(1);
      writeALogOfThreeSegments();
      disk.delete(scene.file(segment, ".log"));
      scene.open(end);
      scene.log.markDamaged(new DamagedRange(segment, segment + 1, "a reader said so", FOUND_MS));

      scene.log.forgetMended();

      assertTrue(scene.log.damage().at(segment).isPresent(), "segment " + segment);
    }
  }

  @Test
  void keepsDamageWhoseEndNobodyKnows() throws IOException {
    scene.open(end);
    scene.log.markDamaged(
        new DamagedRange(3, DamagedRange.UNKNOWN_END, "the journal said so", FOUND_MS));

    scene.log.forgetMended();

    assertTrue(scene.log.damage().isOpen());
  }

  @Test
  void makesOneRangeOfRangesThatTouch() {
    Damage damage =
        Damage.NONE
            .with(new DamagedRange(10, 20, "b", 2))
            .with(new DamagedRange(40, 50, "c", 3))
            .with(new DamagedRange(5, 10, "a", 1));
    assertEquals(
        List.of(new DamagedRange(5, 20, "a", 1), new DamagedRange(40, 50, "c", 3)), damage.open());
    assertEquals(damage, damage.with(new DamagedRange(41, 42, "again", 9)));
    assertEquals(
        List.of(new DamagedRange(5, 60, "a", 1)),
        damage.with(new DamagedRange(20, 60, "all", 4)).open());
  }

  @Test
  void takesDamageOfItsOwnListForDamageOfUnknownExtent() throws IOException {
    scene.open(end);
    scene.log.markDamaged(new DamagedRange(3, 5, "a scrub said so", FOUND_MS));
    Path list = scene.directory.resolve(DamageFile.NAME);
    byte[] whole = disk.contents().get(list);
    for (int at = 0; at < whole.length; at++) {
      scene.log.close();
      disk.flipBit(list, at, at % 8);
      scene.open(end);
      assertFalse(scene.log.damage().open().getFirst().isBounded(), "byte " + at);
      assertEquals(Optional.empty(), scene.log.read(end.nextOffset(), 1));
      disk.flipBit(list, at, at % 8);
    }
  }

  @Test
  void readsOverALossThatWasAccepted() throws IOException {
    disk.delete(scene.file(secondSegment, ".log"));
    scene.open(end);
    assertThrows(CorruptLogException.class, () -> scene.read(secondSegment, 1));
    scene.log.acceptDamage();
    scene.log.close();
    scene.open(end);
    assertFalse(scene.log.damage().isOpen());
    assertEquals(
        scene.model.read(end.segmentBaseOffset(), 1_000), scene.read(secondSegment + 1, 1_000));
    List<Long> offsets = new ArrayList<>();
    scene.log.forEachBatch(0, batch -> offsets.add(batch.baseOffset()));
    assertEquals(
        scene.model.batches().stream()
            .map(bytes -> ModelLog.batch(bytes).baseOffset())
            .filter(offset -> offset < secondSegment || offset >= end.segmentBaseOffset())
            .toList(),
        offsets);
  }

  @Test
  void findsTimesBehindDamage() throws IOException {
    disk.flipBit(scene.file(0, ".log"), 30, 2);
    disk.delete(scene.file(0, ".index"));
    disk.delete(scene.file(secondSegment, ".log"));
    scene.open(end);
    long wantedMs = 1_000 + end.segmentBaseOffset() * 10 + 600;
    assertEquals(
        scene.model.offsetForTimestamp(wantedMs), scene.log.offsetForTimestamp(wantedMs, 0));
    assertTrue(scene.log.maxTimestamp(0).isPresent());
  }

  @Test
  void doesNotTakeARecordThatImitatesABatchForOne() throws IOException {
    SimulatedDisk other = new SimulatedDisk(2);
    LogScene imitated = new LogScene(other, FOLDER, 5, 200);
    imitated.append(1);
    long next = imitated.log.nextOffset();
    ByteBuffer forged = Batches.of(next + 3, "forged");
    ByteBuffer carrier = Batches.of(next, forged);
    ByteBuffer behind = Batches.of(next + 1, "behind");
    imitated.log.append(next, List.of(carrier, behind), imitated.policy, RunWay.PAST_CACHE);
    LogEnd whole = imitated.log.end();
    imitated.log.force();
    imitated.log.close();
    long carrierAt = whole.segmentPosition() - carrier.remaining() - behind.remaining();
    other.flipBit(imitated.file(0, ".log"), carrierAt + 10, 0);
    imitated.open(whole);
    List<Long> offsets = new ArrayList<>();
    imitated.log.forEachWholeBatch(next, batch -> offsets.add(batch.baseOffset()));
    assertEquals(List.of(next + 1), offsets);
    assertEquals(next, imitated.log.damage().open().getFirst().fromOffset());
    assertEquals(next + 1, imitated.log.damage().open().getFirst().toOffset());
  }

  @Test
  void neverServesAFlippedBitOnceItWasLookedAt() throws IOException {
    flip(1, 300);
  }

  @Test
  @Tag("ci")
  void neverServesAnyOfManyFlippedBitsOnceItWasLookedAt() throws IOException {
    flip(1_000, 5_000);
  }

  private void flip(long firstSeed, int flips) throws IOException {
    Map<Path, byte[]> files = disk.contents();
    List<Path> paths = List.copyOf(files.keySet());
    for (long seed = firstSeed; seed < firstSeed + flips; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      disk = new SimulatedDisk(seed);
      disk.createDirectories(scene.directory);
      for (Map.Entry<Path, byte[]> file : files.entrySet()) {
        disk.create(file.getKey()).write(0, ByteBuffer.wrap(file.getValue()));
      }
      Path path = paths.get(random.nextInt(paths.size()));
      int position = random.nextInt(files.get(path).length);
      int bit = random.nextInt(8);
      disk.flipBit(path, position, bit);
      String flip = "seed=" + seed + " " + path + " byte " + position + " bit " + bit;
      try {
        checkFlipped(flip);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError(flip, e);
      }
    }
  }

  private void checkFlipped(String flip) throws IOException {
    try (PartitionLog log =
        PartitionLog.open(disk, scene.directory, LogScene.ID, end, FOLDER.resolve("q"))) {
      log.expectEpochs(offset -> 0);
      List<ByteBuffer> found = new ArrayList<>();
      log.forEachWholeBatch(
          0, batch -> found.add(ByteBuffer.allocate(batch.sizeBytes()).put(batch.bytes()).flip()));
      List<ByteBuffer> written = scene.model.batches();
      assertTrue(found.size() >= written.size() - 1, flip + ": one bit harms one batch");
      assertTrue(written.containsAll(found), flip);
      for (ByteBuffer bytes : written) {
        RecordBatch batch = ModelLog.batch(bytes);
        if (found.contains(bytes)) {
          assertServed(log, batch.baseOffset(), flip);
          assertServed(log, batch.lastOffset(), flip);
        } else {
          assertThrows(CorruptLogException.class, () -> log.read(batch.lastOffset(), 1), flip);
          assertTrue(log.damage().isOpen(), flip);
        }
      }
    }
  }

  /// Every batch that is handed out there is one that was written, the first one that which holds the offset.
  private void assertServed(PartitionLog log, long offset, String flip) throws IOException {
    ByteBuffer bytes = LogScene.bytes(log.read(offset, 700).orElseThrow());
    long next = offset;
    for (RecordBatch batch : RecordBatches.in(bytes)) {
      assertTrue(batch.baseOffset() <= next && next < batch.nextOffset(), flip);
      assertTrue(scene.model.batches().contains(batch.bytes()), flip);
      next = batch.nextOffset();
    }
  }

  private void assertServedAround(long from, long to) throws IOException {
    for (long offset = 0; offset < end.nextOffset(); offset++) {
      long asked = offset;
      if (from <= offset && offset < to) {
        assertThrows(CorruptLogException.class, () -> scene.read(asked, 500), "offset " + asked);
      } else {
        assertServed(scene.log, offset, "offset " + offset);
      }
    }
  }

  private void assertMarked(long from, long to) {
    DamagedRange range = scene.log.damage().open().getFirst();
    assertEquals(from, range.fromOffset());
    assertEquals(to, range.toOffset());
    assertEquals(1, scene.log.damage().open().size());
  }

  private void assertGoesOn() throws IOException {
    scene.append(1);
    assertServed(scene.log, end.nextOffset(), "appended");
  }
}
