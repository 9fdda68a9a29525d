package dev.daybook.eventlog.broker;

/// The memory for requests that were read and not answered yet, of all connections together. A quarter of it is kept
/// for small requests, so that heartbeats and commits pass while large ones fill the rest.
final class RequestMemory {
  private static final int SMALL_BYTES = 64 << 10;

  private final MemoryBudget small;
  private final MemoryBudget large;
  private final long bytes;

  RequestMemory(long bytes) {
    this.bytes = bytes;
    this.small = new MemoryBudget(bytes / 4);
    this.large = new MemoryBudget(bytes - bytes / 4);
  }

  /// Whether each request, up to one of this size, can be paid for when no other is under way.
  static boolean everPaysFor(long largestFrameBytes, long bytes) {
    return bytes / 4 >= SMALL_BYTES && bytes - bytes / 4 >= largestFrameBytes;
  }

  /// How much the frames of one connection may take together; its next frame is not read while they take more.
  long shareOfAConnection() {
    return bytes / 4;
  }

  /// What is taken, by all.
  long usedBytes() {
    return bytes - small.freeBytes() - large.freeBytes();
  }

  /// Whether requests wait for memory, of either kind.
  boolean isShort() {
    return small.isShort() || large.isShort();
  }

  /// The budget that pays for a request whose frame has this size.
  MemoryBudget of(int frameBytes) {
    return frameBytes <= SMALL_BYTES ? small : large;
  }
}
