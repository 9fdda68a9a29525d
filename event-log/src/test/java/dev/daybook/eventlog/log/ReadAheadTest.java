package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What who reads a log in turn will ask for next is named while he is busy with what he has.
class ReadAheadTest {
  private static final int STEP = 1 << 20;
  private static final int PAGE = 4096;
  private static final int BATCH_BYTES = 100_000;
  private static final int BATCHES = 60;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final LogScene scene = new LogScene(disk, Path.of("/log"), 1, 4096);
  private long sizeBytes;

  @BeforeEach
  void write() throws IOException {
    disk.createDirectories(Path.of("/log"));
    List<ByteBuffer> batches = new ArrayList<>();
    for (int offset = 0; offset < BATCHES; offset++) {
      batches.add(
          RecordBatchBuilder.uncompressed()
              .at(offset, 0)
              .append(1_000, null, ByteBuffer.allocate(BATCH_BYTES))
              .build());
    }
    sizeBytes = batches.stream().mapToLong(ByteBuffer::remaining).sum();
    scene.log.append(0, batches, scene.policy, RunWay.PAST_CACHE);
  }

  @AfterEach
  void close() throws IOException {
    scene.log.close();
  }

  @Test
  void twoStepsAreBroughtInBehindWhoComesFromTheBeginning() throws IOException {
    disk.keepInCache(true);
    FileSlice first = read(0, STEP);
    disk.keepInCacheUpTo(first.length());
    try (first;
        FileSlice ahead = first.ahead(STEP).orElseThrow()) {
      assertTrue(ahead.isCold());
      assertEquals(first.position() + first.length(), ahead.position());
      assertEquals(2 * STEP, ahead.length());
    }
  }

  @Test
  void theNextStepIsBroughtInWhileTheOneBeforeIsRead() throws IOException {
    try (FileSlice first = read(0, STEP)) {
      long end = first.position() + first.length();
      disk.keepInCacheUpTo(end + STEP);
      try (FileSlice ahead = first.ahead(STEP).orElseThrow()) {
        assertEquals(end + STEP, ahead.position());
        assertEquals(STEP, ahead.length());
      }
    }
  }

  @Test
  void whoReadsInSmallBitsHasAStepBroughtInNowAndThenAndNotABitEachTime() throws IOException {
    try (FileSlice first = read(0, 2 * BATCH_BYTES)) {
      long end = first.position() + first.length();
      disk.keepInCacheUpTo(end + STEP + 3 * BATCH_BYTES);
      assertEquals(Optional.empty(), first.ahead(STEP));

      disk.keepInCacheUpTo(end + STEP + BATCH_BYTES);
      try (FileSlice ahead = first.ahead(STEP).orElseThrow()) {
        assertEquals(end + STEP, ahead.position());
        assertEquals(STEP, ahead.length());
      }
    }
  }

  @Test
  void nothingIsBroughtInThatIsThere() throws IOException {
    disk.keepInCache(true);
    try (FileSlice first = read(0, STEP)) {
      assertEquals(Optional.empty(), first.ahead(STEP));
    }
  }

  @Test
  void nothingIsBehindTheEndAndNoMoreThanThereIsIsBroughtIn() throws IOException {
    try (FileSlice last = read(BATCHES - 1, STEP)) {
      disk.keepInCacheUpTo(last.position());
      assertEquals(Optional.empty(), last.ahead(STEP));
    }
    try (FileSlice nearEnd = read(BATCHES - 5, 2 * BATCH_BYTES)) {
      disk.keepInCacheUpTo(nearEnd.position() + nearEnd.length());
      try (FileSlice ahead = nearEnd.ahead(STEP).orElseThrow()) {
        assertEquals(sizeBytes, ahead.position() + ahead.length());
      }
    }
  }

  @Test
  void whoComesFromElsewhereGetsWhatHeAskedFor() throws IOException {
    try (FileSlice middle = read(BATCHES / 2, STEP)) {
      disk.keepInCache(middle.position(), middle.position() + middle.length());
      assertEquals(Optional.empty(), middle.ahead(STEP));

      disk.keepInCache(middle.position() - BATCH_BYTES, middle.position() + middle.length());
      middle.ahead(STEP).orElseThrow().close();
    }
  }

