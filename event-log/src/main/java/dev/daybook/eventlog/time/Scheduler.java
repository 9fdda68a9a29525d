package dev.daybook.eventlog.time;

import java.time.Duration;

/// Runs something later. Tasks run on a thread of the scheduler's own and must not block; a test drives
/// time by hand. Called from any thread.
public interface Scheduler extends AutoCloseable {
  /// Runs `task` once, not before `delay` has passed.
  Scheduled after(Duration delay, Runnable task);

  /// Runs `task` again and again, `period` between the end of one run and the start of the next.
  Scheduled every(Duration period, Runnable task);

  /// Drops what has not started; returns when no task runs any more.
  @Override
  void close();

  /// A task that waits.
  interface Scheduled {
    /// Takes the task back, if it has not started.
    void cancel();
  }
}
