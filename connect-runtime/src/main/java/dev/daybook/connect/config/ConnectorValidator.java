package dev.daybook.connect.config;

import static dev.daybook.connect.config.ConnectorKeys.*;

import dev.daybook.connect.plugin.LoaderSwap;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.plugin.Plugins;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/// Checks a configuration from the outside in: the settings the runtime knows, then what is dangerous, and only if no
/// class is named that may not be loaded, the connector's own `validate`, which runs foreign code and may open
/// connections. Stateless; called on virtual threads.
public final class ConnectorValidator {

  private final Plugins plugins;
  private final References references;

  public ConnectorValidator(Plugins plugins, References references) {
    this.plugins = plugins;
    this.references = references;
  }

  public Validation validate(Plugin connector, Map<String, String> config) {
    ConnectorDef own = ConnectorDef.of(connector, config, plugins);
    Secrets secrets = SecretKeys.of(connector, config, plugins);
    Map<String, String> resolved = new HashMap<>();
    Map<String, List<String>> errors = new LinkedHashMap<>();
    try {
      resolved.putAll(references.resolve(config));
    } catch (RuntimeException e) {
      resolved.putAll(config);
      add(errors, NAME, "A reference in this configuration cannot be resolved: " + e.getMessage());
    }
    Map<String, ConfigValue> values = new LinkedHashMap<>(own.def().validateAll(resolved));
    checkPlugins(own, connector, resolved, errors);
    checkMasks(config, errors);
    addAll(errors, UnsafeKeys.refused(resolved));
    addAll(errors, ClientOverrides.refused(resolved));
    addAll(errors, Rules.broken(connector.kind(), resolved));
    ConfigDef theirs = theirDef(connector);
    for (ConfigValue value : theirValues(connector, theirs, resolved, errors).configValues()) {
      merge(values, value);
    }
    errors.forEach(
        (key, messages) -> {
          ConfigValue value =
              values.computeIfAbsent(
                  key,
                  name ->
                      new ConfigValue(
                          name, resolved.get(name), new ArrayList<>(), new ArrayList<>()));
          messages.forEach(value::addErrorMessage);
        });
    return new Report(own, theirs, config, resolved, secrets, plugins)
        .of(connectorName(config), values);
  }

  private static String connectorName(Map<String, String> config) {
    return config.getOrDefault(CONNECTOR_CLASS, "");
  }

  private static void merge(Map<String, ConfigValue> values, ConfigValue value) {
    ConfigValue known = values.putIfAbsent(value.name(), value);
    if (known != null) {
      value.errorMessages().stream()
          .filter(error -> !known.errorMessages().contains(error))
          .forEach(known::addErrorMessage);
    }
  }

  private void checkPlugins(
      ConnectorDef own,
      Plugin connector,
      Map<String, String> config,
      Map<String, List<String>> errors) {
    own.pluginKeys()
        .forEach(
            (key, kind) -> {
              String name = config.get(key);
              if (name == null || name.isBlank() || key.equals(CONNECTOR_CLASS)) {
                return;
              }
              try {
                if (plugins.find(kind, name, connector.loader()).isEmpty()) {
                  add(
                      errors,
                      key,
                      "No "
                          + kind.label()
                          + " named "
                          + name
                          + " is installed; GET"
                          + " /connector-plugins?connectorsOnly=false lists what is");
                }
              } catch (ConnectException e) {
                add(errors, key, String.valueOf(e.getMessage()));
              }
            });
  }

  private static void checkMasks(Map<String, String> config, Map<String, List<String>> errors) {
    config.forEach(
        (key, value) -> {
          if (Secrets.isMasked(value)) {
            add(
                errors,
                key,
                key
                    + " holds the mask "
                    + Secrets.MASK
                    + " that stands for a secret, but no secret is stored"
                    + " for this value; give the secret itself");
          }
        });
  }

  private static ConfigDef theirDef(Plugin connector) {
    return LoaderSwap.call(
        connector.loader(),
        () -> {
          ConfigDef def = connector.create(Connector.class).config();
          if (def == null) {
            throw new ConnectException(
                connector.className() + ".config() answers null instead of a definition");
          }
          return def;
        });
  }

