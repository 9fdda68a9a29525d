package dev.daybook.eventlog.time;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A scheduler whose time a test moves. Tasks run on the thread that moves it, in the order they are due, each at
/// its own moment of the clock. Tasks may be scheduled from any thread.
public final class ManualScheduler implements Scheduler {
  private final ManualClock clock;
  private final Queue<Task> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong((Task task) -> task.dueNs)
              .thenComparingLong(task -> task.order));

  private long scheduled;
  private boolean closed;

  public ManualScheduler(ManualClock clock) {
    this.clock = clock;
  }

  @Override
  public Scheduled after(Duration delay, Runnable task) {
    return schedule(delay, new Task(task, null));
  }

  @Override
  public Scheduled every(Duration period, Runnable task) {
    return schedule(period, new Task(task, period));
  }

  /// Lets time pass and runs what becomes due on the way.
  public void advance(Duration duration) {
    long endNs = clock.monotonicNs() + duration.toNanos();
    for (Task due = takeDue(endNs); due != null; due = takeDue(endNs)) {
      clock.advance(Duration.ofNanos(Math.max(0, due.dueNs - clock.monotonicNs())));
      due.run.run();
      if (due.period != null && !due.cancelled) {
        schedule(due.period, due);
      }
    }
    clock.advance(Duration.ofNanos(Math.max(0, endNs - clock.monotonicNs())));
  }

  /// How many tasks wait.
  public synchronized int waiting() {
    return waiting.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    waiting.clear();
  }

  private synchronized Scheduled schedule(Duration delay, Task task) {
    if (!closed) {
      task.dueNs = clock.monotonicNs() + delay.toNanos();
      task.order = scheduled++;
      waiting.add(task);
    }
    return () -> cancel(task);
  }

  private synchronized void cancel(Task task) {
    task.cancelled = true;
    waiting.remove(task);
  }

  private synchronized @Nullable Task takeDue(long endNs) {
    Task next = waiting.peek();
    return next != null && next.dueNs <= endNs ? waiting.poll() : null;
  }

  private static final class Task {
    final Runnable run;
    final @Nullable Duration period;
    long dueNs;
    long order;
    volatile boolean cancelled;

    Task(Runnable run, @Nullable Duration period) {
      this.run = run;
      this.period = period;
    }
  }
}
