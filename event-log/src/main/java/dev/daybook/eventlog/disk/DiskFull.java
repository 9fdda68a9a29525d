package dev.daybook.eventlog.disk;

import org.jspecify.annotations.Nullable;

/// Tells a full disk from a broken one.
public final class DiskFull {
  private DiskFull() {}

  /// Whether this failure, or what caused it, is that there was no room for a write. A failed force is never that.
  public static boolean isCauseOf(Throwable failure) {
    @Nullable Throwable at = failure;
    while (at != null && !(at instanceof ForceFailedException)) {
      String message = at.getMessage();
      if (SystemError.NO_SPACE.isToldBy(message) || SystemError.OVER_QUOTA.isToldBy(message)) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }
}
