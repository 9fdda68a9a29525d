package dev.daybook.connect.config;

import static dev.daybook.connect.config.ConnectorKeys.*;

import dev.daybook.connect.plugin.LoaderSwap;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.plugin.Plugins;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/// The runtime's settings for one connector's configuration: the common ones, and for each transformation and predicate
/// it lists, that plug-in's own settings under the alias's prefix.
///
/// @param def the settings
/// @param pluginKeys which keys name a plug-in, and of which kind
public record ConnectorDef(ConfigDef def, Map<String, PluginKind> pluginKeys) {

  /// The common settings alone.
  public static ConnectorDef base(PluginKind connectorKind) {
    ConfigDef def =
        connectorKind == PluginKind.SINK ? ConnectorDefs.sink() : ConnectorDefs.source();
    Map<String, PluginKind> pluginKeys = new LinkedHashMap<>();
    pluginKeys.put(CONNECTOR_CLASS, connectorKind);
    pluginKeys.put(KEY_CONVERTER, PluginKind.CONVERTER);
    pluginKeys.put(VALUE_CONVERTER, PluginKind.CONVERTER);
    pluginKeys.put(HEADER_CONVERTER, PluginKind.HEADER_CONVERTER);
    return new ConnectorDef(def, pluginKeys);
  }

  public static ConnectorDef of(Plugin connector, Map<String, String> config, Plugins plugins) {
    ConnectorDef base = base(connector.kind());
    Map<String, PluginKind> pluginKeys = new LinkedHashMap<>(base.pluginKeys);
    for (String alias : aliases(config, TRANSFORMS)) {
      String prefix = TRANSFORMS + "." + alias + ".";
      pluginKeys.put(prefix + "type", PluginKind.TRANSFORMATION);
      define(
          base.def,
          prefix,
          "Transforms: " + alias,
          "transformation",
          transformDef(config, prefix, connector, plugins));
    }
    for (String alias : aliases(config, PREDICATES)) {
      String prefix = PREDICATES + "." + alias + ".";
      pluginKeys.put(prefix + "type", PluginKind.PREDICATE);
      define(
          base.def,
          prefix,
          "Predicates: " + alias,
          "predicate",
          predicateDef(config, prefix, connector, plugins));
    }
    return new ConnectorDef(base.def, pluginKeys);
  }

  private static void define(
      ConfigDef def, String prefix, String group, String what, ConfigDef own) {
    def.define(
        prefix + "type",
        ConfigDef.Type.STRING,
        ConfigDef.NO_DEFAULT_VALUE,
        Importance.HIGH,
        "Class of this " + what + ".",
        group,
        0,
        Width.LONG,
        "Type of this " + what);
    def.embed(prefix, group, 1, own);
  }

  private static ConfigDef transformDef(
      Map<String, String> config, String prefix, Plugin connector, Plugins plugins) {
    ConfigDef own =
        plugin(config, prefix, PluginKind.TRANSFORMATION, connector, plugins)
            .map(
                plugin ->
                    LoaderSwap.call(
                        plugin.loader(), () -> plugin.create(Transformation.class).config()))
            .orElseGet(ConfigDef::new);
    ConfigDef def = new ConfigDef(own);
    if (!def.names().contains("predicate")) {
      def.define(
          "predicate",
          ConfigDef.Type.STRING,
          null,
          Importance.MEDIUM,
          "Alias of a predicate: the transformation is applied only to records it holds for.");
    }
    if (!def.names().contains("negate")) {
      def.define(
          "negate",
          ConfigDef.Type.BOOLEAN,
          false,
          Importance.MEDIUM,
          "Apply where the predicate does not hold.");
    }
    return def;
  }

  private static ConfigDef predicateDef(
      Map<String, String> config, String prefix, Plugin connector, Plugins plugins) {
    return plugin(config, prefix, PluginKind.PREDICATE, connector, plugins)
        .map(
            plugin ->
                LoaderSwap.call(plugin.loader(), () -> plugin.create(Predicate.class).config()))
        .orElseGet(ConfigDef::new);
  }

  /// The plug-in under `prefix`, or nothing: whoever validates tells that it is unknown or ambiguous.
  private static Optional<Plugin> plugin(
      Map<String, String> config,
      String prefix,
      PluginKind kind,
      Plugin connector,
      Plugins plugins) {
    String type = config.get(prefix + "type");
    try {
      return type == null ? Optional.empty() : plugins.find(kind, type, connector.loader());
    } catch (ConnectException e) {
      return Optional.empty();
    }
  }

  /// The aliases in a list such as `transforms`, each once.
  public static List<String> aliases(Map<String, String> config, String key) {
    String list = config.get(key);
    return list == null
        ? List.of()
        : Stream.of(list.split(",", -1))
            .map(String::trim)
            .filter(alias -> !alias.isEmpty())
            .distinct()
            .toList();
  }
}
