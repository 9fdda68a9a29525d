package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionLogTest {
  @TempDir Path folder;

  @Test
  void makesNoFileBeforeTheFirstRecord() throws IOException {
    LogScene scene = scene(1);

    scene.log.force();

    assertFalse(Files.exists(scene.directory));
    assertEquals(LogEnd.EMPTY, scene.log.end());
    assertTrue(scene.log.read(0, 1_000).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void readsWholeBatchesFromAnyOffsetInAnySize(long seed) throws IOException {
    LogScene scene = logOfThreeSegments(seed);
    int sizeBytes = scene.model.bytes().remaining();

    for (long offset = 0; offset <= scene.model.nextOffset(); offset++) {
      for (int maxBytes = 0; maxBytes < sizeBytes; maxBytes += maxBytes < 700 ? 41 : 1_009) {
        scene.assertSameRead(offset, maxBytes);
      }
      scene.assertSameRead(offset, Integer.MAX_VALUE);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26})
  void findsTheFirstRecordOfAnyTimeAndTheYoungest(long seed) throws IOException {
    logOfThreeSegments(seed).assertSameTimes();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 4096, Integer.MAX_VALUE})
  void answersAlikeWhateverTheIndexInterval(int indexIntervalBytes) throws IOException {
    LogScene scene = new LogScene(new FileDisk(), folder, 31, indexIntervalBytes);
    for (int segment = 0; segment < 4; segment++) {
      scene.append(20);
      scene.assertSameReads();
      scene.assertSameTimes();
      if (segment % 2 == 0) {
        scene.restart();
      } else {
        scene.roll();
      }
    }
  }

  @Test
  void handsOverEveryBatchFromAnOffsetOn() throws IOException {
    LogScene scene = logOfThreeSegments(41);
    long from = scene.model.nextOffset() / 2;

    List<Long> offsets = new ArrayList<>();
    scene.log.forEachBatch(from, batch -> offsets.add(batch.baseOffset()));

    List<Long> expected =
        scene.model.batches().stream()
            .map(ModelLog::batch)
            .filter(batch -> batch.nextOffset() > from)
            .map(RecordBatch::baseOffset)
            .toList();
    assertEquals(expected, offsets);
  }

  @Test
  void refusesBatchesThatLeaveAGap() throws IOException {
    LogScene scene = logOfThreeSegments(51);
    List<ByteBuffer> run = scene.model.nextRun();
    long next = scene.log.nextOffset();

    assertThrows(
        IllegalStateException.class,
        () -> scene.log.append(next + 1, run, scene.policy, RunWay.PAST_CACHE));
    RecordBatch.assign(run.getFirst(), 0, next + 1, 0);
    assertThrows(
        IllegalStateException.class,
        () -> scene.log.append(next, run, scene.policy, RunWay.PAST_CACHE));

    scene.assertSameReads();
  }

  @Test
  void rollsOnceWhenToldTwice() throws IOException {
    LogScene scene = logOfThreeSegments(61);

    scene.roll();
    scene.log.roll(scene.log.nextOffset());

    assertEquals(4, scene.log.segmentCount());
    assertThrows(IllegalStateException.class, () -> scene.log.roll(1));
  }

  @Test
  void keepsTheFileOpenForWhoHoldsASlice() throws IOException {
    LogScene scene = logOfThreeSegments(71);
    ByteBuffer expected = scene.model.read(0, 2_000).orElseThrow();
    FileSlice slice = scene.log.read(0, 2_000).orElseThrow();

    scene.log.delete();

    assertFalse(Files.exists(scene.directory));
    assertEquals(expected, LogScene.bytes(slice));
    slice.close();
  }

  /// Two sealed segments and one in use, the last two partly from before a restart.
  private LogScene logOfThreeSegments(long seed) throws IOException {
    LogScene scene = scene(seed);
    scene.append(12);
    scene.roll();
    scene.append(6);
    scene.restart();
    scene.append(6);
    scene.roll();
    scene.append(4);
    scene.restart();
    scene.append(4);
    return scene;
  }

  private LogScene scene(long seed) {
    return new LogScene(new FileDisk(), folder, seed, 300);
  }
}
