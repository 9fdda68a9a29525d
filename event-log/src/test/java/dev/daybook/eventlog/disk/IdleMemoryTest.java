package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class IdleMemoryTest {
  private static final int BYTES = 1 << 20;

  @Test
  void givesBackTheWholePagesOfABufferAndNothingBesideThem() {
    assumeTrue(SystemCalls.FOUND.isPresent(), "only Linux takes memory back");
    int pageBytes = (int) SystemCalls.FOUND.orElseThrow().pageBytes();
    ByteBuffer around = filled(BYTES);
    int begin = 3 * pageBytes / 2;
    ByteBuffer middle = around.slice(begin, BYTES - 2 * begin).position(17).limit(18);

    IdleMemory.giveBack(middle);

    long kept = 0;
    for (int at = 0; at < BYTES; at++) {
      boolean inside = at >= begin && at < BYTES - begin;
      assertTrue(around.get(at) == 1 || inside, "beside the buffer at " + at);
      kept += inside && around.get(at) == 1 ? 1 : 0;
    }
    assertTrue(kept < 2L * pageBytes, "only pages that others use too are kept, not " + kept);
  }

  @Test
  void theBufferIsAsGoodAsBefore() {
    ByteBuffer buffer = filled(BYTES);
    IdleMemory.giveBack(buffer);

    buffer.putLong(BYTES / 2, 42);

    assertEquals(42, buffer.getLong(BYTES / 2));
    assertEquals(BYTES, buffer.capacity());
  }

  @Test
  void leavesABufferWithoutAWholePageAlone() {
    ByteBuffer small = filled(100);
    IdleMemory.giveBack(small);
    assertEquals(1, small.get(99));
  }

  private static ByteBuffer filled(int bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    MemorySegment.ofBuffer(buffer).fill((byte) 1);
    return buffer;
  }
}
