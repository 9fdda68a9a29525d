package dev.daybook.eventlog.group.kafka;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;
import java.util.Optional;

/// How much of the heap is left by what stays: judged by the last collection of the old generation, since before it
/// nobody knows what is garbage.
final class HeapRoom {
  private static final double NEARLY_FULL = 0.85;

  /// The pool of objects that have stayed; the largest of those that tell what a collection left.
  private final Optional<MemoryPoolMXBean> old =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .filter(pool -> pool.isCollectionUsageThresholdSupported())
          .filter(pool -> pool.getUsage().getMax() > 0)
          .max(Comparator.comparingLong(pool -> pool.getUsage().getMax()));

  boolean isNearlyUsedUp() {
    return old.map(HeapRoom::isNearlyUsedUp).orElse(false);
  }

  private static boolean isNearlyUsedUp(MemoryPoolMXBean pool) {
    MemoryUsage left = pool.getCollectionUsage();
    return left != null && left.getUsed() > NEARLY_FULL * left.getMax();
  }
}
