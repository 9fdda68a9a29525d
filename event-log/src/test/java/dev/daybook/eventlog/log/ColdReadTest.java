package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What an earlier process wrote, and what comes from the disk again, is verified before it is handed out: a reader gets the
/// bytes that were written, or is told that they are not there, whatever bit has flipped.
class ColdReadTest {
  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final LogScene scene = new LogScene(disk, Path.of("/data"), 11, 300);
  private LogEnd end;

  @BeforeEach
  void writeASealedSegmentAndOneThatGrows() throws IOException {
    disk.createDirectories(Path.of("/data"));
    scene.append(5);
    scene.roll();
    scene.append(3);
    scene.log.force();
    end = scene.log.end();
    scene.log.close();
  }

  @Test
  void handsOutNoWrongByteWhateverBitFlips() throws IOException {
    flipEveryBit(41);
  }

  @Test
  @Tag("ci")
  void handsOutNoWrongByteWhateverBitFlipsOfAll() throws IOException {
    flipEveryBit(5);
  }

  private void flipEveryBit(int step) throws IOException {
    int refused = 0;
    int flipped = 0;
    for (long baseOffset : List.of(0L, end.segmentBaseOffset())) {
      Path file = scene.file(baseOffset, ".log");
      long bits = (disk.contents().get(file)).length * 8L;
      for (long bit = 0; bit < bits; bit += step) {
        disk.flipBit(file, bit / 8, (int) (bit % 8));
        open();
        refused += readAll("bit " + bit + " of " + file);
        flipped++;
        scene.log.close();
        forgetWhatWasFound();
        disk.flipBit(file, bit / 8, (int) (bit % 8));
      }
    }
    // All but those in the footer.
    assertTrue(refused > flipped * 9 / 10, refused + " of " + flipped + " were noticed");
  }

  @Test
  void handsOutWhatComesBeforeADamagedBatchAndWhatComesBehind() throws IOException {
    List<ByteBuffer> batches = scene.model.batches();
    int position = batches.get(0).remaining() + batches.get(1).remaining();
    disk.flipBit(scene.file(0, ".log"), position + 70, 0);
    open();

    ByteBuffer before = scene.read(0, Integer.MAX_VALUE).orElseThrow();
    assertEquals(position, before.remaining(), "up to the damage, though more was asked for");
    RecordBatch damaged = ModelLog.batch(batches.get(2));
    CorruptLogException refused =
        assertThrows(CorruptLogException.class, () -> scene.read(damaged.baseOffset(), 1_000));
    assertTrue(refused.getMessage().contains("byte " + position), refused::getMessage);
    assertTrue(scene.log.damage().at(damaged.lastOffset()).isPresent());
    scene.assertSameRead(damaged.nextOffset(), 1_000);
  }

  @Test
  void findsTheBatchBehindOneWhoseHeaderClaimsItsOffsets() throws IOException {
    RecordBatch behind = ModelLog.batch(scene.model.batches().get(1));
    // The highest byte but one of the last offset delta: some 32,000 records more.
    disk.flipBit(scene.file(0, ".log"), 25, 7);
    open();

    scene.assertSameRead(behind.baseOffset(), 1);
    scene.assertSameRead(behind.lastOffset(), 1);
    assertThrows(CorruptLogException.class, () -> scene.read(0, 1));
  }

  @Test
  void verifiesAPieceAtATimeAndNothingTwiceWhileItStaysInMemory() throws IOException {
    disk.keepInCache(true);
    LogScene large = largeBatches(3);
    large.restart();
    int sizeBytes = sizeOfLarge();

    for (long offset = 0; offset < 3; offset++) {
      assertEquals(sizeBytes, large.read(offset, 3 * sizeBytes).orElseThrow().remaining());
    }
    disk.flipBit(large.file(0, ".log"), sizeBytes + 100, 3);
    assertEquals(3 * sizeBytes, large.read(0, 3 * sizeBytes).orElseThrow().remaining());
  }

  @Test
  void verifiesAgainWhatHasLeftTheMemorySinceItWasFoundWhole() throws IOException {
    open();
    long second = ModelLog.batch(scene.model.batches().get(1)).baseOffset();
    disk.keepInCache(true);
    scene.assertSameRead(second, 1);

    disk.keepInCache(false);
    scene.assertSameRead(second, 1);
    disk.flipBit(scene.file(0, ".log"), scene.model.batches().getFirst().remaining() + 70, 0);
    assertThrows(CorruptLogException.class, () -> scene.read(second, 1));
    scene.assertSameRead(0, 1);
    scene.assertSameRead(ModelLog.batch(scene.model.batches().get(2)).baseOffset(), 1);
  }

