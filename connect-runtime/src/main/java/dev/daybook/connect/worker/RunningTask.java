package dev.daybook.connect.worker;

import dev.daybook.connect.plugin.LoaderSwap;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// A task with its thread. The thread is virtual unless the connector asked for a platform thread; everything the
/// contract demands on one thread happens on it.
public final class RunningTask {

  private static final Logger LOG = LoggerFactory.getLogger(RunningTask.class);
  private static final String MDC_KEY = "connector.context";

  private final TaskId id;
  private final TaskLoop loop;
  private final TaskControl control;
  private final Thread thread;

  private RunningTask(
      TaskId id,
      TaskLoop loop,
      TaskControl control,
      ClassLoader loader,
      TaskListener listener,
      boolean platform) {
    this.id = id;
    this.loop = loop;
    this.control = control;
    Thread.Builder builder = platform ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
    this.thread =
        builder.name("task-" + id).unstarted(() -> LoaderSwap.run(loader, () -> live(listener)));
  }

  public static RunningTask start(
      TaskId id,
      TaskLoop loop,
      boolean paused,
      ClassLoader loader,
      TaskListener listener,
      boolean platformThread) {
    RunningTask task =
        new RunningTask(id, loop, new TaskControl(paused), loader, listener, platformThread);
    task.thread.start();
    return task;
  }

  private void live(TaskListener listener) {
    MDC.put(MDC_KEY, "[" + id.connector() + "|task-" + id.task() + "] ");
    try {
      loop.run(control);
      listener.stopped(id);
    } catch (
        Throwable failure) { // an Error of a plug-in must end its task, not vanish with the thread
      listener.failed(id, failure);
    } finally {
      MDC.remove(MDC_KEY);
    }
  }

  public TaskId id() {
    return id;
  }

  public void pause() {
    control.pause();
  }

  public void resume() {
    control.resume();
  }

  /// Asks the task to stop; [#awaitStopped] waits for it.
  public void stop() {
    control.stop();
  }

  /// Waits until the task ended. One that does not is cut off from the log and interrupted: its foreign code may hang on,
  /// but can do no more harm there.
  public void awaitStopped(Duration patience) throws InterruptedException {
    if (thread.join(patience)) {
      return;
    }
    LOG.warn("Task {} did not stop within {}; it is abandoned", id, patience);
    loop.abandon();
    thread.interrupt();
  }
}
