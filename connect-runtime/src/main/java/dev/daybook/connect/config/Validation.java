package dev.daybook.connect.config;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/// The outcome of checking a configuration, setting by setting.
///
/// @param connector the name or alias under which the connector was asked for
/// @param groups the groups of settings, in order
/// @param settings every known setting, and every unknown one that is in error
public record Validation(String connector, List<String> groups, List<Setting> settings) {

  /// One setting: its definition (none for an unknown key), how its type is called, and its value with errors. The value
  /// is text already masked.
  public record Setting(@Nullable ConfigKey key, String type, ConfigValue value) {}

  public Validation {
    groups = List.copyOf(groups);
    settings = List.copyOf(settings);
  }

  public List<String> errors() {
    return settings.stream().flatMap(setting -> setting.value().errorMessages().stream()).toList();
  }

  public int errorCount() {
    return errors().size();
  }
}
