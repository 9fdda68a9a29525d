package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.partition.Lease;
import java.nio.ByteBuffer;

/// A request's bytes, without their length.
///
/// @param bytes of exactly the frame's size
/// @param lease the reader's hold on the memory they lie in
record Frame(ByteBuffer bytes, Lease lease) {
  static Frame onHeap(int bytes) {
    return new Frame(ByteBuffer.allocate(bytes), Lease.COLLECTED);
  }

  /// What was paid for it.
  int sizeBytes() {
    return bytes.capacity();
  }
}
