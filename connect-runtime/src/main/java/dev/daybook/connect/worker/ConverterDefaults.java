package dev.daybook.connect.worker;

import java.util.HashMap;
import java.util.Map;

/// The worker's converters (`key.converter`, `key.converter.schemas.enable`, …) and extra settings that every converter
/// gets unless it is told otherwise, such as `schema.registry.url`.
public record ConverterDefaults(Map<String, String> worker, Map<String, String> extras) {

  public ConverterDefaults {
    worker = Map.copyOf(worker);
    extras = Map.copyOf(extras);
  }

  String className(String key, Map<String, String> config) {
    String own = config.get(key);
    return own != null && !own.isBlank() ? own.trim() : worker.getOrDefault(key, fallback(key));
  }

  private static String fallback(String key) {
    return key.startsWith("header.")
        ? "org.apache.kafka.connect.storage.SimpleHeaderConverter"
        : "org.apache.kafka.connect.json.JsonConverter";
  }

  /// A connector's settings for a converter count only if it names the converter, as in Kafka Connect.
  Map<String, String> settings(String key, Map<String, String> config) {
    Map<String, String> settings = new HashMap<>(extras);
    Map<String, String> source = config.containsKey(key) ? config : worker;
    String prefix = key + ".";
    source.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            settings.put(name.substring(prefix.length()), value);
          }
        });
    return settings;
  }
}
