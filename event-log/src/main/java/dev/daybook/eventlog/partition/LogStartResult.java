package dev.daybook.eventlog.partition;

/// What became of the wish that a partition keeps nothing below some offset.
public sealed interface LogStartResult {

  /// The partition starts there, for good: at the offset that was asked for, or above, where it started already.
  record StartsAt(long offset) implements LogStartResult {}

  /// The offset is negative, or lies above the high watermark: nothing was changed.
  record OutOfRange(long highWatermark) implements LogStartResult {}

  /// No such partition, or it is being deleted.
  record UnknownPartition() implements LogStartResult {}

  /// Records of it are damaged: nothing goes before somebody has decided what becomes of it.
  record ReadOnly() implements LogStartResult {}

  /// The log is stopping; nothing was changed.
  record Stopping() implements LogStartResult {}
}
