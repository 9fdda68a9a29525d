package dev.daybook.benchmarks;

/// What one turn of one contender measured.
///
/// @param bytesPerSecond 0 where only latency counts
/// @param p50Ms NaN when not measured
/// @param bytes what was moved while `cost` was counted
/// @param requests what was answered meanwhile; NaN when not known
/// @param cost what the broker took for it
record Outcome(
    double bytesPerSecond,
    double requestsPerSecond,
    double p50Ms,
    double p99Ms,
    double bytes,
    double requests,
    Cost cost) {

  /// Bytes moved for each second of the broker's CPU; NaN when not measured.
  double bytesPerCpuSecond() {
    return cost.cpuSeconds() > 0 ? bytes / cost.cpuSeconds() : Double.NaN;
  }

  /// Bytes the broker wrote for each byte it was sent.
  double writtenPerByte() {
    return cost.writtenBytes() / bytes;
  }

  /// Bytes the broker allocated on its heap for each request.
  double allocatedPerRequest() {
    return cost.allocatedBytes() / requests;
  }

  /// Milliseconds its threads stood still for each GB.
  double pausedMsPerGb() {
    return cost.pausedMs() / (bytes / 1e9);
  }
}
