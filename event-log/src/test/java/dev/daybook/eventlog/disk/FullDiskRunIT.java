package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs past the system's cache on a real disk that is full: what was written of one, and by which way, makes no difference
/// to who writes it again.
@Tag("ci")
class FullDiskRunIT {
  private static final int KIB = 1 << 10;

  @TempDir private Path folder;
  private LoopDisk full;

  @BeforeEach
  void mount() throws Exception {
    full = LoopDisk.in(folder, 48L << 20);
  }

  @AfterEach
  void unmount() throws Exception {
    if (full != null) {
      full.close();
    }
  }

  @Test
  void aRunThatFoundNoRoomIsWrittenAgainInItsPlace() throws IOException {
    Random random = new Random(4711);
    byte[] before = bytes(10_123, random);
    byte[] run = bytes(5 << 20, random);
    byte[] behind = bytes(300_001, random);
    try (DiskFile file = new FileDisk().create(full.path().resolve("segment"))) {
      file.write(0, ByteBuffer.wrap(before));
      full.fill();
      for (int freeKib : new int[] {0, 100, 1_500, 3_000}) {
        if (freeKib > 0) {
          full.leave((long) freeKib * KIB);
        }
        IOException failure =
            assertThrows(IOException.class, () -> file.writeRun(before.length, pieces(run)));
        assertTrue(DiskFull.isCauseOf(failure), failure::toString);
      }
      full.empty();

      file.writeRun(before.length, pieces(run));
      file.writeRun(before.length + run.length, ByteBuffer.wrap(behind));
      file.force();

      ByteBuffer read = ByteBuffer.allocate(before.length + run.length + behind.length);
      file.read(read, 0);
      assertArrayEquals(before, Arrays.copyOf(read.array(), before.length));
      assertArrayEquals(
          run, Arrays.copyOfRange(read.array(), before.length, before.length + run.length));
      assertArrayEquals(
          behind, Arrays.copyOfRange(read.array(), before.length + run.length, read.capacity()));
    }
  }

  private static byte[] bytes(int count, Random random) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /// Of odd sizes, as batches are.
  private static ByteBuffer[] pieces(byte[] run) {
    int pieceBytes = 70_001;
    ByteBuffer[] pieces = new ByteBuffer[(run.length + pieceBytes - 1) / pieceBytes];
    for (int i = 0; i < pieces.length; i++) {
      int from = i * pieceBytes;
      pieces[i] = ByteBuffer.wrap(run, from, Math.min(pieceBytes, run.length - from));
    }
    return pieces;
  }
}
