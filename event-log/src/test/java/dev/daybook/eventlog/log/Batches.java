package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Batches of one uncompressed record.
final class Batches {
  private Batches() {}

  static ByteBuffer of(long offset, String value) {
    return of(offset, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
  }

  static ByteBuffer of(long offset, ByteBuffer value) {
    return RecordBatchBuilder.uncompressed().at(offset, 0).append(1_000, null, value).build();
  }
}
