package dev.daybook.connect.control;

import dev.daybook.connect.config.Redactor;
import dev.daybook.connect.config.Secrets;
import dev.daybook.connect.control.Status.State;
import dev.daybook.connect.worker.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes one connector be as its entry in the book says, and keeps it so: whatever happens, a request, a failure, a
/// restart whose time has come, ends in [#obey]. Everything here runs on this connector's own thread, so a connector that
/// hangs holds up nobody else.
final class HostedConnector {

  private static final Logger LOG = LoggerFactory.getLogger(HostedConnector.class);
  private static final String ITSELF = "connector";

  private final String name;
  private final Facility facility;
  private final Mailbox mailbox;
  private final HostedTasks tasks;
  private final Restarts restarts = new Restarts();
  private @Nullable ConnectorRun run;

  HostedConnector(String name, Facility facility) {
    this.name = name;
    this.facility = facility;
    this.mailbox = new Mailbox("connector-" + name);
    this.tasks =
        new HostedTasks(
            name,
            facility,
            (id, cause, isSuperseded) ->
                mailbox.post(
                    () -> {
                      if (!isSuperseded.getAsBoolean()) {
                        taskFailed(id, cause);
                      }
                    }));
  }

  /// Looks into the book again.
  void changed() {
    mailbox.post(this::obey);
  }

  /// Does something between two changes, when nothing of this connector is in transition.
  <T> CompletableFuture<T> call(Callable<T> work) {
    return mailbox.call(work);
  }

  void restart(boolean connector, List<Integer> numbers) {
    mailbox.post(
        () -> {
          restarts.forget();
          if (connector) {
            stopConnector();
          }
          tasks.stop(numbers);
          obey();
          entry()
              .ifPresent(
                  entry ->
                      numbers.stream()
                          .filter(number -> number < entry.tasks().size())
                          .forEach(number -> startTask(entry, number)));
        });
  }

  int failures(@Nullable Integer task) {
    return restarts.failures(task == null ? ITSELF : task);
  }

  CompletableFuture<Void> close() {
    return mailbox.close(
        () -> {
          tasks.stopAll();
          stopConnector();
        });
  }

  void interrupt() {
    mailbox.interrupt();
  }

  private Optional<ConnectorEntry> entry() {
    return facility.book().find(name);
  }

  private void obey() {
    Optional<ConnectorEntry> wanted = entry();
    if (wanted.isEmpty()) {
      leave();
      return;
    }
    ConnectorEntry entry = wanted.get();
    try {
      ConnectorRun current = run;
      if (current == null || current.revision() != entry.revision()) {
        tasks.stopAll();
        stopConnector();
        run = null;
        restarts.forget();
        current = new ConnectorRun(facility, entry);
        run = current;
      }
      switch (entry.target()) {
        case STARTED -> start(current);
        case PAUSED -> pause(current, entry);
        case STOPPED -> stop(current, entry);
      }
    } catch (
        Throwable
            failure) { // Errors of plug-ins included: they concern this connector, not the worker
      connectorFailed(failure);
    }
  }

  private void leave() {
    tasks.stopAll();
    stopConnector();
    run = null;
    restarts.forget();
    facility.statuses().forgetConnector(name);
  }

  private void start(ConnectorRun current) {
    if (!current.isStarted()) {
      current.start(requestsOf(current));
      facility.statuses().putConnector(name, State.RUNNING, null, current.version());
    }
    List<Map<String, String>> configs = current.taskConfigs();
    List<Map<String, String>> before = entry().map(ConnectorEntry::tasks).orElse(List.of());
    if (!configs.equals(before)) {
      tasks.stopAll();
      facility.log().tasks(name, configs);
    }
    if (tasks.isEmpty()) {
      tasks.startAll(current, configs, false);
    } else {
      tasks.resumeAll();
    }
  }

  private void pause(ConnectorRun current, ConnectorEntry entry) {
    current.stop();
    if (tasks.isEmpty()) {
      tasks.startAll(current, entry.tasks(), true);
    } else {
      tasks.pauseAll();
    }
    facility.statuses().putConnector(name, State.PAUSED, null, current.version());
  }

