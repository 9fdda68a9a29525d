package dev.daybook.eventlog.broker;

import java.util.concurrent.atomic.AtomicLong;

/// The memory of encoded responses that clients have not taken yet, of all connections together. A request of 50 bytes
/// may have an answer of megabytes, so whoever asks and takes nothing could fill the heap. When more than a bound waits,
/// who takes nothing is hung up on soon, and who is to get much at once. Any thread.
final class ResponseMemory {
  /// An answer of this size is given to everybody at any time: the kernel takes as much.
  private static final int SMALL_BYTES = 64 << 10;

  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  ResponseMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void add(long more) {
    bytes.addAndGet(more);
  }

  void remove(long fewer) {
    bytes.addAndGet(-fewer);
  }

  long usedBytes() {
    return bytes.get();
  }

  /// Whether those who take nothing must go.
  boolean isShort() {
    return bytes.get() > maxBytes;
  }

  /// Whether there is room for an answer of this size. A single one may be of any size.
  boolean bears(long more) {
    return more <= SMALL_BYTES || !isShort();
  }
}
