package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.partition.Lease;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramePoolTest {
  private static final int SLAB_BYTES = 4 << 20;

  private final FramePool pool = new FramePool(2L * SLAB_BYTES, true);

  @Test
  void usesASlabAgainWhenNobodyHoldsAFrameOfItAndNotBefore() {
    Frame first = pool.take(SLAB_BYTES);
    first.bytes().putLong(0, 42);
    Frame second = pool.take(SLAB_BYTES);
    first.lease().retain();
    first.lease().release();
    assertFalse(pool.take(100).bytes().isDirect(), "both slabs are held");
    assertEquals(42, first.bytes().getLong(0));

    first.lease().release();

    Frame third = pool.take(100);
    assertTrue(third.bytes().isDirect());
    assertEquals(0xDDDDDDDDDDDDDDDDL, third.bytes().getLong(0));
    second.lease().release();
  }

  @Test
  void whoComesTooLateGetsNoHoldEvenWhenTheSlabLivesAgain() {
    Frame old = pool.take(SLAB_BYTES);
    Frame other = pool.take(SLAB_BYTES);
    old.lease().release();
    Frame young = pool.take(SLAB_BYTES);

    assertFalse(old.lease().tryRetain());
    assertThrows(IllegalStateException.class, old.lease()::retain);
    assertThrows(IllegalStateException.class, old.lease()::release);
    assertTrue(young.lease().tryRetain());
    assertTrue(other.lease().tryRetain());
  }

  @Test
  void servesFramesLargerThanASlabFromTheHeap() {
    Frame large = pool.take(SLAB_BYTES + 1);
    assertEquals(SLAB_BYTES + 1, large.sizeBytes());
    assertEquals(Lease.COLLECTED, large.lease());
    assertEquals(0, pool.slabsInUse());
  }

  @Test
  void neverHandsOutTheSameBytesTwice() {
    Random random = new Random(7);
    Deque<Frame> held = new ArrayDeque<>();
    for (int number = 0; number < 20_000; number++) {
      Frame frame = pool.take(16 + random.nextInt(100_000));
      frame.bytes().putLong(0, number).putLong(frame.sizeBytes() - 8, number);
      held.add(frame);
      while (held.size() > random.nextInt(60)) {
        Frame oldest = held.remove();
        assertEquals(
            oldest.bytes().getLong(0), oldest.bytes().getLong(oldest.sizeBytes() - Long.BYTES));
        oldest.lease().release();
      }
    }
    held.forEach(frame -> frame.lease().release());
    assertTrue(pool.slabsInUse() <= 1, "only the slab that is being filled");
  }
}
