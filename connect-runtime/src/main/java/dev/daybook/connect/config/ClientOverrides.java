package dev.daybook.connect.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Settings of a connector's own Kafka clients (`producer.override.`, `consumer.override.`, `admin.override.`). Only keys
/// that tune are allowed: those that name servers, files or classes would let a configuration reach where its author may not.
public final class ClientOverrides {

  public static final String PRODUCER = "producer.override.";
  public static final String CONSUMER = "consumer.override.";
  public static final String ADMIN = "admin.override.";

  private static final Set<String> COMMON =
      Set.of(
          "client.id",
          "client.dns.lookup",
          "request.timeout.ms",
          "default.api.timeout.ms",
          "retries",
          "retry.backoff.ms",
          "retry.backoff.max.ms",
          "reconnect.backoff.ms",
          "reconnect.backoff.max.ms",
          "connections.max.idle.ms",
          "metadata.max.age.ms",
          "send.buffer.bytes",
          "receive.buffer.bytes",
          "security.protocol",
          "sasl.mechanism",
          "sasl.jaas.config");

  private static final Map<String, Set<String>> OWN =
      Map.of(
          PRODUCER,
          Set.of(
              "batch.size",
              "linger.ms",
              "buffer.memory",
              "compression.type",
              "compression.gzip.level",
              "compression.lz4.level",
              "compression.zstd.level",
              "max.request.size",
              "max.block.ms",
              "delivery.timeout.ms",
              "partitioner.ignore.keys"),
          CONSUMER,
          Set.of(
              "auto.offset.reset",
              "check.crcs",
              "fetch.max.bytes",
              "fetch.max.wait.ms",
              "fetch.min.bytes",
              "group.instance.id",
              "heartbeat.interval.ms",
              "isolation.level",
              "max.partition.fetch.bytes",
              "max.poll.interval.ms",
              "max.poll.records",
              "session.timeout.ms",
              "client.rack"),
          ADMIN,
          Set.of());

  private ClientOverrides() {}

  /// Errors by key for overrides that are not on the list.
  static Map<String, String> refused(Map<String, String> config) {
    Map<String, String> refused = new TreeMap<>();
    config
        .keySet()
        .forEach(
            key ->
                prefixOf(key).stream()
                    .filter(prefix -> !isAllowed(prefix, key.substring(prefix.length())))
                    .forEach(prefix -> refused.put(key, message(prefix, key))));
    return refused;
  }

  private static String message(String prefix, String key) {
    String allowed =
        OWN.getOrDefault(prefix, Set.of()).stream().sorted().collect(Collectors.joining(", "));
    return key
        + " may not be overridden by a connector. Allowed under "
        + prefix
        + " are: "
        + allowed
        + ", "
        + COMMON.stream().sorted().collect(Collectors.joining(", "));
  }

  private static boolean isAllowed(String prefix, String key) {
    return COMMON.contains(key) || OWN.getOrDefault(prefix, Set.of()).contains(key);
  }

  private static List<String> prefixOf(String key) {
    return OWN.keySet().stream().filter(key::startsWith).toList();
  }

  /// The overrides under `prefix`, without it.
  public static Map<String, String> under(String prefix, Map<String, String> config) {
    Map<String, String> found = new TreeMap<>();
    config.forEach(
        (key, value) -> {
          if (key.startsWith(prefix) && isAllowed(prefix, key.substring(prefix.length()))) {
            found.put(key.substring(prefix.length()), value);
          }
        });
    return found;
  }
}
