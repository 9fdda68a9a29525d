package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Indexes are shortcuts: whatever becomes of their files, the answers are the same.
class IndexDamageTest {
  @TempDir Path folder;
  private LogScene scene;
  private LogEnd end;

  @BeforeEach
  void writeALogWithASealedSegment() throws IOException {
    scene = new LogScene(new FileDisk(), folder, 5, 200);
    scene.append(10);
    scene.roll();
    scene.append(5);
    end = scene.log.end();
    scene.log.force();
    scene.log.close();
  }

  @Test
  void keepsTheIndexesOfASealedSegment() throws IOException {
    for (Path index : indexes()) {
      byte[] kept = Files.readAllBytes(index);

      reopenAndCompare();

      assertTrue(kept.length > 60, "has entries");
      assertArrayEquals(kept, Files.readAllBytes(index), "good as it was");
    }
    assertFalse(Files.exists(scene.file(end.segmentBaseOffset(), ".index")), "not yet sealed");
  }

  @Test
  void makesMissingIndexesAnew() throws IOException {
    for (Path index : indexes()) {
      Files.delete(index);
      reopenAndCompare();
      assertTrue(Files.exists(index));
    }
  }

  @Test
  void makesShortIndexesAnew() throws IOException {
    for (Path index : indexes()) {
      byte[] whole = Files.readAllBytes(index);
      byte[] anew = madeAnew(index);
      for (int sizeBytes = 0; sizeBytes < whole.length; sizeBytes++) {
        Files.write(index, Arrays.copyOf(whole, sizeBytes));
        reopenAndCompare();
        assertArrayEquals(anew, Files.readAllBytes(index));
      }
    }
  }

  @Test
  void makesIndexesAnewInWhichAnyByteIsFlipped() throws IOException {
    for (Path index : indexes()) {
      byte[] whole = Files.readAllBytes(index);
      byte[] anew = madeAnew(index);
      for (int i = 0; i < whole.length; i++) {
        byte[] flipped = whole.clone();
        flipped[i] ^= (byte) (1 << (i % 8));
        Files.write(index, flipped);
        reopenAndCompare();
        assertArrayEquals(anew, Files.readAllBytes(index), "byte " + i);
      }
    }
  }

  @Test
  void doesNotTrustTheIndexOfAnotherLog() throws IOException {
    Path other = folder.resolve("other");
    LogScene stranger = new LogScene(new FileDisk(), other, 6, 50);
    stranger.append(6);
    stranger.roll();
    stranger.append(1);
    stranger.log.force();
    stranger.log.close();
    for (Path index : indexes()) {
      Files.copy(
          stranger.directory.resolve(index.getFileName()),
          index,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    scene.open(end);

    scene.assertSameReads();
  }

  @Test
  void servesWhatLiesBeforeAndBehindDamageInASegment() throws IOException {
    List<java.nio.ByteBuffer> batches = scene.model.batches();
    long damagedPosition = batches.subList(0, 8).stream().mapToInt(b -> b.remaining()).sum();
    long damagedOffset = ModelLog.batch(batches.get(8)).baseOffset();
    long nextOffset = ModelLog.batch(batches.get(8)).nextOffset();
    damage(scene.file(0, ".log"), damagedPosition + 16);

    scene.open(end);

    for (long offset = 0; offset < damagedOffset; offset++) {
      scene.assertSameRead(offset, 1);
    }
    CorruptLogException damage =
        assertThrows(CorruptLogException.class, () -> scene.log.read(damagedOffset, 1));
    assertTrue(damage.toString().contains("byte " + damagedPosition), damage::toString);
    long later = ModelLog.batch(batches.get(12)).baseOffset();
    assertTrue(later > nextOffset);
    scene.assertSameRead(later, 1);
  }

  private byte[] madeAnew(Path index) throws IOException {
    Files.delete(index);
    reopenAndCompare();
    return Files.readAllBytes(index);
  }

  private void reopenAndCompare() throws IOException {
    scene.open(end);
    scene.assertSameReads();
    scene.assertSameTimes();
    scene.log.close();
  }

  private List<Path> indexes() {
    return Stream.of(".index", ".timeindex").map(suffix -> scene.file(0, suffix)).toList();
  }

  private static void damage(Path file, long position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) position] ^= 0x40;
    Files.write(file, bytes);
  }
}