  /// The connector's own opinion, asked without the classes that may not be loaded.
  private Config theirValues(
      Plugin connector,
      ConfigDef theirs,
      Map<String, String> config,
      Map<String, List<String>> errors) {
    Map<String, String> refused = new ClassKeys(connector, plugins).refused(theirs, config);
    addAll(errors, refused);
    if (!refused.isEmpty() || !UnsafeKeys.refused(config).isEmpty()) {
      Map<String, String> rest = new HashMap<>(config);
      rest.keySet().removeAll(refused.keySet());
      Set<String> classKeys = new LinkedHashSet<>();
      theirs.configKeys().values().stream()
          .filter(key -> key.type == ConfigDef.Type.CLASS)
          .forEach(key -> classKeys.add(key.name));
      rest.keySet().removeAll(classKeys);
      return new Config(
          theirs.validate(rest).stream()
              .filter(value -> !classKeys.contains(value.name()))
              .toList());
    }
    return LoaderSwap.call(
        connector.loader(), () -> connector.create(Connector.class).validate(config));
  }

  private static void addAll(Map<String, List<String>> errors, Map<String, String> more) {
    more.forEach((key, message) -> add(errors, key, message));
  }

  private static void add(Map<String, List<String>> errors, String key, String message) {
    errors.computeIfAbsent(key, name -> new ArrayList<>()).add(message);
  }

  /// Turns values into the settings that may be shown.
  private record Report(
      ConnectorDef own,
      ConfigDef theirs,
      Map<String, String> raw,
      Map<String, String> resolved,
      Secrets secrets,
      Plugins plugins) {

    Validation of(String connector, Map<String, ConfigValue> values) {
      Redactor redactor = new Redactor(secrets.values(List.of(raw, resolved)));
      Set<String> groups = new LinkedHashSet<>(own.def().groups());
      groups.addAll(theirs.groups());
      List<Validation.Setting> settings =
          values.values().stream().map(value -> setting(value, redactor)).toList();
      return new Validation(connector, List.copyOf(groups), settings);
    }

    private Validation.Setting setting(ConfigValue value, Redactor redactor) {
      ConfigKey key = own.def().configKeys().get(value.name());
      if (key == null) {
        key = theirs.configKeys().get(value.name());
      }
      String type =
          own.pluginKeys().containsKey(value.name())
              ? "CLASS"
              : key == null ? "STRING" : key.type.name();
      ConfigValue shown =
          new ConfigValue(
              value.name(),
              shownValue(value, key, redactor),
              recommended(value, key),
              value.errorMessages().stream().map(redactor::redact).toList());
      shown.visible(value.visible());
      return new Validation.Setting(key, type, shown);
    }

    private @Nullable Object shownValue(
        ConfigValue value, @Nullable ConfigKey key, Redactor redactor) {
      String given = raw.get(value.name());
      boolean isReference = given != null && !given.equals(resolved.get(value.name()));
      String text = isReference ? given : key == null ? given : text(value.value(), key);
      String masked = secrets.mask(value.name(), text);
      return masked == null ? null : redactor.redact(masked);
    }

    /// Connectors may put values of any type into their answer.
    private static @Nullable String text(@Nullable Object value, ConfigKey key) {
      try {
        return value instanceof String text ? text : ConfigDef.convertToString(value, key.type);
      } catch (ClassCastException e) {
        return String.valueOf(value);
      }
    }

    private List<Object> recommended(ConfigValue value, @Nullable ConfigKey key) {
      PluginKind kind = own.pluginKeys().get(value.name());
      if (kind != null && !value.name().equals(CONNECTOR_CLASS)) {
        return List.copyOf(
            plugins.list(Set.of(kind)).stream().map(Plugin::className).distinct().toList());
      }
      return value.recommendedValues() == null || key == null
          ? List.of()
          : value.recommendedValues().stream().map(one -> (Object) text(one, key)).toList();
    }
  }
}
