package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.daybook.eventlog.partition.Lease;
import dev.daybook.eventlog.time.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FramePoolTest {
  private static final int SLAB_BYTES = 4 << 20;

  private static final long POISON = 0xDDDDDDDDDDDDDDDDL;

  /// Far from the slab's ends, which may lie in pages of others.
  private static final int INSIDE = 1 << 20;

  private final ManualClock clock = new ManualClock();
  private final FramePool pool = new FramePool(2L * SLAB_BYTES, clock, true);

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
    assertEquals(POISON, third.bytes().getLong(0));
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
  void givesThePagesOfSlabsBackThatNobodyUsedForAWhile() {
    Frame first = pool.take(SLAB_BYTES);
    Frame second = pool.take(SLAB_BYTES);
    first.lease().release();
    clock.advance(Duration.ofSeconds(4));
    pool.giveBackIdle();
    assertEquals(POISON, insideOf(first), "a pause is not the end of a load");

    clock.advance(Duration.ofSeconds(1));
    pool.giveBackIdle();

    assertEquals(1, pool.emptySlabs());
    assumeTrue(System.getProperty("os.name").equals("Linux"), "only Linux takes memory back");
    assertEquals(0, insideOf(first), "the pages are gone");
    second.lease().release();
  }

  @Test
  void givesNoPagesBackOfASlabThatIsHeldOrWasUsedJustNow() {
    Frame held = pool.take(SLAB_BYTES);
    Frame used = pool.take(SLAB_BYTES);
    held.bytes().putLong(INSIDE, 42);
    held.lease().retain();
    held.lease().release();
    clock.advance(Duration.ofMinutes(1));
    pool.giveBackIdle();
    held.lease().release();
    pool.take(SLAB_BYTES).lease().release();
    used.lease().release();

    pool.giveBackIdle();

    assertEquals(0, pool.emptySlabs());
    assertEquals(POISON, insideOf(used));
  }

  @Test
  void usesSlabsWithPagesFirstAndThoseWithoutBeforeItMakesAnother() {
    FramePool four = new FramePool(4L * SLAB_BYTES, clock, true);
    List<Frame> frames = IntStream.range(0, 4).mapToObj(n -> four.take(SLAB_BYTES)).toList();
    frames.subList(0, 2).forEach(frame -> frame.lease().release());
    clock.advance(Duration.ofSeconds(5));
    four.giveBackIdle();
    frames.get(2).lease().release();
    assertEquals(2, four.emptySlabs());

    four.take(SLAB_BYTES);
    assertEquals(2, four.emptySlabs(), "one that has its pages was free");
    Frame onEmpty = four.take(SLAB_BYTES);

    assertEquals(1, four.emptySlabs());
    assertTrue(onEmpty.bytes().isDirect());
    onEmpty.bytes().putLong(INSIDE, 42);
    assertEquals(42, insideOf(onEmpty));
  }

  private static long insideOf(Frame frame) {
    return frame.bytes().getLong(INSIDE);
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
