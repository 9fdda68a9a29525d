package dev.daybook.connect;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a Connect worker is set up. Begin with [#of] and change what differs.
///
/// @param bootstrapServers the log, as Kafka clients reach it
/// @param pluginPath directories whose sub-directories and jars are plug-ins (`plugin.path`)
/// @param configDirectory JSON files `{"name", "config"}` to run beside what REST brings (`connect.config.dir`)
/// @param topics the names of the worker's three topics
/// @param workerSettings converters (`key.converter`, `value.converter.schemas.enable`, …) and `config.providers…`
/// @param clientSettings added to every Kafka client of the worker, such as its own security settings
/// @param converterExtras settings that every converter gets unless told otherwise, such as `schema.registry.url`
/// @param offsetFlushInterval how often source offsets are written and sink offsets committed
/// @param stopPatience how long tasks may take to stop before they are cut off
/// @param advertisedHost with the port, this worker's `worker_id`
/// @param advertisedPort the port of the REST API as others reach it
public record ConnectConfig(
    String bootstrapServers,
    List<Path> pluginPath,
    Optional<Path> configDirectory,
    Topics topics,
    Map<String, String> workerSettings,
    Map<String, String> clientSettings,
    Map<String, String> converterExtras,
    Duration offsetFlushInterval,
    Duration stopPatience,
    String advertisedHost,
    int advertisedPort) {

  /// The worker's own topics.
  public record Topics(String config, String offset, String status) {
    public static final Topics DEFAULT =
        new Topics("connect-configs", "connect-offsets", "connect-status");
  }

  public ConnectConfig {
    pluginPath = List.copyOf(pluginPath);
    workerSettings = Map.copyOf(workerSettings);
    clientSettings = Map.copyOf(clientSettings);
    converterExtras = Map.copyOf(converterExtras);
    if (offsetFlushInterval.isNegative() || offsetFlushInterval.isZero()) {
      throw new IllegalArgumentException(
          "offset.flush.interval.ms must be more than 0, not " + offsetFlushInterval.toMillis());
    }
  }

  /// A worker with Kafka Connect's defaults, but a flush every 5 seconds: offsets are cheap here, and repeats after a
  /// crash are not.
  public static ConnectConfig of(String bootstrapServers) {
    return new ConnectConfig(
        bootstrapServers,
        List.of(),
        Optional.empty(),
        Topics.DEFAULT,
        Map.of(),
        Map.of(),
        Map.of(),
        Duration.ofSeconds(5),
        Duration.ofMillis(3_500),
        "127.0.0.1",
        8083);
  }

  public String workerId() {
    return advertisedHost + ":" + advertisedPort;
  }

  public ConnectConfig withPluginPath(List<Path> directories) {
    return new ConnectConfig(
        bootstrapServers,
        directories,
        configDirectory,
        topics,
        workerSettings,
        clientSettings,
        converterExtras,
        offsetFlushInterval,
        stopPatience,
        advertisedHost,
        advertisedPort);
  }

  public ConnectConfig withConfigDirectory(Path directory) {
    return new ConnectConfig(
        bootstrapServers,
        pluginPath,
        Optional.of(directory),
        topics,
        workerSettings,
        clientSettings,
        converterExtras,
        offsetFlushInterval,
        stopPatience,
        advertisedHost,
        advertisedPort);
  }

  public ConnectConfig withTopics(Topics names) {
    return new ConnectConfig(
        bootstrapServers,
        pluginPath,
        configDirectory,
        names,
        workerSettings,
        clientSettings,
        converterExtras,
        offsetFlushInterval,
        stopPatience,
        advertisedHost,
        advertisedPort);
  }

  public ConnectConfig withWorkerSettings(Map<String, String> settings) {
    return new ConnectConfig(
        bootstrapServers,
        pluginPath,
        configDirectory,
        topics,
        settings,
        clientSettings,
        converterExtras,
        offsetFlushInterval,
        stopPatience,
        advertisedHost,
        advertisedPort);
  }

  public ConnectConfig withClientSettings(Map<String, String> settings) {
    return new ConnectConfig(
        bootstrapServers,
        pluginPath,
        configDirectory,
        topics,
        workerSettings,
        settings,
        converterExtras,
        offsetFlushInterval,
        stopPatience,
        advertisedHost,
        advertisedPort);
  }

  public ConnectConfig withConverterExtras(Map<String, String> extras) {
    return new ConnectConfig(
        bootstrapServers,
        pluginPath,
        configDirectory,
        topics,
        workerSettings,
        clientSettings,
        extras,
        offsetFlushInterval,
        stopPatience,
        advertisedHost,
        advertisedPort);
  }

  public ConnectConfig withOffsetFlushInterval(Duration interval) {
    return new ConnectConfig(
        bootstrapServers,
        pluginPath,
        configDirectory,
        topics,
        workerSettings,
        clientSettings,
        converterExtras,
        interval,
        stopPatience,
        advertisedHost,
        advertisedPort);
  }

  public ConnectConfig withAdvertised(String host, int port) {
    return new ConnectConfig(
        bootstrapServers,
        pluginPath,
        configDirectory,
        topics,
        workerSettings,
        clientSettings,
        converterExtras,
        offsetFlushInterval,
        stopPatience,
        host,
        port);
  }
}
