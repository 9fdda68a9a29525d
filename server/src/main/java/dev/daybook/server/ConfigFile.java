package dev.daybook.server;

import dev.daybook.eventlog.topic.Nearness;
import dev.daybook.eventlog.topic.TopicSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/// The one config file: Java properties, with Kafka's names where Kafka has one. A name nobody knows is
/// refused, with the nearest one that is known.
public final class ConfigFile {
  private static final Map<String, String> KNOWN = new TreeMap<>();

  static {
    KNOWN.put("log.dirs", "where the log lies (one folder); --data");
    KNOWN.put("listeners", "where the Kafka port listens, PLAINTEXT://host:port; --kafka-port");
    KNOWN.put("advertised.listeners", "what clients are told to connect to, PLAINTEXT://host:port");
    KNOWN.put(
        "http.listener", "where page, API, health and metrics are served, host:port; --http-port");
    KNOWN.put(
        "registry.listener", "where the schema registry is served, host:port; --registry-port");
    KNOWN.put("connect.listener", "where Connect's REST is served, host:port; --connect-port");
    KNOWN.put("num.partitions", "partitions of a topic that is created without a number; 1");
    KNOWN.put(
        "auto.create.topics.enable",
        "whether a topic comes into being when somebody asks for it; true");
    KNOWN.put("socket.request.max.bytes", "the largest request; 16777216");
    KNOWN.put("queued.max.bytes", "memory for requests under way; 67108864");
    KNOWN.put("max.connections", "connections at a time; 10000");
    KNOWN.put("max.connections.per.ip", "connections at a time from one address; 2147483647");
    KNOWN.put("connections.max.idle.ms", "when a silent connection is closed; 600000");
    KNOWN.put(
        "request.arrival.timeout.ms",
        "in which a request must arrive whole, and a client take some of its answers; 30000");
    KNOWN.put("group.initial.rebalance.delay.ms", "how long a new group waits for members; 3000");
    KNOWN.put("offsets.topic.num.partitions", "partitions of __consumer_offsets; 8");
    KNOWN.put("transaction.max.timeout.ms", "the longest time-out of a transaction; 900000");
    KNOWN.put(
        "transactional.id.expiration.ms",
        "how long a transactional id is remembered that nobody uses; 604800000");
    KNOWN.put(
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        "time between two looks for transactions open too long; 10000");
    KNOWN.put(
        "transaction.remove.expired.transaction.cleanup.interval.ms",
        "time between two looks for transactional ids to be forgotten; 3600000");
    KNOWN.put("transaction.state.log.num.partitions", "partitions of __transaction_state; 8");
    KNOWN.put("transaction.state.log.segment.bytes", "how large its segments grow; 104857600");
    KNOWN.put(
        "producer.id.expiration.ms",
        "how long a producer is remembered that writes nothing; 86400000");
    KNOWN.put("journal.bytes", "what the journal may hold before segments are forced; 536870912");
    KNOWN.put("disk.reserve.bytes", "disk space that appends leave free; 268435456");
    KNOWN.put(
        "log.retention.check.interval.ms",
        "time between two looks for records too old or too many; 300000");
    KNOWN.put(
        "scrub.bytes.per.second", "how fast sealed segments are read again, 0 for never; 52428800");
    KNOWN.put("scrub.round.ms", "the time in which all of them are read once; 604800000");
    KNOWN.put("log.cleaner.enable", "whether compacted topics are compacted; true");
    KNOWN.put(
        "log.cleaner.io.max.bytes.per.second",
        "how fast compaction reads and writes together, a tenth of it under load; 52428800");
    KNOWN.put(
        "log.cleaner.dedupe.buffer.size",
        "memory for keys at most, 24 bytes each; more keys take more passes; 16777216");
    KNOWN.put(
        "log.cleaner.backoff.ms", "how long compaction rests when nothing is to be done; 15000");
    KNOWN.put("plugin.path", "folders that hold connectors, separated by commas");
    KNOWN.put("connect.config.dir", "a folder of connector configs as JSON files");
    KNOWN.put(
        "connect.file.roots", "folders that file connectors may touch, separated by commas; none");
    for (TopicSettings.Setting setting : TopicSettings.all()) {
      setting
          .serverName()
          .ifPresent(
              name ->
                  KNOWN.put(
                      name, "the default of " + setting.name() + "; " + setting.defaultValue()));
    }
  }

  private ConfigFile() {}

  /// Reads and checks the file.
  public static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new UsageException("There is no config file " + file, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException(
          "The config file " + file + " can not be read: " + e.getMessage(), e);
    }
    Map<String, String> settings = new TreeMap<>();
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (!KNOWN.containsKey(name)) {
        throw new UsageException(
            "The config file " + file + " has the unknown setting '" + name + "'; " + hint(name));
      }
      settings.put(name, properties.getProperty(name));
    }
    return settings;
  }

  /// Every setting there is, with one line about it.
  public static Map<String, String> known() {
    return Map.copyOf(KNOWN);
  }

  private static String hint(String name) {
    return KNOWN.keySet().stream()
        .min(Comparator.comparingInt(known -> Nearness.distance(name, known)))
        .filter(known -> Nearness.distance(name, known) <= name.length() / 3)
        .map(known -> "did you mean '" + known + "'?")
        .orElse("docs/reference/kafka-compatibility.md lists all of them");
  }
}
