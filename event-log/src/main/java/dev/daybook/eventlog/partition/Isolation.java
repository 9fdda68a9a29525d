package dev.daybook.eventlog.partition;

/// How much of transactions a reader wants to see.
public enum Isolation {
  /// All that is durable.
  READ_UNCOMMITTED,
  /// Only what lies below the last stable offset; who reads leaves the records of aborted transactions out.
  READ_COMMITTED
}
