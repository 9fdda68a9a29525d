package dev.daybook.eventlog.time;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A scheduler on one daemon thread of its own. A task that throws is a bug or a broken disk: the failure
/// goes to `onFailure`, which is expected to stop the process, and a repeated task runs no more.
public final class SystemScheduler implements Scheduler {
  private final ScheduledThreadPoolExecutor executor;
  private final Consumer<Throwable> onFailure;

  public SystemScheduler(String threadName, Consumer<Throwable> onFailure) {
    this.onFailure = onFailure;
    this.executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(threadName).daemon().factory());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  @Override
  public Scheduled after(Duration delay, Runnable task) {
    return cancels(executor.schedule(() -> run(task), delay.toNanos(), NANOSECONDS));
  }

  @Override
  public Scheduled every(Duration period, Runnable task) {
    long periodNs = period.toNanos();
    return cancels(
        executor.scheduleWithFixedDelay(() -> run(task), periodNs, periodNs, NANOSECONDS));
  }

  /// Does not interrupt the running task: an interrupt would close the file channel it may be using.
  @Override
  public void close() {
    executor.shutdown();
    try {
      executor.awaitTermination(Long.MAX_VALUE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable failure) {
      onFailure.accept(failure);
      throw failure;
    }
  }

  private static Scheduled cancels(Future<?> future) {
    return () -> future.cancel(false);
  }
}