  private void stop(ConnectorRun current, ConnectorEntry entry) {
    tasks.stopAll();
    current.stop();
    if (!entry.tasks().isEmpty()) {
      facility.log().tasks(name, List.of());
    }
    facility.statuses().forgetTasks(name, 0);
    facility.statuses().putConnector(name, State.STOPPED, null, current.version());
  }

  private void stopConnector() {
    ConnectorRun current = run;
    if (current == null) {
      return;
    }
    try {
      current.stop();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("Connector {} failed in stop: {}", name, current.redactor().redact(e.toString()));
    }
  }

  private ConnectorRun.Requests requestsOf(ConnectorRun of) {
    return new ConnectorRun.Requests() {
      @Override
      public void taskReconfiguration() {
        mailbox.post(
            () -> {
              if (isCurrent(of)) {
                obey();
              }
            });
      }

      @Override
      public void failure(Exception cause) {
        mailbox.post(
            () -> {
              if (isCurrent(of)) {
                connectorFailed(cause);
              }
            });
      }
    };
  }

  private boolean isCurrent(ConnectorRun of) {
    return of.equals(run) && of.isStarted();
  }

  private void connectorFailed(Throwable cause) {
    stopConnector();
    ConnectorRun current = run;
    Redactor redactor = current == null ? byNames() : current.redactor();
    Optional<Restarts.Next> next =
        current == null
            ? Optional.empty()
            : restarts.afterFailure(ITSELF, current.settings(), Instant.now());
    String trace = reason(next) + redactor.trace(cause);
    LOG.error(
        "Connector {} failed: {}. {}",
        name,
        redactor.redact(cause.toString()),
        reason(next).trim());
    facility
        .statuses()
        .putConnector(name, State.FAILED, trace, current == null ? null : current.version());
    next.ifPresent(
        restart ->
            facility
                .timer()
                .accept(
                    restart.delay(),
                    () ->
                        mailbox.post(
                            () -> {
                              if (current != null
                                  && current.equals(run)
                                  && !current.isStarted()
                                  && isWanted()) {
                                obey();
                              }
                            })));
  }

  private void taskFailed(TaskId id, Throwable cause) {
    ConnectorRun current = run;
    if (current == null) {
      return;
    }
    tasks.stop(List.of(id.task()));
    Optional<Restarts.Next> next =
        restarts.afterFailure(id.task(), current.settings(), Instant.now());
    String trace = reason(next) + current.redactor().trace(cause);
    LOG.error(
        "Task {} failed: {}. {}",
        id,
        current.redactor().redact(cause.toString()),
        reason(next).trim());
    facility.statuses().putTask(name, id.task(), State.FAILED, trace, current.version());
    next.ifPresent(
        restart ->
            facility
                .timer()
                .accept(
                    restart.delay(),
                    () ->
                        mailbox.post(
                            () ->
                                entry()
                                    .filter(
                                        entry ->
                                            current.equals(run)
                                                && entry.target() != TargetState.STOPPED
                                                && id.task() < entry.tasks().size())
                                    .ifPresent(entry -> startTask(entry, id.task())))));
  }

  private void startTask(ConnectorEntry entry, int number) {
    ConnectorRun current = run;
    if (current == null || tasks.isLive(number)) {
      return;
    }
    try {
      tasks.start(current, number, entry.tasks().get(number), entry.target() == TargetState.PAUSED);
    } catch (RuntimeException e) {
      taskFailed(new TaskId(name, number), e);
    }
  }

  /// For a connector that could not even be made: what its settings' names and values tell to be secret.
  private Redactor byNames() {
    return new Redactor(
        Secrets.byName().values(entry().map(ConnectorEntry::config).stream().toList()));
  }

  private boolean isWanted() {
    return entry().filter(entry -> entry.target() == TargetState.STARTED).isPresent();
  }

  private static String reason(Optional<Restarts.Next> next) {
    return next.map(restart -> restart.explain() + "\n").orElse("");
  }
}
