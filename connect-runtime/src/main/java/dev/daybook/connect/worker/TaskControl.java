package dev.daybook.connect.worker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What the outside wants of a task. Set from any thread, obeyed by the task's own at its next turn.
public final class TaskControl {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean stopping;
  private boolean paused;
  private Runnable wake = () -> {};

  public TaskControl(boolean paused) {
    this.paused = paused;
  }

  /// What interrupts a blocking call of the loop; at most one.
  void onChange(Runnable wakeUp) {
    locked(() -> wake = wakeUp);
  }

  public void stop() {
    change(() -> stopping = true);
  }

  public void pause() {
    change(() -> paused = true);
  }

  public void resume() {
    change(() -> paused = false);
  }

  public boolean stopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  public boolean paused() {
    lock.lock();
    try {
      return paused;
    } finally {
      lock.unlock();
    }
  }

  /// Waits while paused; false if the task shall stop instead of going on.
  boolean awaitResumed() throws InterruptedException {
    lock.lock();
    try {
      while (paused && !stopping) {
        changed.await();
      }
      return !stopping;
    } finally {
      lock.unlock();
    }
  }

  /// Sleeps, but not past a request to stop; true if that came.
  boolean awaitStop(long timeoutMs) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
      while (!stopping && leftNs > 0) {
        leftNs = changed.awaitNanos(leftNs);
      }
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable change) {
    locked(
        () -> {
          change.run();
          changed.signalAll();
          wake.run();
        });
  }

  private void locked(Runnable body) {
    lock.lock();
    try {
      body.run();
    } finally {
      lock.unlock();
    }
  }
}
