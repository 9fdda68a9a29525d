package dev.daybook.connect.control;

import static dev.daybook.connect.config.ConnectorKeys.CONNECTOR_CLASS;
import static dev.daybook.connect.config.ConnectorKeys.NAME;

import dev.daybook.connect.config.ConnectorValidator;
import dev.daybook.connect.config.SecretKeys;
import dev.daybook.connect.config.Secrets;
import dev.daybook.connect.config.Validation;
import dev.daybook.connect.control.Refused.Reason;
import dev.daybook.connect.control.Status.State;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.plugin.Plugins;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/// What can be asked of the worker's connectors. Answers never hold a secret. Calls may take as long as a connector's
/// validation or a write to the log takes, so callers are virtual threads.
public final class Connectors {

  private final Facility facility;
  private final Map<String, HostedConnector> hosted = new ConcurrentHashMap<>();
  private final Map<String, KnownSecrets> known = new ConcurrentHashMap<>();

  /// Asking plug-ins for their settings takes a while, and pages ask for connectors often.
  private record KnownSecrets(long revision, Secrets secrets) {}

  public Connectors(Facility facility) {
    this.facility = facility;
  }

  /// Brings everything in the book to life, after a start.
  public void startAll() {
    facility.book().all().forEach(entry -> host(entry.name()).changed());
  }

  Collection<HostedConnector> hosted() {
    return hosted.values();
  }

  public StatusBoard statuses() {
    return facility.statuses();
  }

  public Collection<ConnectorEntry> entries() {
    return facility.book().all();
  }

  public Optional<ConnectorEntry> find(String name) {
    return facility.book().find(name);
  }

  public ConnectorEntry get(String name) {
    return find(name).orElseThrow(() -> Refused.unknown(name));
  }

  /// The configuration as it may be shown.
  public Map<String, String> shown(ConnectorEntry entry) {
    return secrets(entry).mask(entry.config());
  }

  /// The task configurations as they may be shown: also values that are secret in the connector's own configuration.
  public List<Map<String, String>> shownTasks(ConnectorEntry entry) {
    Secrets secrets = secrets(entry);
    Collection<String> values = secrets.values(List.of(entry.config()));
    List<Map<String, String>> shown = new ArrayList<>();
    for (Map<String, String> task : entry.tasks()) {
      Map<String, String> masked = secrets.mask(task);
      masked.replaceAll((key, value) -> values.contains(value) ? Secrets.MASK : value);
      shown.add(masked);
    }
    return shown;
  }

  /// `source` or `sink`, or null if the plug-in is not installed.
  public @Nullable String type(ConnectorEntry entry) {
    return plugin(entry.config()).map(plugin -> plugin.kind().label()).orElse(null);
  }

  private Optional<Plugin> plugin(Map<String, String> config) {
    return plugins().connector(config.getOrDefault(CONNECTOR_CLASS, ""));
  }

  public Plugins plugins() {
    return facility.worker().plugins();
  }

  private Secrets secrets(ConnectorEntry entry) {
    KnownSecrets cached = known.get(entry.name());
    if (cached == null || cached.revision() != entry.revision()) {
      cached = new KnownSecrets(entry.revision(), secrets(entry.config()));
      known.put(entry.name(), cached);
    }
    return cached.secrets();
  }

  private Secrets secrets(Map<String, String> config) {
    return plugin(config)
        .map(plugin -> SecretKeys.of(plugin, config, plugins()))
        .orElseGet(Secrets::byName);
  }

  /// Adds a connector; refused if the name is taken or the configuration is not right.
  public ConnectorEntry create(String name, Map<String, String> config, TargetState target) {
    Map<String, String> named = named(name, config);
    requireValid(named);
    if (!facility.log().create(name, named, target)) {
      throw new Refused(Reason.CONFLICT, "Connector " + name + " already exists");
    }
    // As it was made: its tasks may come while this is answered.
    ConnectorEntry created = get(name);
    host(name).changed();
    return created;
  }

  /// Replaces a connector's configuration, or adds the connector. Masks that come back stand for what is stored.
  public ConnectorEntry put(String name, Map<String, String> config) {
    Map<String, String> stored = find(name).map(ConnectorEntry::config).orElse(Map.of());
    Map<String, String> named = secrets(stored).unmask(named(name, config), stored);
    requireValid(named);
    if (!facility.log().create(name, named, TargetState.STARTED)) {
      facility.log().update(name, named);
    }
    ConnectorEntry changed = get(name);
    host(name).changed();
    return changed;
  }

  /// Changes single settings; null removes one.
  public ConnectorEntry patch(String name, Map<String, @Nullable String> changes) {
    Map<String, String> config = new LinkedHashMap<>(get(name).config());
    changes.forEach(
        (key, value) -> {
          if (value == null) {
            config.remove(key);
          } else {
            config.put(key, value);
          }
        });
    return put(name, config);
  }

