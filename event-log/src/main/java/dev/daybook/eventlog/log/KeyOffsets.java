package dev.daybook.eventlog.log;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The last offset of each key in a part of a log, in bounded memory: 24 bytes a key, of which 16 are the first half of
/// the key's SHA-256, so that nobody can make two keys that are taken for one. Grows with the keys up to its limit; then it
/// is [full][#put] and another pass takes the rest. Used by one thread.
final class KeyOffsets {
  private static final int LONGS = 3;
  private static final int FIRST_SLOTS = 1 << 10;

  private final MessageDigest hash = sha256();
  private final int maxSlots;
  private long[] slots;
  private int slotCount;
  private int size;

  /// @param maxBytes that the map may take at most
  KeyOffsets(long maxBytes) {
    long most = Math.min(maxBytes / (LONGS * Long.BYTES), Integer.MAX_VALUE / LONGS - 8);
    this.maxSlots = (int) Math.max(2, most);
    this.slotCount = Math.min(FIRST_SLOTS, maxSlots);
    this.slots = new long[slotCount * LONGS];
  }

  int size() {
    return size;
  }

  /// Notes that this key's last record is at `offset`, which is higher than all that were noted before.
  ///
  /// @return false when there is no room for another key; nothing was noted then
  boolean put(ByteBuffer key, long offset) {
    ByteBuffer digest = digest(key);
    long high = digest.getLong(0);
    long low = digest.getLong(Long.BYTES);
    int at = find(high, low);
    if (slots[at + 2] == 0) {
      if (isLoaded(slotCount)) {
        if (isLoaded(maxSlots)) {
          return false;
        }
        grow();
        at = find(high, low);
      }
      size++;
    }
    set(at, high, low, offset + 1);
    return true;
  }

  /// The last offset that was noted for this key; -1 when there is none.
  long get(ByteBuffer key) {
    if (size == 0) {
      return -1;
    }
    ByteBuffer digest = digest(key);
    return slots[find(digest.getLong(0), digest.getLong(Long.BYTES)) + 2] - 1;
  }

  /// The place of this key, or the free one where it belongs.
  private int find(long high, long low) {
    int slot = (int) Long.remainderUnsigned(high, slotCount);
    while (true) {
      int at = slot * LONGS;
      if (slots[at + 2] == 0 || (slots[at] == high && slots[at + 1] == low)) {
        return at;
      }
      slot = slot + 1 == slotCount ? 0 : slot + 1;
    }
  }

  private void set(int at, long high, long low, long offsetPlusOne) {
    slots[at] = high;
    slots[at + 1] = low;
    slots[at + 2] = offsetPlusOne;
  }

  /// Three quarters: a longer search costs more than the memory.
  private boolean isLoaded(int count) {
    return size >= count - Math.max(1, count / 4);
  }

  private void grow() {
    long[] before = slots;
    slotCount = (int) Math.min(2L * slotCount, maxSlots);
    slots = new long[slotCount * LONGS];
    for (int at = 0; at < before.length; at += LONGS) {
      if (before[at + 2] != 0) {
        set(find(before[at], before[at + 1]), before[at], before[at + 1], before[at + 2]);
      }
    }
  }

  private ByteBuffer digest(ByteBuffer key) {
    hash.update(key.duplicate());
    return ByteBuffer.wrap(hash.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
