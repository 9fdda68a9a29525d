package dev.daybook.eventlog.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A name and a value that travel with a record. Names may repeat; their order is kept.
public record RecordHeader(String key, @Nullable ByteBuffer value) {
  public RecordHeader {
    value = value == null ? null : value.asReadOnlyBuffer();
  }

  /// The value's bytes, in a window of their own each time; null when there is none.
  @Override
  public @Nullable ByteBuffer value() {
    return value == null ? null : value.duplicate();
  }
}
