package dev.daybook.eventlog.time;

/// The two times of a machine. The wall clock dates records and rules retention and may jump; the
/// monotonic clock measures time-outs and never goes back. Called from any thread.
public interface Clock {
  /// Milliseconds since the epoch, UTC.
  long wallMs();

  /// Nanoseconds since some fixed moment of this process.
  long monotonicNs();

  /// The machine's own clocks.
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
