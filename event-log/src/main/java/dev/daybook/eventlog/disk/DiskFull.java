package dev.daybook.eventlog.disk;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Tells a full disk from a broken one. The JDK has no exception of its own for it, only the system's words.
public final class DiskFull {
  private static final List<String> WORDS =
      List.of("no space left on device", "disk quota exceeded", "not enough space on the disk");

  private DiskFull() {}

  /// Whether this failure, or what caused it, is that there was no room for a write. A failed force is never that.
  public static boolean isCauseOf(Throwable failure) {
    @Nullable Throwable at = failure;
    while (at != null && !(at instanceof ForceFailedException)) {
      String message = String.valueOf(at.getMessage()).toLowerCase(Locale.ROOT);
      if (WORDS.stream().anyMatch(message::contains)) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }
}