  private static Map<String, String> named(String name, Map<String, String> config) {
    String inside = config.get(NAME);
    if (inside != null && !inside.equals(name)) {
      throw new Refused(
          Reason.BAD_REQUEST,
          "Connector name configuration ("
              + inside
              + ") doesn't match connector name in the URL ("
              + name
              + ")");
    }
    Map<String, String> named = new LinkedHashMap<>(config);
    named.put(NAME, name);
    return named;
  }

  private void requireValid(Map<String, String> config) {
    Validation validation = validate(config);
    if (validation.errorCount() > 0) {
      throw new Refused(
          Reason.BAD_REQUEST,
          "Connector configuration is invalid and contains the following "
              + validation.errorCount()
              + " error(s):\n"
              + validation.errors().stream().collect(Collectors.joining("\n"))
              + "\nYou can also find the above list of errors at the endpoint"
              + " `/connector-plugins/{connectorType}/config/validate`");
    }
  }

  /// Checks a configuration without storing it. A mask stands for the secret stored under the same name, if there is one.
  public Validation check(Map<String, String> config) {
    Map<String, String> stored =
        find(config.getOrDefault(NAME, "")).map(ConnectorEntry::config).orElse(Map.of());
    return validate(secrets(stored).unmask(config, stored));
  }

  private Validation validate(Map<String, String> config) {
    String className = config.get(CONNECTOR_CLASS);
    if (className == null || className.isBlank()) {
      throw new Refused(
          Reason.BAD_REQUEST,
          "Connector config " + config.keySet() + " contains no connector type");
    }
    try {
      ConnectorValidator validator = facility.validator();
      Plugin plugin =
          plugins()
              .connector(className)
              .orElseThrow(
                  () ->
                      new Refused(
                          Reason.BAD_REQUEST,
                          "Failed to find any class that implements Connector and which"
                              + " name matches "
                              + className
                              + ", available connectors are: "
                              + available()));
      return validator.validate(plugin, config);
    } catch (ConnectException e) {
      throw new Refused(Reason.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private String available() {
    return plugins().list(PluginKind.CONNECTORS).stream()
        .map(Plugin::className)
        .collect(Collectors.joining(", "));
  }

  public void target(String name, TargetState target) {
    if (find(name).isEmpty()) {
      throw new Refused(Reason.NOT_FOUND, "Unknown connector " + name);
    }
    facility.log().target(name, target);
    host(name).changed();
  }

  public void delete(String name) {
    get(name);
    facility.log().delete(name);
    known.remove(name);
    host(name).changed();
  }

  /// Starts the connector's object again, and its tasks if asked to; those that failed, or all.
  public void restart(String name, boolean includeTasks, boolean onlyFailed) {
    ConnectorEntry entry =
        find(name).orElseThrow(() -> new Refused(Reason.NOT_FOUND, "Unknown connector: " + name));
    boolean connector = !onlyFailed || isFailed(statuses().connector(name));
    List<Integer> tasks = new ArrayList<>();
    for (int i = 0; includeTasks && i < entry.tasks().size(); i++) {
      if (!onlyFailed || isFailed(statuses().task(name, i))) {
        tasks.add(i);
      }
    }
    if (includeTasks && connector) {
      statuses()
          .putConnector(
              name,
              State.RESTARTING,
              null,
              statuses().connector(name).map(Status::version).orElse(null));
    }
    tasks.forEach(
        task ->
            statuses()
                .putTask(
                    name,
                    task,
                    State.RESTARTING,
                    null,
                    statuses().task(name, task).map(Status::version).orElse(null)));
    host(name).restart(connector, tasks);
  }

  private static boolean isFailed(Optional<Status> status) {
    return status.filter(one -> one.state() == State.FAILED).isPresent();
  }

  public void restartTask(String name, int task) {
    ConnectorEntry entry =
        find(name).orElseThrow(() -> new Refused(Reason.NOT_FOUND, "Unknown connector: " + name));
    if (task < 0 || task >= entry.tasks().size()) {
      throw new Refused(Reason.NOT_FOUND, "Unknown task: " + name + "-" + task);
    }
    host(name).restart(false, List.of(task));
  }

  /// How often the connector (task null) or one of its tasks failed lately.
  public int failures(String name, @Nullable Integer task) {
    HostedConnector connector = hosted.get(name);
    return connector == null ? 0 : connector.failures(task);
  }

  HostedConnector host(String name) {
    return hosted.computeIfAbsent(name, key -> new HostedConnector(key, facility));
  }

  Facility facility() {
    return facility;
  }
}
