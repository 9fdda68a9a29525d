package dev.daybook.benchmarks;

import java.util.Arrays;

/// Round trips in the order they came; one thread adds.
final class Latencies {
  private long[] nanos = new long[4096];
  private int count;

  void add(long latencyNs) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = latencyNs;
  }

  void addAll(Latencies others) {
    for (int i = 0; i < others.count; i++) {
      add(others.nanos[i]);
    }
  }

  int count() {
    return count;
  }

  /// The latency that this share of all stays within, in milliseconds; NaN when there are none.
  double percentileMs(double share) {
    if (count == 0) {
      return Double.NaN;
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(count - 1, (long) (count * share))] / 1e6;
  }
}
