package dev.daybook.eventlog.broker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A budget from which the bytes of requests are paid before they are read, so that any number of clients together
/// cannot fill the heap. Who gets nothing waits in line, with its socket paused; the line is served in order. Called
/// from any thread; nobody ever blocks.
final class MemoryBudget {
  private final AtomicLong free;
  private final Queue<Waiter> line = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> debtors = new ConcurrentLinkedQueue<>();
  private final AtomicInteger serving = new AtomicInteger();

  MemoryBudget(long bytes) {
    this.free = new AtomicLong(bytes);
  }

  /// Takes bytes now, or gets in line.
  ///
  /// @param granted runs, on whatever thread gave bytes back, when they are taken; never when this returns true
  /// @return whether they were taken at once
  boolean take(long bytes, Runnable granted) {
    if (line.isEmpty() && tryTake(bytes)) {
      return true;
    }
    line.add(new Waiter(bytes, granted));
    serve();
    return false;
  }

  /// Takes bytes that are used already, even if there are none left: others wait longer for it.
  void charge(long bytes) {
    free.addAndGet(-bytes);
  }

  void giveBack(long bytes) {
    free.addAndGet(bytes);
    serve();
    tellDebtors();
  }

  /// Whether more was charged than there was. Then nothing should be begun that will be charged too.
  boolean isOverdrawn() {
    return free.get() < 0;
  }

  /// Whether somebody waits for bytes, or more was charged than there was.
  boolean isShort() {
    return !line.isEmpty() || isOverdrawn();
  }

  /// Runs a task when the budget is overdrawn no longer; perhaps at once, perhaps on the thread that gives bytes back.
  /// Bytes cannot be taken in this way, so whoever holds some may wait so without keeping those in line from theirs.
  void whenNotOverdrawn(Runnable task) {
    debtors.add(task);
    tellDebtors();
  }

  private void tellDebtors() {
    while (!isOverdrawn()) {
      Runnable debtor = debtors.poll();
      if (debtor == null) {
        return;
      }
      debtor.run();
    }
  }

  /// What is left; below zero when more was charged than there was.
  long freeBytes() {
    return free.get();
  }

  private boolean tryTake(long bytes) {
    long now = free.get();
    while (now >= bytes) {
      if (free.compareAndSet(now, now - bytes)) {
        return true;
      }
      now = free.get();
    }
    return false;
  }

  /// One thread at a time looks at the head of the line; who comes meanwhile makes it look again.
  private void serve() {
    if (serving.getAndIncrement() > 0) {
      return;
    }
    do {
      Waiter head = line.peek();
      while (head != null && tryTake(head.bytes())) {
        line.remove();
        head.granted().run();
        head = line.peek();
      }
    } while (!enough());
  }

  private boolean enough() {
    if (serving.compareAndSet(1, 0)) {
      return true;
    }
    serving.set(1);
    return false;
  }

  private record Waiter(long bytes, Runnable granted) {}
}
