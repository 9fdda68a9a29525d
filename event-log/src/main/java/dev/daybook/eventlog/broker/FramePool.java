package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.partition.Lease;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
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
/// Slabs are made when they are needed, up to a bound, and kept. Beyond the bound, and for frames larger than a slab,
/// there is the heap: nobody ever waits here. Any thread.
final class FramePool {
  private static final int SLAB_BYTES = 4 << 20;

  /// So that numbers in a frame's header do not lie across two words.
  private static final int ALIGNMENT_BYTES = 8;

  private final int maxSlabs;

  /// Whether memory that was given back is overwritten, so that who still reads it is found out.
  private final boolean poisons;

  /// The one used last comes first: it is still in the processor's cache.
  private final Deque<ByteBuffer> free = new ArrayDeque<>();

  private int slabs;
  private @Nullable Life current;

  /// @param maxBytes of all slabs together
  FramePool(long maxBytes) {
    this(maxBytes, Boolean.getBoolean("daybook.frames.poison"));
  }

  FramePool(long maxBytes, boolean poisons) {
    this.maxSlabs = (int) (maxBytes / SLAB_BYTES);
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
    return slabs - free.size();
  }

  private @Nullable Life next() {
    ByteBuffer slab = free.isEmpty() ? make() : free.pop();
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
    free.push(slab);
  }

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
