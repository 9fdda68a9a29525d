package dev.daybook.connect.control;

import dev.daybook.connect.control.Status.State;
import dev.daybook.connect.worker.RunningTask;
import dev.daybook.connect.worker.TaskId;
import dev.daybook.connect.worker.TaskListener;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The live tasks of one connector. A task is started only after the one before it with the same number has ended or was
/// cut off, so there are never two. Owned by the connector's thread; task threads only put statuses.
final class HostedTasks {

  private static final Logger LOG = LoggerFactory.getLogger(HostedTasks.class);

  /// Is told on a task's thread that the task failed. By the time it acts, another task may have taken its place.
  interface OnFailure {
    void failed(TaskId id, Throwable cause, BooleanSupplier isSuperseded);
  }

  private record Live(RunningTask task, Listener listener) {}

  private final String name;
  private final Facility facility;
  private final OnFailure onFailure;
  private final Map<Integer, Live> live = new TreeMap<>();

  HostedTasks(String name, Facility facility, OnFailure onFailure) {
    this.name = name;
    this.facility = facility;
    this.onFailure = onFailure;
  }

  boolean isEmpty() {
    return live.isEmpty();
  }

  boolean isLive(int number) {
    return live.containsKey(number);
  }

  /// Starts all tasks of a run; any old ones must be stopped already.
  void startAll(ConnectorRun run, List<Map<String, String>> configs, boolean paused) {
    facility.statuses().forgetTasks(name, configs.size());
    for (int i = 0; i < configs.size(); i++) {
      start(run, i, configs.get(i), paused);
    }
  }

  void start(ConnectorRun run, int number, Map<String, String> config, boolean paused) {
    Listener listener = new Listener(run);
    live.put(number, new Live(run.startTask(number, config, paused, listener), listener));
  }

  void pauseAll() {
    live.values().forEach(one -> one.task().pause());
  }

  void resumeAll() {
    live.values().forEach(one -> one.task().resume());
  }

  void stopAll() {
    stop(List.copyOf(live.keySet()));
  }

  /// Stops tasks at the same time and waits for all.
  void stop(Collection<Integer> numbers) {
    List<Live> stopping = numbers.stream().filter(live::containsKey).map(live::get).toList();
    stopping.forEach(one -> one.task().stop());
    long deadlineNs = System.nanoTime() + facility.patience().toNanos();
    for (Live one : stopping) {
      await(one, Duration.ofNanos(Math.max(1, deadlineNs - System.nanoTime())));
    }
    numbers.forEach(live::remove);
  }

  private void await(Live one, Duration patience) {
    try {
      one.task().awaitStopped(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("Interrupted while waiting for {} to stop", one.task().id());
    } finally {
      one.listener().superseded = true;
    }
  }

  /// Passes a task's news on until another task took its place.
  private final class Listener implements TaskListener {
    private final ConnectorRun run;
    private volatile boolean superseded;

    Listener(ConnectorRun run) {
      this.run = run;
    }

    @Override
    public void started(TaskId id) {
      put(id, State.RUNNING);
    }

    @Override
    public void paused(TaskId id) {
      put(id, State.PAUSED);
    }

    @Override
    public void resumed(TaskId id) {
      put(id, State.RUNNING);
    }

    @Override
    public void stopped(TaskId id) {
      LOG.info("Task {} stopped", id);
    }

    @Override
    public void failed(TaskId id, Throwable cause) {
      if (!superseded) {
        onFailure.failed(id, cause, () -> superseded);
      }
    }

    private void put(TaskId id, State state) {
      if (!superseded) {
        facility.statuses().putTask(name, id.task(), state, null, run.version());
      }
    }
  }
}
