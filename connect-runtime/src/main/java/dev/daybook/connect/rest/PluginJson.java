package dev.daybook.connect.rest;

import dev.daybook.connect.config.Secrets;
import dev.daybook.connect.config.Validation;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.PluginKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/// Plug-ins, their settings and validations in the shapes of Kafka Connect.
final class PluginJson {

  private PluginJson() {}

  static Map<String, Object> plugin(Plugin plugin) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("class", plugin.className());
    fields.put("type", plugin.kind().label());
    String version = plugin.version();
    if (!version.equals(Plugin.UNDEFINED_VERSION)) {
      fields.put("version", version);
    }
    return fields;
  }

  static List<Map<String, Object>> settings(ConfigDef def, Map<String, PluginKind> pluginKeys) {
    List<Map<String, Object>> settings = new ArrayList<>();
    def.configKeys().values().stream()
        .filter(key -> !key.internalConfig)
        .forEach(
            key ->
                settings.add(
                    setting(key, pluginKeys.containsKey(key.name) ? "CLASS" : key.type.name())));
    return settings;
  }

  private static Map<String, Object> setting(ConfigKey key, String type) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", key.name);
    fields.put("type", type);
    fields.put("required", !key.hasDefault());
    fields.put("default_value", key.hasDefault() ? defaultValue(key) : null);
    fields.put("importance", key.importance.name());
    fields.put("documentation", key.documentation);
    fields.put("group", key.group);
    fields.put("order_in_group", key.orderInGroup);
    fields.put("width", key.width.name());
    fields.put("display_name", key.displayName);
    fields.put("dependents", key.dependents);
    return fields;
  }

  private static @Nullable String defaultValue(ConfigKey key) {
    String text = ConfigDef.convertToString(key.defaultValue, key.type);
    return key.type == ConfigDef.Type.PASSWORD && text != null && !text.isEmpty()
        ? Secrets.MASK
        : text;
  }

  static Map<String, Object> validation(Validation validation) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", validation.connector());
    fields.put("error_count", validation.errorCount());
    fields.put("groups", validation.groups());
    fields.put("configs", validation.settings().stream().map(PluginJson::one).toList());
    return fields;
  }

  private static Map<String, Object> one(Validation.Setting setting) {
    ConfigKey key = setting.key();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("definition", key == null ? null : setting(key, setting.type()));
    fields.put("value", value(setting.value()));
    return fields;
  }

  private static Map<String, Object> value(ConfigValue value) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", value.name());
    fields.put("value", value.value());
    fields.put(
        "recommended_values", Objects.requireNonNullElse(value.recommendedValues(), List.of()));
    fields.put("errors", value.errorMessages());
    fields.put("visible", value.visible());
    return fields;
  }
}