  @Test
  void verifiesWhatThisProcessWroteOnceItHasLeftTheMemory() throws IOException {
    open();
    disk.keepInCache(true);
    long own = scene.log.nextOffset();
    long position = scene.log.end().segmentPosition();
    scene.append(3);
    scene.assertSameRead(own, 1_000);

    disk.keepInCache(false);
    disk.flipBit(scene.file(end.segmentBaseOffset(), ".log"), position + 70, 0);
    assertThrows(CorruptLogException.class, () -> scene.read(own, 1_000));
    scene.assertSameRead(0, 1_000);
  }

  /// A large run goes past the system's cache. A read near by may bring it there, and nobody has looked at it.
  @Test
  void verifiesALargeRunOfThisProcessWheneverItCameToMemory() throws IOException {
    disk.keepInCache(true);
    LogScene large = largeBatches(2);

    disk.flipBit(large.file(0, ".log"), sizeOfLarge() + 100, 3);
    try (FileSlice _ = large.log.read(0, 1).orElseThrow()) {
      assertTrue(large.log.readAtHand(1, 1, Long.MAX_VALUE).isEmpty());
      assertThrows(CorruptLogException.class, () -> large.read(1, 1));
    }
  }

  /// What stands behind a large batch says whether its header is right. Somebody else may wait for that.
  @Test
  void whoMustNotWaitReadsNothingOfWhichHeHasNotAskedWhetherItIsInMemory() throws IOException {
    disk.keepInCache(true);
    LogScene large = new LogScene(disk, Path.of("/large"), 1, 4096);
    disk.createDirectories(Path.of("/large"));
    ByteBuffer two =
        RecordBatchBuilder.uncompressed()
            .at(0, 0)
            .append(1_000, null, ByteBuffer.allocate(700_000))
            .append(1_000, null, ByteBuffer.allocate(10))
            .build();
    large.log.append(0, List.of(two, batch(2, 700_000)), large.policy, RunWay.PAST_CACHE);
    try (FileSlice first = large.log.read(1, 1).orElseThrow()) {
      assertEquals(two.remaining(), first.length());
      disk.keepInCacheUpTo(first.length());

      large.log.readAtHand(0, 1, Long.MAX_VALUE).orElseThrow().close();
      large.log.readAtHand(1, 1, Long.MAX_VALUE).ifPresent(FileSlice::close);

      assertEquals(0, disk.coldBytesRead());
    }
  }

  @Test
  void asksForWhatIsMissingInMemoryAndTakesNothingThatCameThereForVerified() throws IOException {
    disk.keepInCache(true);
    LogScene large = largeBatches(2);
    int sizeBytes = sizeOfLarge();
    assertEquals(sizeBytes, large.read(0, 1).orElseThrow().remaining());

    disk.keepInCache(false);
    long readBefore = disk.bytesRead();
    try (FileSlice wanted = large.log.readAtPace(0, 1, Long.MAX_VALUE).orElseThrow()) {
      assertTrue(wanted.isCold());
      assertEquals(readBefore, disk.bytesRead(), "nobody but who keeps the pace reads");
      disk.flipBit(large.file(0, ".log"), 100, 3);
      disk.keepInCache(true);

      assertTrue(large.log.readAtHand(0, 1, Long.MAX_VALUE).isEmpty(), "to who comes in between");
      assertThrows(CorruptLogException.class, () -> large.log.readAtPace(0, 1, Long.MAX_VALUE));
    }
  }

  @Test
  void theEndOfWhatWasForcedIsVerifiedOnceMoreWhenAnAppendBringsItsPageBack() throws IOException {
    verifiesTheEndOnceMoreAfter(
        log -> log.append(2, List.of(batch(2, 100)), SegmentPolicy.DEFAULT, RunWay.THROUGH_CACHE));
  }

  @Test
  void andWhenASealDoes() throws IOException {
    verifiesTheEndOnceMoreAfter(log -> log.roll(2));
  }

  private void verifiesTheEndOnceMoreAfter(Walk walk) throws IOException {
    disk.keepInCache(true);
    LogScene small = new LogScene(disk, Path.of("/small"), 1, 4096);
    disk.createDirectories(Path.of("/small"));
    for (int offset = 0; offset < 2; offset++) {
      small.log.append(offset, List.of(batch(offset, 100)), small.policy, RunWay.THROUGH_CACHE);
    }
    try (FileSlice _ = small.log.read(0, 1).orElseThrow()) {
      assertTrue(small.log.readAtHand(1, 1, Long.MAX_VALUE).isPresent(), "it waits for its force");

      small.log.force();
      walk.goThrough(small.log);
      assertTrue(small.log.readAtHand(1, 1, Long.MAX_VALUE).isEmpty());
      disk.flipBit(small.file(0, ".log"), batch(0, 100).remaining() + 70, 3);
      assertThrows(CorruptLogException.class, () -> small.log.read(1, 1));
    }
  }

