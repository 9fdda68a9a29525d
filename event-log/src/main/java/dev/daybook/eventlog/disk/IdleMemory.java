package dev.daybook.eventlog.disk;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Memory outside the heap that is kept for later. Its pages can be the system's until then: the buffer stays good,
/// only what lay in it is gone. Any thread.
public final class IdleMemory {
  private IdleMemory() {}

  /// Gives all whole pages of a buffer outside the heap back to the system; they read as zeros from then on, and come back
  /// one by one when they are next written. Where the system does not offer this, nothing happens.
  ///
  /// @param buffer taken as a whole, whatever its position and limit
  public static void giveBack(ByteBuffer buffer) {
    SystemCalls.FOUND.ifPresent(system -> giveBack(buffer.duplicate().clear(), system));
  }

  private static void giveBack(ByteBuffer whole, SystemCalls system) {
    long begin = MemorySegment.ofBuffer(whole).address();
    long firstPage = (begin + system.pageBytes() - 1) & -system.pageBytes();
    long end = (begin + whole.capacity()) & -system.pageBytes();
    if (firstPage < end) {
      system.giveBack(firstPage, end - firstPage);
    }
  }
}
