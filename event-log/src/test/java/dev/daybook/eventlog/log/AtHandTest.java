package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an event loop may read by itself: files that are open, in the page cache, and found whole.
class AtHandTest {
  private static final int SOME_BYTES = 500;
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

  @Test
  void aFileIsAtHandWhileSomebodyHoldsItOpen() throws IOException {
    assertFalse(scene.log.isAtHand(1, SOME_BYTES, NO_LIMIT), "nobody has read it yet");

    FileSlice held = scene.log.read(1, SOME_BYTES).orElseThrow();
    assertTrue(scene.log.isAtHand(1, SOME_BYTES, NO_LIMIT));
    assertTrue(scene.log.isAtHand(0, Integer.MAX_VALUE, NO_LIMIT));

    held.close();
    assertFalse(scene.log.isAtHand(1, SOME_BYTES, NO_LIMIT));
  }

  @Test
  void whatEndsWithinASegmentTakesALookElsewhere() throws IOException {
    long last = scene.log.nextOffset() - 1;
    try (FileSlice _ = scene.log.read(last, SOME_BYTES).orElseThrow()) {
      assertTrue(scene.log.isAtHand(last, SOME_BYTES, scene.log.nextOffset()));
      assertFalse(scene.log.isAtHand(last, SOME_BYTES, last));
    }
  }

  @Test
  void whatIsNotThereIsNotAtHand() throws IOException {
    assertFalse(scene.log.isAtHand(-1, SOME_BYTES, NO_LIMIT));
    assertFalse(scene.log.isAtHand(scene.log.nextOffset(), SOME_BYTES, NO_LIMIT));
  }

  @Test
  void whatAnEarlierProcessWroteIsAtHandOnceItWasFoundWhole() throws IOException {
    scene.restart();
    long second = ModelLog.batch(scene.model.batches().getFirst()).nextOffset();
    try (FileSlice first = scene.log.read(0, 1).orElseThrow()) {
      assertEquals(0, first.position());
      assertFalse(scene.log.isAtHand(second, SOME_BYTES, NO_LIMIT), "open, and not verified");
      try (FileSlice _ = scene.log.read(second, Integer.MAX_VALUE).orElseThrow()) {
        assertTrue(scene.log.isAtHand(second, SOME_BYTES, NO_LIMIT));
      }
    }
  }
}
