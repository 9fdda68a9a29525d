package dev.daybook.connect.rest;

import static dev.daybook.connect.config.ConnectorKeys.CONNECTOR_CLASS;

import dev.daybook.connect.config.ConnectorDef;
import dev.daybook.connect.control.Connectors;
import dev.daybook.connect.control.Refused;
import dev.daybook.connect.control.Refused.Reason;
import dev.daybook.connect.plugin.LoaderSwap;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.plugin.Plugins;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/// The answers under `/connector-plugins`. Each runs on a virtual thread.
final class PluginRoutes {

  private static final List<PluginKind> SHOWN =
      List.copyOf(EnumSet.complementOf(EnumSet.of(PluginKind.CONFIG_PROVIDER)));

  private final Connectors connectors;

  /// The answers by "connectors only": plug-ins do not change, and telling their versions means making one of each.
  private final Map<Boolean, List<Map<String, Object>>> lists = new ConcurrentHashMap<>();

  PluginRoutes(Connectors connectors) {
    this.connectors = connectors;
  }

  Answer list(Request request) {
    boolean connectorsOnly = request.flag("connectorsOnly", true);
    return Answer.ok(
        lists.computeIfAbsent(connectorsOnly, only -> list(only ? PluginKind.CONNECTORS : SHOWN)));
  }

  private List<Map<String, Object>> list(List<PluginKind> kinds) {
    return connectors.plugins().list(kinds).stream().map(PluginJson::plugin).distinct().toList();
  }

  Answer settings(Request request) {
    String name = request.path().getOrDefault("plugin", "");
    Plugin plugin =
        find(name).orElseThrow(() -> new Refused(Reason.NOT_FOUND, "Unknown plugin " + name + "."));
    List<Map<String, Object>> settings =
        new ArrayList<>(PluginJson.settings(own(plugin), Map.of()));
    if (PluginKind.CONNECTORS.contains(plugin.kind())) {
      ConnectorDef base = ConnectorDef.base(plugin.kind());
      settings.addAll(PluginJson.settings(base.def(), base.pluginKeys()));
    }
    return Answer.ok(settings);
  }

  private Optional<Plugin> find(String name) {
    Plugins plugins = connectors.plugins();
    return SHOWN.stream()
        .flatMap(kind -> plugins.find(kind, name, getClass().getClassLoader()).stream())
        .findFirst();
  }

  private static ConfigDef own(Plugin plugin) {
    ConfigDef def =
        LoaderSwap.call(
            plugin.loader(),
            () ->
                switch (plugin.kind()) {
                  case SOURCE, SINK -> plugin.create(Connector.class).config();
                  case TRANSFORMATION -> plugin.create(Transformation.class).config();
                  case PREDICATE -> plugin.create(Predicate.class).config();
                  case CONVERTER -> plugin.create(Converter.class).config();
                  case HEADER_CONVERTER -> plugin.create(HeaderConverter.class).config();
                  case CONFIG_PROVIDER -> new ConfigDef();
                });
    return def == null ? new ConfigDef() : def;
  }

  Answer validate(Request request) {
    String name = request.path().getOrDefault("plugin", "");
    Map<String, String> config = Request.settings(request.object());
    String included = config.putIfAbsent(CONNECTOR_CLASS, name);
    if (included != null && !isSame(included, name)) {
      throw new Refused(
          Reason.BAD_REQUEST,
          "Included connector type " + included + " does not match request type " + name);
    }
    return Answer.ok(PluginJson.validation(connectors.check(config)));
  }

  private boolean isSame(String one, String other) {
    Plugins plugins = connectors.plugins();
    Optional<String> first = plugins.connector(one).map(Plugin::className);
    return one.equals(other)
        || (first.isPresent() && first.equals(plugins.connector(other).map(Plugin::className)));
  }
}