  @Test
  void whatALookUpByTimeBringsInIsVerifiedBeforeItIsHandedOut() throws IOException {
    bringsInWhatIsVerifiedAgain(log -> log.offsetForTimestamp(1, 0));
  }

  @Test
  void whatAWalkThroughTheLogBringsInIsVerifiedBeforeItIsHandedOut() throws IOException {
    bringsInWhatIsVerifiedAgain(log -> log.forEachBatch(1, _ -> {}));
  }

  private void bringsInWhatIsVerifiedAgain(Walk walk) throws IOException {
    disk.keepInCache(true);
    LogScene large = largeBatches(3);
    for (long offset = 0; offset < 3; offset++) {
      var _ = large.read(offset, 1).orElseThrow();
    }
    try (FileSlice _ = large.log.read(0, 1).orElseThrow()) {
      assertTrue(large.log.readAtHand(1, 1, Long.MAX_VALUE).isPresent());

      disk.keepInCache(false);
      walk.goThrough(large.log);
      disk.keepInCache(true);
      assertTrue(large.log.readAtHand(1, 1, Long.MAX_VALUE).isEmpty());
      disk.flipBit(large.file(0, ".log"), sizeOfLarge() + 100, 3);
      assertThrows(CorruptLogException.class, () -> large.log.read(1, 1));
    }
  }

  @FunctionalInterface
  private interface Walk {
    void goThrough(PartitionLog log) throws IOException;
  }

  @Test
  void asksForTheRestOfALargeBatchBeforeReadingIt() throws IOException {
    LogScene large = largeBatches(2);
    int sizeBytes = sizeOfLarge();
    long asked = 0;
    for (int times = 0; times < 2 && asked < sizeBytes; times++) {
      disk.keepInCache(times > 0);
      try (FileSlice wanted = large.log.readAtPace(0, 1, Long.MAX_VALUE).orElseThrow()) {
        assertEquals(times == 0, wanted.isCold());
        asked = wanted.position() + wanted.length();
      }
    }
    assertEquals(sizeBytes, asked);
  }

  @Test
  void aSliceKnowsWhetherItsBytesMayStillBeSentAsTheyLie() throws IOException {
    open();
    disk.keepInCache(true);
    int first = scene.model.batches().getFirst().remaining();
    int second = scene.model.batches().get(1).remaining();
    try (FileSlice slice = scene.log.read(0, 100_000).orElseThrow()) {
      assertTrue(slice.isAtHand(0, slice.length()));
      assertEquals(slice.length(), slice.verify(0, slice.length()));

      disk.keepInCache(false);
      assertFalse(slice.isAtHand(0, slice.length()));
      assertEquals(first, slice.verify(0, first + second / 2), "to the end of a batch");
      assertEquals(first / 2 + second, slice.verify(first - first / 2, first / 2 + second));
      assertEquals(second - 10, slice.verify(first + 10, 1), "one batch at least");

      disk.flipBit(scene.file(0, ".log"), first + 70, 0);
      assertThrows(CorruptLogException.class, () -> slice.verify(first + 10, second));
      assertThrows(CorruptLogException.class, slice::read);
      assertEquals(first, slice.verify(0, first));
    }
  }

  @Test
  void forgetsWhatWasFoundWholeWhenSomethingLeftTheMemoryMeanwhile() throws IOException {
    ColdBytes cold = new SegmentFile(disk, scene.file(0, ".log"), batch -> true).cold();
    cold.written(new Place(0, 0), new Place(10, 1_000));
    long losses = cold.losses();
    try (DiskFile file = disk.open(scene.file(0, ".log"))) {
      assertTrue(cold.areCold(file, 500, 600, new Each(0)));
    }
    assertFalse(cold.areVerified(0, 10));
    cold.remember(new Place(0, 0), new Place(10, 1_000), losses);
    cold.remember(new Place(9, 900), new Place(10, 1_000), losses);
    assertFalse(cold.areVerified(0, 10));
    assertFalse(cold.areVerified(900, 910), "nor what was forgotten behind it");
  }

