package dev.daybook.eventlog.disk;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Blocks of a file in which one run past the cache ended and the next one began: they are written through the cache, and would
/// stay there as single pages between bytes that are not in it. The system reads large pages ahead up to the next page that is
/// there, and goes on with single ones; large ones cost less to send. So the cache is told to forget these blocks when they are
/// on the disk.
///
/// The file's writer tells of runs, whoever forces it of forces.
final class Joints {
  private static final int FIRST_COUNT = 16;

  private final Path path;
  private long[] blocks = new long[FIRST_COUNT];
  private int count;

  Joints(Path path) {
    this.path = path;
  }

  /// A run went on in the block that begins here.
  synchronized void joinedIn(long block) {
    if (SystemCalls.FOUND.isEmpty()) {
      return;
    }
    if (count == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * count);
    }
    blocks[count++] = block;
  }

  /// Those up to now: to be taken before a force, and forgotten behind it.
  synchronized long[] take() {
    long[] taken = Arrays.copyOf(blocks, count);
    count = 0;
    return taken;
  }

  /// These are on the disk.
  void forget(long[] forced) {
    Optional<SystemCalls> system = SystemCalls.FOUND;
    if (forced.length > 0 && system.isPresent()) {
      system.get().forget(path, forced);
    }
  }
}
