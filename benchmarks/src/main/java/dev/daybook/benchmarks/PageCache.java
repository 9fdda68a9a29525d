package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The machine's page cache, which only root may empty.
final class PageCache {
  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

  private PageCache() {}

  static boolean canBeDropped() {
    return Files.isWritable(DROP);
  }

  /// Writes back what is dirty and forgets every page, so that the next reads come from the disk.
  static void drop() throws IOException, InterruptedException {
    DiskBound.syncAll();
    Files.writeString(DROP, "1");
  }
}
