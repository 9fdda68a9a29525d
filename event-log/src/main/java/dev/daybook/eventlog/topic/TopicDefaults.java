package dev.daybook.eventlog.topic;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What holds for topics that say nothing themselves: what this server was started with, under Kafka's names for servers
/// (`log.retention.ms` is the default of `retention.ms`). Not in the catalogue: the next start may have others.
///
/// @param values by the topic setting's own name
public record TopicDefaults(Map<String, String> values) {
  public static final TopicDefaults NONE = new TopicDefaults(Map.of());

  public TopicDefaults {
    values = Map.copyOf(values);
  }

  /// Those among a server's settings that are defaults of topics.
  ///
  /// @throws IllegalArgumentException when a value is not legal, with a sentence that says which and why
  public static TopicDefaults of(Map<String, String> serverSettings) {
    Map<String, String> values = new TreeMap<>();
    for (TopicSettings.Setting setting : TopicSettings.all()) {
      String value = setting.serverName().map(serverSettings::get).orElse(null);
      if (value != null) {
        setting
            .fault(value)
            .ifPresent(
                fault -> {
                  throw new IllegalArgumentException(
                      setting.serverName().orElseThrow() + "=" + value + ": " + fault);
                });
        values.put(setting.name(), value.trim());
      }
    }
    return new TopicDefaults(values);
  }

  /// The default of a topic's setting, if the server sets one.
  public Optional<String> value(String setting) {
    return Optional.ofNullable(values.get(setting));
  }
}
