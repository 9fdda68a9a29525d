package dev.daybook.connect.config;

import static dev.daybook.connect.config.ConnectorKeys.*;

import dev.daybook.connect.plugin.LoaderSwap;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.plugin.Plugins;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Collects the settings that definitions declare as PASSWORD: the connector's, its transformations', predicates' and
/// converters'. A plug-in that cannot be asked leaves the decision to the names of its settings.
public final class SecretKeys {

  private static final Logger LOG = LoggerFactory.getLogger(SecretKeys.class);

  private interface Definition {
    ConfigDef get();
  }

  private SecretKeys() {}

  public static Secrets of(Plugin connector, Map<String, String> config, Plugins plugins) {
    Set<String> keys = new HashSet<>();
    collect(keys, "", connector, () -> connector.create(Connector.class).config());
    collect(keys, "", connector, () -> ConnectorDef.of(connector, config, plugins).def());
    converter(keys, KEY_CONVERTER, PluginKind.CONVERTER, connector, config, plugins);
    converter(keys, VALUE_CONVERTER, PluginKind.CONVERTER, connector, config, plugins);
    converter(keys, HEADER_CONVERTER, PluginKind.HEADER_CONVERTER, connector, config, plugins);
    return new Secrets(keys);
  }

  private static void converter(
      Set<String> keys,
      String key,
      PluginKind kind,
      Plugin connector,
      Map<String, String> config,
      Plugins plugins) {
    String name = config.get(key);
    if (name == null) {
      return;
    }
    try {
      plugins
          .find(kind, name, connector.loader())
          .ifPresent(
              plugin ->
                  collect(
                      keys,
                      key + ".",
                      plugin,
                      () ->
                          kind == PluginKind.CONVERTER
                              ? plugin.create(Converter.class).config()
                              : plugin.create(HeaderConverter.class).config()));
    } catch (RuntimeException e) {
      LOG.debug("{} names no single converter: {}", key, e.toString());
    }
  }

  private static void collect(
      Set<String> keys, String prefix, Plugin plugin, Definition definition) {
    try {
      ConfigDef def = LoaderSwap.call(plugin.loader(), definition::get);
      if (def != null) {
        def.configKeys().values().stream()
            .filter(key -> key.type == ConfigDef.Type.PASSWORD)
            .forEach(key -> keys.add(prefix + key.name));
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("{} cannot tell its settings: {}", plugin.className(), e.toString());
    }
  }
}
