package dev.daybook.eventlog.disk;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// Whom to ask for room when a write found none ([DiskFull]). Asked on the thread that writes, whichever that is; never
/// after a force that failed, which nobody tries again.
public interface Room {
  /// Nobody: who finds no room fails.
  Room NONE = bytes -> false;

  /// Gives up what there is for a write that keeps what it got so far, up to so many bytes and a little more.
  ///
  /// @return whether anything was given up, so that the write is worth another try at once; false comes in the end
  boolean give(long bytes) throws IOException;

  /// As [#give], for what is of no use unless it gets all of it: gives nothing where that does not suffice.
  ///
  /// @return whether there is as much room now; may be asked again while somebody waits
  default boolean giveWhole(long bytes) throws IOException {
    return give(bytes);
  }

  /// Says that a write which had to ask found room in the end. Until then what was given up may have been in vain.
  default void helped() {}

  /// Says that a write of so many bytes found no room, right after it did.
  default void ranOut(long bytes) throws IOException {}

  /// Whether who gets nothing may wait until somebody else frees some space. A start and a stop do not wait.
  default boolean mayWait() {
    return false;
  }

  /// Waits before room is asked for again; not for long, and shorter where somebody wakes the thread.
  default void pause() {
    LockSupport.parkNanos(1_000_000_000L);
  }

  /// Says that a write waits for room, or that none does any more.
  default void waits(boolean some) {}
}
