package dev.daybook.eventlog.partition;

/// Told what a log does, for whoever keeps figures of it. Called on the threads that do the work, after it was done: an
/// implementation counts and returns. Times are nanoseconds, sizes bytes.
public interface Measurements {
  /// Keeps nothing.
  Measurements NONE = new Measurements() {};

  /// The appender made a round durable.
  ///
  /// @param sizeBytes of its batches
  /// @param items batches and rolls in its entry
  /// @param durationNs from its first decision until replies left
  /// @param forceNs how much of that was the force
  default void round(long sizeBytes, int items, long durationNs, long forceNs) {}

  /// A batch was decided.
  default void decided(AppendResult result, int sizeBytes) {}

  /// The checkpointer named a new checkpoint.
  ///
  /// @param freedBytes of the journal
  default void checkpoint(long durationNs, long freedBytes) {}

  /// A response to Fetch was handed to its connection.
  default void fetched(long sizeBytes) {}
}
