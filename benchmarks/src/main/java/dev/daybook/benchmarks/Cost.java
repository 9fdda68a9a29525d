package dev.daybook.benchmarks;

/// What the kernel and the garbage collector counted for one broker, since its start or during a turn.
///
/// @param cpuSeconds user and system time
/// @param writtenBytes bytes that reached the disk below it, whoever wrote them; NaN when the kernel does not tell
/// @param allocatedBytes bytes allocated on the heap, to the precision of one young generation; NaN without a log
/// @param pausedMs time its threads stood still for the collector; NaN without a log
record Cost(double cpuSeconds, double writtenBytes, double allocatedBytes, double pausedMs) {
  static final Cost UNKNOWN = new Cost(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  Cost since(Cost before) {
    return new Cost(
        cpuSeconds - before.cpuSeconds,
        writtenBytes - before.writtenBytes,
        allocatedBytes - before.allocatedBytes,
        pausedMs - before.pausedMs);
  }
}
