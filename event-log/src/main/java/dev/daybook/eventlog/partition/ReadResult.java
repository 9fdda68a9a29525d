package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.AbortedTransaction;
import java.util.List;

/// What a read of one partition found.
public sealed interface ReadResult {

  /// Whole batches, the first of which contains the asked offset, up to where the reader may read. Must be closed:
  /// it keeps files open.
  ///
  /// @param aborted the transactions whose records among these a reader of committed records must leave out; not looked up
  ///     for others
  record Batches(
      List<Slice> slices,
      int sizeBytes,
      long highWatermark,
      long lastStableOffset,
      long logStartOffset,
      List<AbortedTransaction> aborted)
      implements ReadResult, AutoCloseable {
    public Batches {
      slices = List.copyOf(slices);
      aborted = List.copyOf(aborted);
    }

    /// Of a log without transactions.
    public Batches(List<Slice> slices, int sizeBytes, long highWatermark, long logStartOffset) {
      this(slices, sizeBytes, highWatermark, highWatermark, logStartOffset, List.of());
    }

    @Override
    public void close() {
      slices.forEach(Slice::close);
    }
  }

  /// The offset lies before the log's start or behind its end.
  record OffsetOutOfRange(long highWatermark, long logStartOffset) implements ReadResult {}

  /// No such partition.
  record UnknownPartition() implements ReadResult {}
}