  @Test
  void whatIsBroughtInAheadIsVerifiedAgainHoweverWholeItWasOnce() throws IOException {
    disk.keepInCache(true);
    try (FileSlice first = read(0, STEP);
        FileSlice second = read(first.length() / (sizeBytes / BATCHES), STEP)) {
      assertEquals(first.position() + first.length(), second.position());
      assertTrue(second.isAtHand(second.position(), second.length()));

      disk.keepInCacheUpTo(second.position() + PAGE);
      try (FileSlice ahead = first.ahead(STEP).orElseThrow()) {
        assertTrue(ahead.forgetMissing(ahead.position(), STEP));
        disk.keepInCache(true); // As the cold reader does.
      }

      assertFalse(second.isAtHand(second.position(), second.length()));
      assertTrue(first.isAtHand(first.position(), first.length()), "what was promised stays so");
    }
  }

  @Test
  void whatIsInMemoryByThenStaysKnown() throws IOException {
    disk.keepInCache(true);
    try (FileSlice first = read(0, STEP);
        FileSlice second = read(first.length() / (sizeBytes / BATCHES), STEP)) {
      disk.keepInCacheUpTo(second.position());
      try (FileSlice ahead = first.ahead(STEP).orElseThrow()) {
        disk.keepInCache(true); // Somebody else was faster.
        assertFalse(ahead.forgetMissing(ahead.position(), STEP));
      }
      assertTrue(second.isAtHand(second.position(), second.length()));
    }
  }

  @Test
  void whereTheSystemDoesNotSayWhatIsInMemoryNothingIsReadTwice() throws IOException {
    try (FileSlice first = read(0, STEP)) {
      disk.keepInCache(false);
      assertEquals(Optional.empty(), first.ahead(STEP));
    }
  }

  @Test
  void aSliceSaysWhetherItWasFoundWholeForIt() throws IOException {
    disk.keepInCache(true);
    try (FileSlice first = read(0, STEP);
        FileSlice again = read(0, STEP);
        FileSlice further = read(BATCHES / 2, STEP)) {
      assertEquals(FileSlice.Found.NOW, first.found());
      assertEquals(FileSlice.Found.BEFORE, again.found());
      assertEquals(FileSlice.Found.NOW, further.found());
    }
  }

  @Test
  void whoseSliceIsClosedMayStillAskWhatComesNextAsLongAsSomebodyHoldsTheFile() throws IOException {
    scene.log.force(); // And the writer does not.
    FileSlice first = read(0, STEP);
    disk.keepInCacheUpTo(first.length());
    try (FileSlice _ = read(0, 1)) {
      first.close();
      first.ahead(STEP).orElseThrow().close();
    }
    assertEquals(Optional.empty(), first.ahead(STEP));
  }

  @Test
  void whatWasAppendedBehindAnOldSliceIsVerifiedWhereItSharesAMissingPageWithIt()
      throws IOException {
    disk.keepInCache(true);
    try (FileSlice old = read(BATCHES - 1, STEP)) {
      long end = old.position() + old.length();
      ByteBuffer later =
          RecordBatchBuilder.uncompressed()
              .at(BATCHES, 0)
              .append(1_000, null, ByteBuffer.allocate(100))
              .build();
      scene.log.append(BATCHES, List.of(later), scene.policy, RunWay.THROUGH_CACHE);
      assertTrue(scene.log.readAtHand(BATCHES, 1, Long.MAX_VALUE).isPresent());

      disk.keepInCacheUpTo(end - PAGE);
      assertFalse(old.isAtHand(old.position(), old.length()));
      disk.keepInCache(true);
      old.verify(old.position(), old.length());
      assertTrue(scene.log.readAtHand(BATCHES, 1, Long.MAX_VALUE).isEmpty());
    }
  }

  private FileSlice read(long offset, int bytes) throws IOException {
    return scene.log.read(offset, bytes).orElseThrow();
  }
}
