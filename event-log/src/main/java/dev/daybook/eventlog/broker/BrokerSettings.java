package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.topic.TopicDefaults;
import dev.daybook.eventlog.topic.TopicSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The broker's settings as clients are shown them, under Kafka's names where Kafka has one.
final class BrokerSettings {
  private BrokerSettings() {}

  static List<ConfigEntry> of(BrokerConfig config, TopicDefaults topicDefaults) {
    List<ConfigEntry> all = new ArrayList<>(own(config));
    TopicSettings.all().stream()
        .filter(setting -> setting.serverName().isPresent())
        .forEach(setting -> all.add(ConfigEntry.ofBroker(setting, topicDefaults)));
    all.sort(Comparator.comparing(ConfigEntry::name));
    return all;
  }

  private static List<ConfigEntry> own(BrokerConfig config) {
    BrokerConfig defaults = BrokerConfig.loopback(config.clusterId());
    return List.of(
        ConfigEntry.ofBroker(
            "advertised.listeners",
            advertised(config),
            advertised(defaults),
            ConfigEntry.Type.STRING,
            "What clients are told to connect to."),
        ConfigEntry.ofBroker(
            "auto.create.topics.enable",
            config.autoCreateTopics(),
            defaults.autoCreateTopics(),
            ConfigEntry.Type.BOOLEAN,
            "Whether a topic that a client asks for is created."),
        ConfigEntry.ofBroker(
            "connections.max.idle.ms",
            config.connections().idleTimeout().toMillis(),
            defaults.connections().idleTimeout().toMillis(),
            ConfigEntry.Type.LONG,
            "How long a silent connection stays open."),
        ConfigEntry.ofBroker(
            "default.replication.factor",
            1,
            1,
            ConfigEntry.Type.INT,
            "There is one copy, forced to disk before it is acknowledged."),
        ConfigEntry.ofBroker(
            "fetch.max.bytes",
            config.fetchMaxBytes(),
            defaults.fetchMaxBytes(),
            ConfigEntry.Type.INT,
            "The most that a response to Fetch carries."),
        ConfigEntry.ofBroker(
            "listeners",
            "PLAINTEXT://" + config.host() + ":" + config.port(),
            "PLAINTEXT://" + defaults.host() + ":" + defaults.port(),
            ConfigEntry.Type.STRING,
            "Where the broker listens."),
        ConfigEntry.ofBroker(
            "max.connections",
            config.connections().max(),
            defaults.connections().max(),
            ConfigEntry.Type.INT,
            "Connections beyond these are closed at once."),
        ConfigEntry.ofBroker(
            "max.connections.per.ip",
            config.connections().maxPerAddress(),
            defaults.connections().maxPerAddress(),
            ConfigEntry.Type.INT,
            "Connections from one address beyond these are closed at once."),
        ConfigEntry.ofBroker(
            "node.id",
            config.nodeId(),
            defaults.nodeId(),
            ConfigEntry.Type.INT,
            "The broker's number."),
        ConfigEntry.ofBroker(
            "num.network.threads",
            config.eventLoops(),
            defaults.eventLoops(),
            ConfigEntry.Type.INT,
            "How many threads serve connections."),
        ConfigEntry.ofBroker(
            "num.partitions",
            config.partitions(),
            defaults.partitions(),
            ConfigEntry.Type.INT,
            "How many partitions a topic has whose creator does not say."),
        ConfigEntry.ofBroker(
            "queued.max.bytes",
            config.queuedMaxBytes(),
            defaults.queuedMaxBytes(),
            ConfigEntry.Type.LONG,
            "Memory for requests that are read and not answered yet."),
        ConfigEntry.ofBroker(
            "request.arrival.timeout.ms",
            config.connections().arrivalTimeout().toMillis(),
            defaults.connections().arrivalTimeout().toMillis(),
            ConfigEntry.Type.LONG,
            "In which a request must arrive whole, and a client take some of its answers."),
        ConfigEntry.ofBroker(
            "socket.request.max.bytes",
            config.requestMaxBytes(),
            defaults.requestMaxBytes(),
            ConfigEntry.Type.INT,
            "The largest request."));
  }

  private static String advertised(BrokerConfig config) {
    return "PLAINTEXT://"
        + config.advertisedHost().orElse(config.host())
        + ":"
        + config.advertisedPort().orElse(config.port());
  }
}