  @Test
  void whatLiesInFrontOfWhatIsMissingStaysKnownAndNothingBehindIt() throws IOException {
    ColdBytes cold = new SegmentFile(disk, scene.file(0, ".log"), batch -> true).cold();
    cold.written(new Place(0, 0), new Place(100, 100_000));
    cold.written(new Place(110, 110_000), new Place(120, 120_000));
    cold.written(new Place(200, 200_000), new Place(300, 300_000));
    try (DiskFile file = disk.open(scene.file(0, ".log"))) {
      disk.keepInCacheUpTo(45_000);
      assertFalse(cold.areCold(file, 40_000, 45_000, new Each(1_000)));
      assertTrue(cold.areCold(file, 44_500, 50_500, new Each(1_000)));
    }
    assertTrue(cold.areVerified(0, 44_000));
    assertFalse(cold.areVerified(44_000, 44_001), "the batch that is partly missing");
    assertFalse(cold.areVerified(99_000, 99_001), "who reads it in may read further");
    assertTrue(cold.areVerified(110_000, 120_000), "of another range, and page");
    assertTrue(cold.areVerified(200_000, 300_000));
    assertEquals(3, cold.rangeCount());
  }

  @Test
  void whatEndsWhereTheMissingBytesBeginStaysKnownToItsEnd() throws IOException {
    ColdBytes cold = new SegmentFile(disk, scene.file(0, ".log"), batch -> true).cold();
    cold.written(new Place(0, 0), new Place(44, 44_500));
    try (DiskFile file = disk.open(scene.file(0, ".log"))) {
      disk.keepInCacheUpTo(45_000);
      assertTrue(cold.areCold(file, 44_500, 60_000, new Each(10_000)));
      assertTrue(cold.areVerified(0, 44_500));

      disk.keepInCacheUpTo(44_500);
      assertTrue(cold.areCold(file, 44_500, 60_000, new Each(10_000)));
      assertFalse(cold.areVerified(0, 44_500), "its last page is not there any more");
    }
  }

  @Test
  void joinsWhatWasVerified() throws IOException {
    open();
    List<ByteBuffer> batches = scene.model.batches();
    SegmentFile file = new SegmentFile(disk, scene.file(0, ".log"), batch -> true);
    ColdBytes cold = file.cold();
    Place segmentEnd = new Place(end.segmentBaseOffset(), contentBytes());
    Place[] places = new Place[5];
    long position = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = new Place(ModelLog.batch(batches.get(i)).baseOffset(), position);
      position += batches.get(i).remaining();
    }
    for (int from : new int[] {3, 0, 1, 2}) {
      long to = places[from + 1].position();
      assertEquals(to, cold.verifiedEnd(file.hold(), places[from], to, segmentEnd));
    }
    assertEquals(1, cold.rangeCount());
    assertEquals(
        places[4].position(),
        cold.verifiedEnd(file.hold(), places[0], places[4].position(), segmentEnd));
  }

  /// Batches of 700 KB, in one run.
  private LogScene largeBatches(int count) throws IOException {
    LogScene large = new LogScene(disk, Path.of("/large"), 1, 4096);
    disk.createDirectories(Path.of("/large"));
    List<ByteBuffer> batches = new ArrayList<>();
    for (int offset = 0; offset < count; offset++) {
      batches.add(batch(offset, 700_000));
    }
    large.log.append(0, batches, large.policy, RunWay.PAST_CACHE);
    return large;
  }

  private static int sizeOfLarge() {
    return batch(0, 700_000).remaining();
  }

  /// Reads from every batch on, a little and much, and compares.
  ///
  /// @return 1 when something was refused
  private int readAll(String what) throws IOException {
    int refused = 0;
    for (int maxBytes : new int[] {400, Integer.MAX_VALUE}) {
      for (ByteBuffer bytes : scene.model.batches()) {
        long offset = ModelLog.batch(bytes).baseOffset();
        try {
          ByteBuffer read = scene.read(offset, maxBytes).orElseThrow();
          ByteBuffer meant = scene.model.read(offset, maxBytes).orElseThrow();
          assertEquals(meant.slice(0, read.remaining()), read, what + ", offset " + offset);
        } catch (CorruptLogException _) {
          refused = 1;
        }
      }
    }
    return refused;
  }

  private void open() throws IOException {
    scene.open(end);
    scene.log.expectEpochs(offset -> 0);
  }

  private void forgetWhatWasFound() throws IOException {
    for (String name : List.of("damage", "%020d.index".formatted(0))) {
      Path file = scene.directory.resolve(name);
      if (disk.exists(file)) {
        disk.delete(file);
      }
    }
  }

  private long contentBytes() {
    return scene.model.bytes().remaining() - end.segmentPosition();
  }

  private static ByteBuffer batch(long offset, int bytes) {
    return RecordBatchBuilder.uncompressed()
        .at(offset, 0)
        .append(1_000, null, ByteBuffer.allocate(bytes))
        .build();
  }

  /// Batches of one size; 0 when nobody knows where they begin.
  private record Each(int bytes) implements ColdBytes.Bounds {
    @Override
    public @Nullable Place atOrBefore(long position) {
      return bytes == 0 ? null : new Place(position / bytes, position / bytes * bytes);
    }
  }
}
