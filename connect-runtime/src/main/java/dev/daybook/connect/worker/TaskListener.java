package dev.daybook.connect.worker;

/// Is told what becomes of a task, on the task's own thread.
public interface TaskListener {
  void started(TaskId id);

  void paused(TaskId id);

  void resumed(TaskId id);

  void failed(TaskId id, Throwable failure);

  void stopped(TaskId id);
}
