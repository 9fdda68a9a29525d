package dev.daybook.eventlog.partition;

import java.util.List;

/// What a read of one partition found.
public sealed interface ReadResult {

  /// Whole batches, the first of which contains the asked offset, up to the high watermark. Must be closed:
  /// it keeps files open.
  record Batches(List<Slice> slices, int sizeBytes, long highWatermark, long logStartOffset)
      implements ReadResult, AutoCloseable {
    public Batches {
      slices = List.copyOf(slices);
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
