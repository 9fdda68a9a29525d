package dev.daybook.eventlog.log;

import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an event loop may read by itself: files that are open, in the page cache, and found whole.
class AtHandTest {
  private static final int SOME_BYTES = 500;
  private static final int LARGE_BYTES = 300_000;
  private static final long NO_LIMIT = Long.MAX_VALUE;

  @TempDir Path folder;
  private LogScene scene;

  @BeforeEach
  void writeASealedSegmentAndOneThatGrows() throws IOException {
    scene = new LogScene(new FileDisk(), folder, 11, 300);
    scene.append(5);
    scene.roll();
    scene.append(3);
    scene.log.force();
  }

  @AfterEach
  void close() throws IOException {
    scene.log.close();
  }

  private boolean isAtHand(long offset, int maxBytes, long limitOffset) throws IOException {
    Optional<FileSlice> atHand = scene.log.readAtHand(offset, maxBytes, limitOffset);
    Optional<FileSlice> read = scene.log.read(offset, maxBytes, limitOffset);
    if (atHand.isPresent()) {
      assertEquals(read.orElseThrow().position(), atHand.get().position());
      assertEquals(read.get().length(), atHand.get().length());
      assertEquals(read.get().nextOffset(), atHand.get().nextOffset());
    }
    read.ifPresent(FileSlice::close);
    atHand.ifPresent(FileSlice::close);
    return atHand.isPresent();
  }

  @Test
  void aFileIsAtHandWhileSomebodyHoldsItOpen() throws IOException {
    assertFalse(isAtHand(1, SOME_BYTES, NO_LIMIT), "nobody has read it yet");

    FileSlice held = scene.log.read(1, SOME_BYTES).orElseThrow();
    assertTrue(isAtHand(1, SOME_BYTES, NO_LIMIT));
    assertTrue(isAtHand(0, Integer.MAX_VALUE, NO_LIMIT));

    held.close();
    assertFalse(isAtHand(1, SOME_BYTES, NO_LIMIT));
  }

  @Test
  void whatEndsWithinASegmentTakesALookElsewhere() throws IOException {
    long last = scene.log.nextOffset() - 1;
    try (FileSlice _ = scene.log.read(last, SOME_BYTES).orElseThrow()) {
      assertTrue(isAtHand(last, SOME_BYTES, scene.log.nextOffset()));
      assertFalse(isAtHand(last, SOME_BYTES, last));
    }
  }

  @Test
  void damageIsLeftToWhoMayWait() throws IOException {
    long second = ModelLog.batch(scene.model.batches().getFirst()).nextOffset();
    try (FileSlice held = scene.log.read(second, SOME_BYTES).orElseThrow();
        FileChannel file = FileChannel.open(held.file().path(), WRITE)) {
      file.write(ByteBuffer.allocate(RecordBatch.HEADER_BYTES), held.position());

      assertTrue(scene.log.readAtHand(second, SOME_BYTES, NO_LIMIT).isEmpty());
      assertEquals(Damage.NONE, scene.log.damage(), "nobody has looked yet how far it goes");
    }
  }

  @Test
  void whatIsNotThereIsNotAtHand() throws IOException {
    assertFalse(isAtHand(-1, SOME_BYTES, NO_LIMIT));
    assertFalse(isAtHand(scene.log.nextOffset(), SOME_BYTES, NO_LIMIT));
  }

  @Test
  void whatAnEarlierProcessWroteIsAtHandOnceItWasFoundWhole() throws IOException {
    scene.restart();
    long second = ModelLog.batch(scene.model.batches().getFirst()).nextOffset();
    try (FileSlice first = scene.log.read(0, 1).orElseThrow()) {
      assertEquals(0, first.position());
      assertFalse(isAtHand(second, SOME_BYTES, NO_LIMIT), "open, and not verified");
      try (FileSlice _ = scene.log.read(second, Integer.MAX_VALUE).orElseThrow()) {
        assertTrue(isAtHand(second, SOME_BYTES, NO_LIMIT));
      }
    }
  }

  @Test
  void whatWentThroughThePageCacheIsAtHandAsItWasWrittenHoweverMuch() throws IOException {
    ByteBuffer large = large(scene.log.nextOffset());
    long next = scene.log.nextOffset();
    scene.log.append(next, List.of(large), scene.policy, RunWay.THROUGH_CACHE);
    try (FileSlice _ = scene.log.read(0, 1).orElseThrow()) {
      assertTrue(isAtHand(next, 2 * large.remaining(), NO_LIMIT));
    }
  }

  @Test
  void whatWentPastItIsVerifiedFirst() throws IOException {
    long next = scene.log.nextOffset();
    ByteBuffer large = large(next);
    scene.log.append(next, List.of(large), scene.policy, RunWay.PAST_CACHE);
    try (FileSlice _ = scene.log.read(next - 1, 1).orElseThrow()) {
      assertTrue(scene.log.readAtHand(next, 2 * large.remaining(), NO_LIMIT).isEmpty());
      try (FileSlice _ = scene.log.read(next, 2 * large.remaining()).orElseThrow()) {
        assertTrue(isAtHand(next, 2 * large.remaining(), NO_LIMIT));
      }
    }
  }

  private static ByteBuffer large(long offset) {
    return RecordBatchBuilder.uncompressed()
        .at(offset, 0)
        .append(1_000, null, ByteBuffer.allocate(LARGE_BYTES))
        .build();
  }
}
