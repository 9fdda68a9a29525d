package dev.daybook.connect.offset;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What one source task has sent and what of it the log has acknowledged. Per source partition only the contiguous
/// acknowledged prefix may be committed: an offset beyond a record still in flight would skip that record after a crash.
///
/// The task's thread submits, the producer's thread acknowledges, the flushing thread takes; hence a lock, held for a
/// few instructions at a time.
public final class AckedOffsets {

  /// One record on its way. Acknowledge it once, from any thread.
  public final class Submitted {
    private final Map<String, Object> partition;
    private final Map<String, Object> offset;
    private boolean acked;

    private Submitted(Map<String, Object> partition, Map<String, Object> offset) {
      this.partition = partition;
      this.offset = offset;
    }

    public void ack() {
      lock.lock();
      try {
        if (!acked) {
          acked = true;
          unacked--;
          if (unacked == 0) {
            allAcked.signalAll();
          }
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition allAcked = lock.newCondition();
  private final Map<Map<String, Object>, Deque<Submitted>> inFlight = new HashMap<>();
  private int unacked;

  public Submitted submit(Map<String, Object> partition, Map<String, Object> offset) {
    lock.lock();
    try {
      Submitted submitted = new Submitted(partition, offset);
      inFlight.computeIfAbsent(partition, key -> new ArrayDeque<>()).add(submitted);
      unacked++;
      return submitted;
    } finally {
      lock.unlock();
    }
  }

  /// A record that was filtered or skipped: nothing to wait for, but its offset counts in its place in the order.
  public void submitDropped(Map<String, Object> partition, Map<String, Object> offset) {
    submit(partition, offset).ack();
  }

  /// Takes back a record that could not be sent and will be submitted again.
  public void withdraw(Submitted submitted) {
    lock.lock();
    try {
      Deque<Submitted> queue = inFlight.get(submitted.partition);
      if (queue != null && queue.removeLastOccurrence(submitted)) {
        submitted.ack();
      }
    } finally {
      lock.unlock();
    }
  }

  /// The newest committable offset of each partition that moved since the last call.
  public Map<Map<String, Object>, Map<String, Object>> takeCommittable() {
    lock.lock();
    try {
      Map<Map<String, Object>, Map<String, Object>> committable = new LinkedHashMap<>();
      Iterator<Deque<Submitted>> queues = inFlight.values().iterator();
      while (queues.hasNext()) {
        Deque<Submitted> queue = queues.next();
        while (!queue.isEmpty() && queue.getFirst().acked) {
          Submitted first = queue.removeFirst();
          committable.put(first.partition, first.offset);
        }
        if (queue.isEmpty()) {
          queues.remove();
        }
      }
      return committable;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until everything submitted is acknowledged; false if the time was not enough.
  public boolean awaitAll(long timeoutMs) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
      while (unacked > 0) {
        if (leftNs <= 0) {
          return false;
        }
        leftNs = allAcked.awaitNanos(leftNs);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
