package dev.daybook.benchmarks;

/// What one turn of one contender measured.
///
/// @param bytesPerSecond 0 where only latency counts
/// @param p50Ms NaN when not measured
/// @param bytesPerCpuSecond bytes moved for each second of the broker's CPU; NaN when not measured
record Outcome(
    double bytesPerSecond,
    double requestsPerSecond,
    double p50Ms,
    double p99Ms,
    double bytesPerCpuSecond) {}
