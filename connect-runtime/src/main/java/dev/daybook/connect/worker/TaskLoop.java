package dev.daybook.connect.worker;

/// One task's whole life: start it, let it work until told to stop, stop it.
public interface TaskLoop {

  /// Returns when the task was told to stop and did; throws when it failed. Either way everything it held is released.
  void run(TaskControl control) throws Exception;

  /// Called from outside when the task did not stop in time: whatever it still does must have no effect on the log.
  void abandon();
}
