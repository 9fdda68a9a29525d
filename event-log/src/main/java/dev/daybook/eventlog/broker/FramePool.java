package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.disk.IdleMemory;
import dev.daybook.eventlog.partition.Lease;
import dev.daybook.eventlog.time.Clock;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Memory outside the heap for Produce frames. Their batches stay until their segments are written, so on the heap the
/// collector would copy each of them, and stop everybody for it.
///
/// Frames are cut one behind the other from slabs of a few megabytes. A slab has a new life each time it is used: it
/// counts who holds anything in it, and is free again when nobody does. Frames come and go in about the same order, so
/// slabs do too. A life that is over stays over, so who comes upon an old frame by chance cannot take a hold on what
/// lies there by then.
///
/// Slabs are made when they are needed, up to a bound, and kept. Those that nobody used for a while are kept without
/// their pages, which the system has until the slab is needed again ([#giveBackIdle]). Beyond the bound, and for frames
/// larger than a slab, there is the heap: nobody ever waits here. Any thread.
final class FramePool {
  private static final int SLAB_BYTES = 4 << 20;

  /// So that numbers in a frame's header do not lie across two words.
  private static final int ALIGNMENT_BYTES = 8;

  /// So long a slab is free before its pages go: a load with pauses below it pays for no page twice.
  private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(5);

  /// For so many slabs at a time pages are given back, which takes a millisecond at most.
  private static final int SLABS_A_TURN = 4;

  private final int maxSlabs;
  private final Clock clock;

  /// Whether memory that was given back is overwritten, so that who still reads it is found out.
  private final boolean poisons;

  /// The one used last comes first: it is still in the processor's cache, and those behind it have rested longer.
  private final Deque<Spare> free = new ArrayDeque<>();

  /// Free slabs whose pages were given back.
  private final Deque<ByteBuffer> empty = new ArrayDeque<>();

  private int slabs;
  private @Nullable Life current;

  /// @param maxBytes of all slabs together
  FramePool(long maxBytes, Clock clock) {
    this(maxBytes, clock, Boolean.getBoolean("daybook.frames.poison"));
  }

  FramePool(long maxBytes, Clock clock, boolean poisons) {
    this.maxSlabs = (int) (maxBytes / SLAB_BYTES);
    this.clock = clock;
    this.poisons = poisons;
  }

  /// Room for a frame, held for the caller.
  synchronized Frame take(int bytes) {
    Life life = current;
    if (life == null || life.leftBytes() < bytes) {
      life = bytes <= SLAB_BYTES ? next() : null;
    }
    return life != null ? life.cut(bytes) : Frame.onHeap(bytes);
  }

  /// How many slabs somebody holds something in; the one that is being filled counts.
  synchronized int slabsInUse() {
    return slabs - free.size() - empty.size();
  }

  /// How many slabs are free and without their pages.
  synchronized int emptySlabs() {
    return empty.size();
  }

  /// Gives the pages of slabs that nobody used for a while back to the system, of a few at a time. To be called every
  /// second or so by somebody who may take a millisecond.
  void giveBackIdle() {
    for (int count = 0; count < SLABS_A_TURN; count++) {
      ByteBuffer slab = takeIdle();
      if (slab == null) {
        return;
      }
      IdleMemory.giveBack(slab);
      addEmpty(slab);
    }
  }

  private synchronized @Nullable ByteBuffer takeIdle() {
    Spare longest = free.peekLast();
    if (longest == null || clock.monotonicNs() - longest.sinceNs < IDLE_NS) {
      return null;
    }
    return free.removeLast().slab;
  }

  private synchronized void addEmpty(ByteBuffer slab) {
    empty.push(slab);
  }

  private @Nullable ByteBuffer slab() {
    if (!free.isEmpty()) {
      return free.pop().slab;
    }
    return empty.isEmpty() ? make() : empty.pop();
  }

  private @Nullable Life next() {
    ByteBuffer slab = slab();
    if (slab == null) {
      return null;
    }
    Life before = current;
    current = new Life(slab);
    if (before != null) {
      before.release();
    }
    return current;
  }

  private @Nullable ByteBuffer make() {
    if (slabs == maxSlabs) {
      return null;
    }
    try {
      ByteBuffer slab = ByteBuffer.allocateDirect(SLAB_BYTES);
      slabs++;
      return slab;
    } catch (OutOfMemoryError e) {
      // The JVM was told to use less outside the heap; that is a bound like ours.
      return null;
    }
  }

  private synchronized void giveBack(ByteBuffer slab) {
    if (poisons) {
      for (int at = 0; at < SLAB_BYTES; at += Long.BYTES) {
        slab.putLong(at, 0xDDDDDDDDDDDDDDDDL);
      }
    }
    free.push(new Spare(slab, clock.monotonicNs()));
  }

  /// A slab that is not used, since when.
  private record Spare(ByteBuffer slab, long sinceNs) {}

  /// One use of a slab, from its first frame until nobody holds any of them. The pool holds it while it fills it.
  private final class Life implements Lease {
    private final ByteBuffer slab;
    private final AtomicInteger holds = new AtomicInteger(1);
    private int end;

    private Life(ByteBuffer slab) {
      this.slab = slab;
    }

    private int leftBytes() {
      return SLAB_BYTES - end;
    }

    private Frame cut(int bytes) {
      retain();
      ByteBuffer frame = slab.slice(end, bytes);
      end = Math.min(SLAB_BYTES, (end + bytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES);
      return new Frame(frame, this);
    }

    @Override
    public boolean tryRetain() {
      int count = holds.get();
      while (count > 0 && !holds.compareAndSet(count, count + 1)) {
        count = holds.get();
      }
      return count > 0;
    }

    @Override
    public void release() {
      int left = holds.decrementAndGet();
      if (left < 0) {
        throw new IllegalStateException("A hold on a frame was given back twice");
      }
      if (left == 0) {
        giveBack(slab);
      }
    }
  }
}
