package dev.daybook.connect.worker;

import static dev.daybook.connect.config.ConnectorKeys.HEADER_CONVERTER;
import static dev.daybook.connect.config.ConnectorKeys.KEY_CONVERTER;
import static dev.daybook.connect.config.ConnectorKeys.VALUE_CONVERTER;

import dev.daybook.connect.plugin.LoaderSwap;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.plugin.Plugins;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.ConverterConfig;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The three converters of one task, each called with its own plug-in's loader. A connector that names a converter
/// configures it itself (`value.converter.…`); else the worker's own settings apply, and either way the worker's extra
/// defaults stand beneath.
record Converters(Converter key, Converter value, HeaderConverter header) implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Converters.class);

  static Converters of(
      Plugin connector, Map<String, String> config, ConverterDefaults defaults, Plugins plugins) {
    return new Converters(
        converter(KEY_CONVERTER, true, connector, config, defaults, plugins),
        converter(VALUE_CONVERTER, false, connector, config, defaults, plugins),
        headerConverter(connector, config, defaults, plugins));
  }

  private static Converter converter(
      String key,
      boolean isKey,
      Plugin connector,
      Map<String, String> config,
      ConverterDefaults defaults,
      Plugins plugins) {
    Plugin plugin = find(key, PluginKind.CONVERTER, connector, config, defaults, plugins);
    Map<String, Object> settings = new HashMap<>(defaults.settings(key, config));
    settings.put(ConverterConfig.TYPE_CONFIG, isKey ? "key" : "value");
    Converter converter = plugin.create(Converter.class);
    LoaderSwap.run(plugin.loader(), () -> converter.configure(settings, isKey));
    return converter;
  }

  private static HeaderConverter headerConverter(
      Plugin connector, Map<String, String> config, ConverterDefaults defaults, Plugins plugins) {
    Plugin plugin =
        find(HEADER_CONVERTER, PluginKind.HEADER_CONVERTER, connector, config, defaults, plugins);
    Map<String, Object> settings = new HashMap<>(defaults.settings(HEADER_CONVERTER, config));
    settings.put(ConverterConfig.TYPE_CONFIG, "header");
    HeaderConverter converter = plugin.create(HeaderConverter.class);
    LoaderSwap.run(plugin.loader(), () -> converter.configure(settings));
    return converter;
  }

  private static Plugin find(
      String key,
      PluginKind kind,
      Plugin connector,
      Map<String, String> config,
      ConverterDefaults defaults,
      Plugins plugins) {
    String name = defaults.className(key, config);
    return plugins
        .find(kind, name, connector.loader())
        .orElseThrow(
            () ->
                new ConnectException(
                    key + "=" + name + ": no such " + kind.label() + " is installed"));
  }

  @Override
  public void close() {
    close(key);
    close(value);
    close(header);
  }

  private static void close(Closeable converter) {
    try (LoaderSwap _ = LoaderSwap.to(converter.getClass().getClassLoader())) {
      converter.close();
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} could not be closed: {}", converter.getClass().getName(), e.toString());
    }
  }
}
