package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.RecordBatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/// The journal's newest entry, and the segments' copy of its records, known by what its writing changed.
///
/// @param before the files without it
/// @param after the files with it
record NewestEntry(Map<Path, byte[]> before, Map<Path, byte[]> after) {
  private static final Path JOURNAL = Path.of("/data/shard-0/journal");

  boolean isWholeIn(Map<Path, byte[]> damaged) {
    return after.keySet().stream()
        .filter(path -> path.startsWith(JOURNAL))
        .allMatch(path -> isWholeIn(path, damaged.getOrDefault(path, new byte[0])));
  }

  private boolean isWholeIn(Path path, byte[] damaged) {
    byte[] old = Objects.requireNonNull(before.get(path));
    byte[] written = Objects.requireNonNull(after.get(path));
    int from = Arrays.mismatch(old, written);
    if (from < 0) {
      return true;
    }
    int to = written.length;
    while (written[to - 1] == old[to - 1]) {
      to--;
    }
    return damaged.length >= to && Arrays.equals(damaged, from, to, written, from, to);
  }

  /// Whether a segment tells that it went on: by the header of the batch that was added to it. One that is gone is missed.
  boolean isKnownOf(Path segment, Map<Path, byte[]> damaged) {
    byte[] found = damaged.get(segment);
    if (found == null) {
      return true;
    }
    byte[] written = Objects.requireNonNull(after.get(segment));
    int from = Objects.requireNonNull(before.get(segment)).length;
    int to = from + RecordBatch.HEADER_BYTES;
    return found.length >= to && Arrays.equals(found, from, to, written, from, to);
  }
}
