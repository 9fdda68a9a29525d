package dev.daybook.eventlog.record;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// The batches that stand one after the other between a buffer's position and its limit.
public final class RecordBatches {
  private RecordBatches() {}

  /// Goes through batches that were checked before. The buffer stays as it is.
  ///
  /// @throws IllegalArgumentException from the iterator, when the bytes do not end where a batch ends
  public static Iterable<RecordBatch> in(ByteBuffer buffer) {
    return () -> new Walk(buffer, buffer.position(), buffer.limit());
  }

  /// Looks whether the bytes are one or more whole, undamaged batches and nothing else.
  public static BatchCheck check(ByteBuffer buffer) {
    if (!buffer.hasRemaining()) {
      return new BatchCheck.Damaged("there is no batch");
    }
    int index = buffer.position();
    while (index < buffer.limit()) {
      RecordBatch batch = RecordBatch.at(buffer, index);
      if (batch.check() instanceof BatchCheck.Damaged damaged) {
        return damaged;
      }
      index += batch.sizeBytes();
    }
    return BatchCheck.Ok.INSTANCE;
  }

  private static final class Walk implements Iterator<RecordBatch> {
    private final ByteBuffer buffer;
    private final int limit;
    private int index;

    private Walk(ByteBuffer buffer, int index, int limit) {
      this.buffer = buffer;
      this.index = index;
      this.limit = limit;
    }

    @Override
    public boolean hasNext() {
      return index < limit;
    }

    @Override
    public RecordBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      RecordBatch batch = RecordBatch.at(buffer, index);
      if (limit - index < RecordBatch.HEADER_BYTES
          || batch.sizeBytes() < RecordBatch.HEADER_BYTES
          || batch.sizeBytes() > limit - index) {
        throw new IllegalArgumentException(
            "No whole batch at byte %d of %d".formatted(index, limit));
      }
      index += batch.sizeBytes();
      return batch;
    }
  }
}
