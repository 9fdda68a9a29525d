package dev.daybook.connect.config;

import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginClassLoader;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.plugin.Plugins;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/// Whether the classes a configuration names may be loaded. A class name in a configuration is code somebody asks us
/// to run, so it must be a plug-in we discovered, the setting's own default, or a class from the connector's own house:
/// its plug-in directory, or on the class path its own packages.
final class ClassKeys {

  private static final int HOUSE_SEGMENTS = 2;

  private final Plugin connector;
  private final Plugins plugins;

  ClassKeys(Plugin connector, Plugins plugins) {
    this.connector = connector;
    this.plugins = plugins;
  }

  /// Errors by key, in the connector's own definition, for values of type CLASS (or lists of classes with a class default).
  Map<String, String> refused(ConfigDef connectorDef, Map<String, String> config) {
    Map<String, String> refused = new TreeMap<>();
    for (ConfigKey key : connectorDef.configKeys().values()) {
      String value = config.get(key.name);
      if (key.type == ConfigDef.Type.CLASS
          && value != null
          && !value.isBlank()
          && !isAllowed(key, value.trim())) {
        refused.put(
            key.name,
            "Class "
                + value.trim()
                + " may not be loaded by "
                + key.name
                + ": it is neither a discovered plug-in nor one of this connector's own classes; put its jar into the"
                + " connector's plug-in directory");
      }
    }
    return refused;
  }

  private boolean isAllowed(ConfigKey key, String className) {
    boolean isDefault =
        key.defaultValue instanceof Class<?> type
            ? type.getName().equals(className)
            : className.equals(key.defaultValue);
    return isDefault || isPlugin(className) || isOfTheHouse(className);
  }

  private boolean isPlugin(String className) {
    return Arrays.stream(PluginKind.values())
        .anyMatch(kind -> plugins.find(kind, className, connector.loader()).isPresent());
  }

  private boolean isOfTheHouse(String className) {
    if (!house(className).equals(house(connector.className())) && !isIsolated(className)) {
      return false;
    }
    return load(className).isPresent();
  }

  private boolean isIsolated(String className) {
    return connector.loader() instanceof PluginClassLoader
        && load(className)
            .filter(type -> connector.loader().equals(type.getClassLoader()))
            .isPresent();
  }

  /// Loads without running any of the class's code.
  private Optional<Class<?>> load(String className) {
    try {
      return Optional.of(Class.forName(className, false, connector.loader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }

  private static List<String> house(String className) {
    List<String> segments = List.of(className.split("\\."));
    return segments.size() <= HOUSE_SEGMENTS ? segments : segments.subList(0, HOUSE_SEGMENTS);
  }
}
