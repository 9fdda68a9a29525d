package dev.daybook.eventlog.partition;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What waits for an owner: many threads put, the owner takes. Counted in bytes, because that is what fills
/// memory.
final class Inbox<T> {
  private final Queue<Weighed<T>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private volatile Runnable wakeOwner = () -> {};

  /// Says how to wake the owner. Called once, before anything is put.
  void wakes(Runnable owner) {
    wakeOwner = owner;
  }

  void put(T item, long sizeBytes) {
    bytes.addAndGet(sizeBytes);
    queue.add(new Weighed<>(item, sizeBytes));
    wakeOwner.run();
  }

  /// The oldest item, or null when there is none. Only the owner takes.
  @Nullable T take() {
    Weighed<T> head = queue.poll();
    if (head == null) {
      return null;
    }
    bytes.addAndGet(-head.sizeBytes);
    return head.item;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  long bytes() {
    return bytes.get();
  }

  private record Weighed<T>(T item, long sizeBytes) {}
}
