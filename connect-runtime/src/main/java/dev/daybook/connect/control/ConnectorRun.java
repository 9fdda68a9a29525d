package dev.daybook.connect.control;

import static dev.daybook.connect.config.ConnectorKeys.*;

import dev.daybook.connect.config.ConnectorSettings;
import dev.daybook.connect.config.Redactor;
import dev.daybook.connect.config.SecretKeys;
import dev.daybook.connect.config.Secrets;
import dev.daybook.connect.offset.ConnectorOffsetReader;
import dev.daybook.connect.plugin.LoaderSwap;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.worker.RunningTask;
import dev.daybook.connect.worker.SinkTaskLoop;
import dev.daybook.connect.worker.SourceTaskLoop;
import dev.daybook.connect.worker.TaskId;
import dev.daybook.connect.worker.TaskListener;
import dev.daybook.connect.worker.TaskLoop;
import dev.daybook.connect.worker.Worker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.connector.ConnectorContext;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnectorContext;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/// One revision of a connector's configuration made alive: the plug-in, its resolved settings and, once started, the
/// connector's object. Owned by the connector's thread.
final class ConnectorRun {

  private final Facility facility;
  private final ConnectorEntry entry;
  private final Plugin plugin;
  private final ConnectorSettings settings;
  private final Redactor redactor;
  private final PluginMetrics metrics;
  private final String version;
  private @Nullable Connector connector;

  ConnectorRun(Facility facility, ConnectorEntry entry) {
    this.facility = facility;
    this.entry = entry;
    this.plugin = plugin(facility, entry);
    this.version = plugin.version();
    Map<String, String> resolved = facility.references().resolve(entry.config());
    this.settings = new ConnectorSettings(plugin.kind(), resolved);
    Secrets secrets = SecretKeys.of(plugin, resolved, facility.worker().plugins());
    List<Map<String, String>> configs = new ArrayList<>(entry.tasks());
    configs.add(resolved);
    configs.add(entry.config());
    this.redactor = new Redactor(secrets.values(configs));
    this.metrics =
        new PluginMetricsImpl(
            facility.worker().metrics(), new LinkedHashMap<>(Map.of("connector", entry.name())));
  }

  static Plugin plugin(Facility facility, ConnectorEntry entry) {
    String name = entry.config().getOrDefault(CONNECTOR_CLASS, "");
    return facility
        .worker()
        .plugins()
        .connector(name)
        .orElseThrow(
            () ->
                new ConnectException(
                    "The connector class " + name + " is not installed on this worker"));
  }

  long revision() {
    return entry.revision();
  }

  ConnectorSettings settings() {
    return settings;
  }

  Redactor redactor() {
    return redactor;
  }

  String version() {
    return version;
  }

  boolean isStarted() {
    return connector != null;
  }

  /// Starts the connector's object; what it asks of us later comes back through `requests`.
  void start(Requests requests) {
    LoaderSwap.run(
        plugin.loader(),
        () -> {
          Connector fresh = plugin.create(Connector.class);
          connector = fresh; // from here on it must be stopped, even if its start fails
          fresh.initialize(
              plugin.kind() == PluginKind.SOURCE
                  ? new SourceContext(requests)
                  : new SinkContext(requests));
          fresh.start(settings.raw());
        });
  }

  /// What a running connector may ask for, from any thread.
  interface Requests {
    void taskReconfiguration();

    void failure(Exception cause);
  }

  /// The configurations the connector wants its tasks to have, fit to be stored.
  List<Map<String, String>> taskConfigs() {
    Connector started = Objects.requireNonNull(connector, "the connector is not started");
    List<Map<String, String>> configs =
        LoaderSwap.call(plugin.loader(), () -> started.taskConfigs(settings.tasksMax()));
    if (configs == null) {
      throw new ConnectException(
          plugin.className() + ".taskConfigs() answers null instead of a list");
    }
    if (configs.size() > settings.tasksMax() && settings.enforceTasksMax()) {
      throw new ConnectException(
          "The connector made "
              + configs.size()
              + " tasks, more than tasks.max="
              + settings.tasksMax()
              + " allows");
    }
    String taskClass = LoaderSwap.call(plugin.loader(), started::taskClass).getName();
    return configs.stream().map(config -> stored(config, taskClass)).toList();
  }

  private Map<String, String> stored(Map<String, String> config, String taskClass) {
    Map<String, String> own = new LinkedHashMap<>();
    config.forEach(
        (key, value) -> {
          if (value != null) {
            own.put(key, value);
          }
        });
    own.put(TASK_CLASS, taskClass);
    for (String topics : List.of(TOPICS, TOPICS_REGEX)) {
      String value = plugin.kind() == PluginKind.SINK ? settings.get(topics) : null;
      if (value != null) {
        own.put(topics, value);
      }
    }
    return facility.references().restore(entry.config(), own);
  }

  RunningTask startTask(
      int number, Map<String, String> stored, boolean paused, TaskListener listener) {
    TaskId id = new TaskId(entry.name(), number);
    Map<String, String> taskConfig = facility.references().resolve(stored);
    Worker.TaskPlan plan = new Worker.TaskPlan(id, plugin, settings, taskConfig, redactor);
    TaskLoop loop =
        plugin.kind() == PluginKind.SOURCE
            ? new SourceTaskLoop(facility.worker(), plan, listener)
            : new SinkTaskLoop(facility.worker(), plan, listener);
    return RunningTask.start(
        id, loop, paused, plugin.loader(), listener, settings.platformThread());
  }

  void stop() {
    Connector started = connector;
    connector = null;
    if (started != null) {
      LoaderSwap.run(plugin.loader(), started::stop);
    }
  }

  private class Context implements ConnectorContext {
    private final Requests requests;

    Context(Requests requests) {
      this.requests = requests;
    }

    @Override
    public void requestTaskReconfiguration() {
      requests.taskReconfiguration();
    }

    @Override
    public void raiseError(Exception cause) {
      requests.failure(cause);
    }

    @Override
    public PluginMetrics pluginMetrics() {
      return metrics;
    }
  }

  private final class SinkContext extends Context implements SinkConnectorContext {
    SinkContext(Requests requests) {
      super(requests);
    }
  }

  private final class SourceContext extends Context implements SourceConnectorContext {
    SourceContext(Requests requests) {
      super(requests);
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
      return new ConnectorOffsetReader(entry.name(), facility.worker().offsets());
    }
  }
}
