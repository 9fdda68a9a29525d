package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs that begin and end in the middle of a block.
class JointsTest {
  private static final int RUN_BYTES = (1 << 20) + 1_000;
  private static final int RUNS = 8;

  @TempDir Path folder;

  @Test
  void blocksThatTwoRunsShareLeaveTheCacheWhenTheyAreOnTheDisk() throws IOException {
    Path path = folder.resolve("runs");
    try (DiskFile file = new FileDisk().create(path)) {
      writeRuns(file, 0, RUNS);
      assumeFalse(file.isResident(0, RUN_BYTES), "no way past the page cache here");
      assertTrue(isResident(file, RUN_BYTES));
      file.force();
      for (int run = 1; run < RUNS; run++) {
        assertFalse(isResident(file, (long) run * RUN_BYTES), "run " + run);
      }
      assertTrue(isResident(file, (long) RUNS * RUN_BYTES - 1), "where the next run begins");
    }
    try (DiskFile file = new FileDisk().open(path)) {
      writeRuns(file, RUNS, 2 * RUNS);
      file.force();
      for (int run = RUNS; run < 2 * RUNS; run++) {
        assertFalse(isResident(file, (long) run * RUN_BYTES), "run " + run);
      }
      ByteBuffer all = ByteBuffer.allocate(2 * RUNS * RUN_BYTES);
      file.read(all, 0);
      for (int at = 0; at < all.capacity(); at++) {
        assertEquals((byte) (1 + at / RUN_BYTES), all.get(at));
      }
    }
  }

  private static boolean isResident(DiskFile file, long position) throws IOException {
    // What was found in memory a moment ago is not asked again by a file; another one has not
    // looked yet.
    try (DiskFile other = new FileDisk().open(file.path())) {
      return other.isResident(position, 1);
    }
  }

  private static void writeRuns(DiskFile file, int from, int to) throws IOException {
    for (int run = from; run < to; run++) {
      ByteBuffer bytes = ByteBuffer.allocate(RUN_BYTES);
      while (bytes.hasRemaining()) {
        bytes.put((byte) (1 + run));
      }
      file.writeRun((long) run * RUN_BYTES, bytes.flip());
    }
  }
}
