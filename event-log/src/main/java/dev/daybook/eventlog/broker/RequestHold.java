package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.partition.Lease;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// What a request holds of the memory for requests, and of its connection's share. It is given back once, by whoever is
/// first: the handler that has no use for the frame any more, or who has the answer. Any thread.
final class RequestHold {
  private final MemoryBudget memory;
  private final AtomicLong connectionBytes;
  private final Lease lease;
  private final long frameBytes;
  private final long bytes;
  private final AtomicBoolean released = new AtomicBoolean();

  /// @param messageBytes what its message takes beside the frame; charged here
  RequestHold(MemoryBudget memory, AtomicLong connectionBytes, Frame frame, long messageBytes) {
    this.memory = memory;
    this.connectionBytes = connectionBytes;
    this.lease = frame.lease();
    this.frameBytes = frame.sizeBytes();
    this.bytes = frameBytes + messageBytes;
    memory.charge(messageBytes);
  }

  long heldBytes() {
    return released.get() ? 0 : bytes;
  }

  void release() {
    if (released.compareAndSet(false, true)) {
      connectionBytes.addAndGet(-frameBytes);
      memory.giveBack(bytes);
      lease.release();
    }
  }
}
