package dev.daybook.eventlog.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record of a log. Key and value are read-only windows on the batch they were read from, or on what it
/// was unpacked to: copy what must outlive those bytes.
///
/// @param timestampMs since 1970, or [RecordBatch#NO_TIMESTAMP]
/// @param key null when the record has none
/// @param value null when the record has none
public record LogRecord(
    long offset,
    long timestampMs,
    @Nullable ByteBuffer key,
    @Nullable ByteBuffer value,
    List<RecordHeader> headers) {
  public LogRecord {
    key = key == null ? null : key.asReadOnlyBuffer();
    value = value == null ? null : value.asReadOnlyBuffer();
    headers = List.copyOf(headers);
  }

  /// The key's bytes, in a window of their own each time.
  @Override
  public @Nullable ByteBuffer key() {
    return key == null ? null : key.duplicate();
  }

  /// The value of a record that must have one.
  ///
  /// @throws IllegalStateException when it has none
  public ByteBuffer requireValue() {
    if (value == null) {
      throw new IllegalStateException("The record at offset " + offset + " has no value");
    }
    return value.duplicate();
  }

  /// The value's bytes, in a window of their own each time.
  @Override
  public @Nullable ByteBuffer value() {
    return value == null ? null : value.duplicate();
  }
}
