package dev.daybook.connect.config;

import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.plugin.Plugins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;

/// References like `${file:/run/secrets/db.properties:password}` to values kept elsewhere. Off unless the worker's owner
/// names providers, and the stock ones must be confined: a reference reads files or variables of this process.
public final class References implements AutoCloseable {

  private static final Map<String, String> CONFINED_BY =
      Map.of(
          "org.apache.kafka.common.config.provider.FileConfigProvider", "allowed.paths",
          "org.apache.kafka.common.config.provider.DirectoryConfigProvider", "allowed.paths",
          "org.apache.kafka.common.config.provider.EnvVarConfigProvider", "allowlist.pattern");

  private final Map<String, ConfigProvider> providers;
  private final ConfigTransformer transformer;

  private References(Map<String, ConfigProvider> providers) {
    this.providers = providers;
    this.transformer = new ConfigTransformer(providers);
  }

  /// The providers that the worker's settings name: `config.providers=a,b`, `config.providers.a.class=…`,
  /// `config.providers.a.param.KEY=…`, as in Kafka.
  public static References configured(Map<String, String> worker, Plugins plugins) {
    Map<String, ConfigProvider> providers = new HashMap<>();
    for (String alias : ConnectorDef.aliases(worker, "config.providers")) {
      providers.put(alias, provider(alias, worker, plugins));
    }
    return new References(providers);
  }

  private static ConfigProvider provider(
      String alias, Map<String, String> worker, Plugins plugins) {
    String prefix = "config.providers." + alias + ".";
    String className = worker.get(prefix + "class");
    if (className == null) {
      throw new ConfigException(
          "config.providers names " + alias + ", but " + prefix + "class is not set");
    }
    Plugin plugin =
        plugins
            .find(PluginKind.CONFIG_PROVIDER, className, References.class.getClassLoader())
            .orElseThrow(
                () ->
                    new ConfigException(
                        prefix + "class", className, "No such config provider is installed"));
    Map<String, String> params = new HashMap<>();
    worker.forEach(
        (key, value) -> {
          if (key.startsWith(prefix + "param.")) {
            params.put(key.substring(prefix.length() + "param.".length()), value);
          }
        });
    String confinement = CONFINED_BY.get(plugin.className());
    if (confinement != null && !params.containsKey(confinement)) {
      throw new ConfigException(
          "Set "
              + prefix
              + "param."
              + confinement
              + ": without it "
              + plugin.className()
              + " would let every connector read whatever this process can read");
    }
    ConfigProvider provider = plugin.create(ConfigProvider.class);
    provider.configure(params);
    return provider;
  }

  /// The configuration with all references replaced by what they point to.
  public Map<String, String> resolve(Map<String, String> config) {
    return providers.isEmpty() ? config : new LinkedHashMap<>(transformer.transform(config).data());
  }

  /// Puts the references back into a task's configuration that a connector derived from its own resolved one, so that
  /// what is stored holds the reference and not the secret.
  public Map<String, String> restore(Map<String, String> config, Map<String, String> taskConfig) {
    Map<String, String> resolved = resolve(config);
    Map<String, String> restored = new LinkedHashMap<>(taskConfig);
    restored.replaceAll(
        (key, value) -> {
          String raw = config.get(key);
          return raw != null && value != null && value.equals(resolved.get(key)) ? raw : value;
        });
    return restored;
  }

  @Override
  public void close() {
    for (ConfigProvider provider : providers.values()) {
      try {
        provider.close();
      } catch (IOException e) {
        throw new UncheckedIOException(
            "Cannot close the config provider " + provider.getClass().getName(), e);
      }
    }
  }
}
