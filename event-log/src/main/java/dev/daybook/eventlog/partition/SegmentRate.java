package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.RunWay;
import dev.daybook.eventlog.time.Clock;

/// How fast segments grow, and so which way a run goes. Consumers mostly read what was written seconds or minutes ago. As
/// long as ordinary producers write, that stays in memory, as it does with Kafka; a faster stream would push out all that
/// others read before somebody comes to read it, and costs its producers more in the cache than a read from the disk costs its
/// readers: it goes past.
///
/// Only a policy. Owner: the segment writer's.
final class SegmentRate {
  /// Almost four gigabytes a minute.
  static final long DEFAULT_CACHED_BYTES_PER_SECOND = 64L << 20;

  /// So long is counted before anything is said of it.
  static final long LOOK_NS = 500_000_000L;

  private static final long SECOND_NS = 1_000_000_000L;

  private final Clock clock;
  private final long cachedBytesPerSecond;
  private boolean fast;
  private long lookedNs;
  private long bytes;

  /// @param cachedBytesPerSecond what goes through the cache at most; 0 when nothing does
  SegmentRate(Clock clock, long cachedBytesPerSecond) {
    this.clock = clock;
    this.cachedBytesPerSecond = cachedBytesPerSecond;
    this.fast = cachedBytesPerSecond == 0;
    this.lookedNs = clock.monotonicNs();
  }

  /// Which way this run goes. Who was fast is slow again below three quarters of the limit, so that a steady rate near it has one
  /// way.
  RunWay wayOf(long runBytes) {
    long nowNs = clock.monotonicNs();
    long elapsedNs = nowNs - lookedNs;
    if (elapsedNs >= LOOK_NS) {
      long limit = fast ? cachedBytesPerSecond / 4 * 3 : cachedBytesPerSecond;
      fast = (double) bytes * SECOND_NS >= (double) limit * elapsedNs;
      bytes = 0;
      lookedNs = nowNs;
    }
    bytes += runBytes;
    return fast ? RunWay.PAST_CACHE : RunWay.THROUGH_CACHE;
  }
}
