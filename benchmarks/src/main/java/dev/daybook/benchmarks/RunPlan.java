package dev.daybook.benchmarks;

import java.nio.file.Path;
import java.util.Set;

/// How long and what to measure.
///
/// @param maxBytes a turn ends early when it has written this much, so that no disk fills up
/// @param workDirectory holds the servers' data, and is emptied after each round
record RunPlan(
    int rounds,
    int seconds,
    int warmupSeconds,
    long maxBytes,
    long footprintBytes,
    Set<Contender> contenders,
    Path workDirectory) {

  /// Bytes a consuming case reads over and over.
  long fetchBytes() {
    return maxBytes / 8;
  }
}
