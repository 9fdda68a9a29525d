package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file is mapped once, so that a question is one call. To map it, the system must open it once more, and may refuse.
class CachedPagesTest {
  private static final int BYTES = 10_000;

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();

  @Test
  void aFileThatCouldNotBeMappedOnceIsMappedLater() throws IOException {
    assumeTrue(SystemCalls.FOUND.isPresent(), "this system has no such calls");
    Path path = Files.write(directory.resolve("segment"), new byte[BYTES]);
    Path elsewhere = directory.resolve("elsewhere");
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        CachedPages pages = new CachedPages(path, channel, clock)) {
      // As where too many files are open: it cannot be opened again.
      Files.move(path, elsewhere);
      pages.hold(0, BYTES);
      assertFalse(pages.isMapped());
      Files.move(elsewhere, path);

      pages.hold(0, BYTES / 2);
      assertFalse(pages.isMapped(), "nobody asks the system in vain each time");

      clock.advance(Duration.ofNanos(CachedPages.REFUSED_NS));
      pages.hold(0, BYTES);
      assertTrue(pages.isMapped());
    }
  }

  @Test
  void whatIsClosedIsNotMappedAgain() throws IOException {
    Path path = Files.write(directory.resolve("segment"), new byte[BYTES]);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      CachedPages pages = new CachedPages(path, channel, clock);
      pages.hold(0, BYTES);
      pages.close();

      clock.advance(Duration.ofDays(1));
      pages.hold(0, BYTES);

      assertFalse(pages.isMapped());
    }
  }

  @Test
  void aQuestionBehindTheEndLeavesTheFileAsLongAsItIs() throws IOException {
    Path path = Files.write(directory.resolve("segment"), new byte[BYTES]);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      CachedPages pages = new CachedPages(path, channel, clock);
      pages.close(); // So each question maps for itself.

      assertFalse(pages.hold(0, 2 * BYTES));
      assertFalse(pages.hold(BYTES, 1));
      assertEquals(BYTES, Files.size(path));
    }
  }
}
