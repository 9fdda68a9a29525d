package dev.daybook.registry;

import java.time.Duration;
import java.util.Map;

/// How a registry is set up. `incompatibleErrorCode` is the `error_code` of a refused schema: 40901, as Confluent
/// answers since 8.2, or 409 for clients that know the older answer. `kafkaSettings` go to every Kafka client as they
/// are (security, say).
public record SchemaRegistryConfig(
    String bootstrapServers,
    String topic,
    Limits limits,
    int incompatibleErrorCode,
    Duration writeTimeout,
    Map<String, String> kafkaSettings) {

  public static final String DEFAULT_TOPIC = "_schemas";

  public SchemaRegistryConfig {
    kafkaSettings = Map.copyOf(kafkaSettings);
    if (incompatibleErrorCode != 40901 && incompatibleErrorCode != 409) {
      throw new IllegalArgumentException(
          "The error code of an incompatible schema is 40901 or 409, not "
              + incompatibleErrorCode
              + ".");
    }
  }

  public static SchemaRegistryConfig of(String bootstrapServers) {
    return new SchemaRegistryConfig(
        bootstrapServers,
        DEFAULT_TOPIC,
        Limits.defaults(),
        40901,
        Duration.ofSeconds(15),
        Map.of());
  }
}
