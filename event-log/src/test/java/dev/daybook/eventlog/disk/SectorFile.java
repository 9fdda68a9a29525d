package dev.daybook.eventlog.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/// The bytes of a simulated file twice: as the system's cache shows them, and as they are on the disk. Sectors
/// that differ are dirty; a force writes them all, a power cut some of them.
final class SectorFile implements SimulatedNode {
  /// How many names the running system shows for it.
  int names = 1;

  private static final int SECTOR_BYTES = 512;

  private byte[] cached = new byte[0];
  private int cachedSize;
  private byte[] durable = new byte[0];
  private int durableSize;
  private final BitSet dirty = new BitSet();
  private int spoiledFrom;
  private int spoiledTo;

  int size() {
    return cachedSize;
  }

  byte[] content() {
    return Arrays.copyOf(cached, cachedSize);
  }

  int read(ByteBuffer target, long position) {
    int count = Math.clamp(cachedSize - position, 0, target.remaining());
    if (count > 0) {
      target.put(cached, (int) position, count);
    }
    return count;
  }

  void write(int position, ByteBuffer source, int count) {
    int end = position + count;
    if (end > cached.length) {
      cached = Arrays.copyOf(cached, Math.max(end, 2 * cached.length));
    }
    source.get(cached, position, count);
    markDirty(Math.min(position, cachedSize), end);
    cachedSize = Math.max(cachedSize, end);
  }

  void truncate(int size) {
    if (size < cachedSize) {
      Arrays.fill(cached, size, cachedSize, (byte) 0);
      markDirty(size, cachedSize);
      cachedSize = size;
    }
  }

  private void markDirty(int from, int to) {
    if (to > from) {
      dirty.set(from / SECTOR_BYTES, (to - 1) / SECTOR_BYTES + 1);
    }
  }

  void force() {
    growDurable(cachedSize);
    dirty.stream().forEach(this::persist);
    durableSize = cachedSize;
    dirty.clear();
  }

  /// What a failed force does to a file (research "fsyncgate"): some sectors are written, and the cache
  /// believes that all are.
  void failForce(RandomGenerator random) {
    growDurable(cachedSize);
    dirty.stream().filter(_ -> random.nextBoolean()).forEach(this::persist);
    durableSize = random.nextBoolean() ? cachedSize : durableSize;
    dirty.clear();
  }

  /// Keeps some of the dirty sectors, in one of the ways disks do.
  void cutPower(RandomGenerator random) {
    int size =
        switch (random.nextInt(4)) {
          case 0 -> durableSize;
          case 1 ->
              Math.min(durableSize, cachedSize)
                  + random.nextInt(Math.abs(cachedSize - durableSize) + 1);
          default -> cachedSize;
        };
    growDurable(Math.max(size, cachedSize));
    switch (random.nextInt(4)) {
      case 0 -> {}
      case 1 -> dirty.stream().forEach(this::persist);
      case 2 ->
          dirty.stream().limit(random.nextInt(dirty.cardinality() + 1)).forEach(this::persist);
      default -> {
        int percent = 1 + random.nextInt(99);
        dirty.stream().filter(_ -> random.nextInt(100) < percent).forEach(this::persist);
      }
    }
    Arrays.fill(durable, size, durable.length, (byte) 0);
    durableSize = size;
    cached = Arrays.copyOf(durable, size);
    cachedSize = size;
    dirty.clear();
  }

  /// Lets reads of one of these bytes fail from now on.
  void spoil(int from, int to) {
    spoiledFrom = from;
    spoiledTo = to;
  }

  boolean isSpoiled(int from, int bytes) {
    return from < spoiledTo && spoiledFrom < from + bytes;
  }

  void flipBit(int position, int bit) {
    cached[position] ^= (byte) (1 << bit);
    if (position < durableSize) {
      durable[position] ^= (byte) (1 << bit);
    }
  }

  private void growDurable(int size) {
    if (durable.length < size) {
      durable = Arrays.copyOf(durable, cached.length);
    }
  }

  private void persist(int sector) {
    int from = sector * SECTOR_BYTES;
    int to = Math.min(from + SECTOR_BYTES, cached.length);
    growDurable(to);
    System.arraycopy(cached, from, durable, from, to - from);
  }
}
