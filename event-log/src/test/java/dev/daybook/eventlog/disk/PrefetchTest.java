package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was written past the page cache is cold. A plain read of a cold file makes Linux read far ahead.
class PrefetchTest {
  private static final int MIB = 1 << 20;
  private static final int FILE_BYTES = 32 * MIB;
  private static final int PIECE_BYTES = 256 << 10;

  @TempDir Path folder;
  private DiskFile file;

  @BeforeEach
  void writePastTheCache() throws IOException {
    file = new FileDisk().create(folder.resolve("cold"));
    file.writeRun(0, ByteBuffer.allocateDirect(FILE_BYTES));
    file.force();
    assumeFalse(file.isResident(0, FILE_BYTES), "this file system has no way past the page cache");
  }

  @Test
  void bringsWhatIsWantedAndNothingElse() throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    for (long position = 0; position < 8L * MIB; position += PIECE_BYTES) {
      file.prefetch(position, PIECE_BYTES);
      file.read(piece.clear(), position);
    }

    assertTrue(file.isResident(0, 8L * MIB));
    assertEquals(0, residentPages(8L * MIB, FILE_BYTES));
  }

  @Test
  void takesWhatReachesBeyondTheEnd() throws IOException {
    file.prefetch(FILE_BYTES - 100, MIB);
    file.prefetch(FILE_BYTES, MIB);
    file.prefetch(FILE_BYTES + 5L * MIB, MIB);

    assertEquals(100, file.read(ByteBuffer.allocate(200), FILE_BYTES - 100));
  }

  @Test
  void knowsWhatIsInMemoryOfAFileThatHasLostItsName() throws IOException {
    new FileDisk().delete(file.path());
    file.read(ByteBuffer.allocate(PIECE_BYTES), 0);

    assertTrue(file.isResident(0, PIECE_BYTES));
    assertFalse(file.isResident(0, FILE_BYTES));
  }

  private int residentPages(long from, long to) throws IOException {
    int pages = 0;
    for (long position = from; position < to; position += 4096) {
      pages += file.isResident(position, 4096) ? 1 : 0;
    }
    return pages;
  }
}
