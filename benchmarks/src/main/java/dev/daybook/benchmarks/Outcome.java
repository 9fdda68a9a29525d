package dev.daybook.benchmarks;

/// What one turn of one contender measured.
///
/// @param bytesPerSecond 0 where only latency counts
/// @param p50Ms NaN when not measured
/// @param bytes what was moved while `cost` was counted
/// @param requests what was answered meanwhile; NaN when not known
/// @param cost what the broker took for it
/// @param besideBytesPerSecond what another load moved beside it; NaN without one
record Outcome(
    double bytesPerSecond,
    double requestsPerSecond,
    double p50Ms,
    double p99Ms,
    double bytes,
    double requests,
    Cost cost,
    double besideBytesPerSecond) {

  /// As it is when nothing else went on beside it.
  static Outcome alone(
      double bytesPerSecond,
      double requestsPerSecond,
      double p50Ms,
      double p99Ms,
      double bytes,
      double requests,
      Cost cost) {
    return new Outcome(
        bytesPerSecond, requestsPerSecond, p50Ms, p99Ms, bytes, requests, cost, Double.NaN);
  }

  /// The same with another load beside it, which moved so much.
  Outcome beside(Load other) {
    return new Outcome(
        bytesPerSecond,
        requestsPerSecond,
        p50Ms,
        p99Ms,
        bytes,
        requests,
        cost,
        other.bytes() / other.seconds());
  }

  /// Bytes moved for each second of the broker's CPU; NaN when not measured.
  double bytesPerCpuSecond() {
    return cost.cpuSeconds() > 0 ? bytes / cost.cpuSeconds() : Double.NaN;
  }

  /// Bytes that reached the disk for each byte it was sent.
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
