package dev.daybook.eventlog.topic;

import dev.daybook.eventlog.record.Packing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Every setting a topic may have: its name (Kafka's where Kafka has one), type, default and legal values.
///
/// One default differs from Kafka's on purpose: `retention.ms` is -1. A daybook keeps every event until
/// somebody says otherwise.
public final class TopicSettings {
  public static final String CLEANUP_POLICY = "cleanup.policy";
  public static final String COMPRESSION_TYPE = "compression.type";
  public static final String CONTRACT_KEY = "daybook.contract.key";
  public static final String CONTRACT_VALUE = "daybook.contract.value";
  public static final String DELETE_RETENTION_MS = "delete.retention.ms";
  public static final String DURABILITY = "daybook.durability";
  public static final String FILE_DELETE_DELAY_MS = "file.delete.delay.ms";
  public static final String GZIP_LEVEL = "compression.gzip.level";
  public static final String INDEX_INTERVAL_BYTES = "index.interval.bytes";
  public static final String LZ4_LEVEL = "compression.lz4.level";
  public static final String MAX_COMPACTION_LAG_MS = "max.compaction.lag.ms";
  public static final String MAX_MESSAGE_BYTES = "max.message.bytes";
  public static final String MIN_CLEANABLE_DIRTY_RATIO = "min.cleanable.dirty.ratio";
  public static final String MIN_COMPACTION_LAG_MS = "min.compaction.lag.ms";
  public static final String RETENTION_BYTES = "retention.bytes";
  public static final String RETENTION_MS = "retention.ms";
  public static final String SEGMENT_BYTES = "segment.bytes";
  public static final String SEGMENT_MS = "segment.ms";
  public static final String TIMESTAMP_AFTER_MAX_MS = "message.timestamp.after.max.ms";
  public static final String TIMESTAMP_BEFORE_MAX_MS = "message.timestamp.before.max.ms";
  public static final String TIMESTAMP_TYPE = "message.timestamp.type";
  public static final String ZSTD_LEVEL = "compression.zstd.level";

  private static final Map<String, Setting> SETTINGS = new LinkedHashMap<>();

  static {
    add(
        CLEANUP_POLICY,
        "log.cleanup.policy",
        Type.LIST,
        "delete",
        Limits.anyOf("delete", "compact"),
        "What happens to old records.");
    add(
        COMPRESSION_TYPE,
        "compression.type",
        Type.STRING,
        "producer",
        Limits.oneOf("producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"),
        "The codec records are kept in: the producer's own, or this one, into which others are repacked.");
    add(
        GZIP_LEVEL,
        GZIP_LEVEL,
        Type.INT,
        Integer.toString(Packing.GZIP_LEVEL),
        Limits.either("-1", Limits.between(1, 9)),
        "How hard gzip works where records are repacked with it; -1 leaves it to gzip.");
    add(
        LZ4_LEVEL,
        LZ4_LEVEL,
        Type.INT,
        Integer.toString(Packing.LZ4_LEVEL),
        Limits.between(1, 17),
        "How hard lz4 works where records are repacked with it.");
    add(
        ZSTD_LEVEL,
        ZSTD_LEVEL,
        Type.INT,
        Integer.toString(Packing.ZSTD_LEVEL),
        Limits.between(-131_072, 22),
        "How hard zstd works where records are repacked with it.");
    add(
        CONTRACT_KEY,
        Type.STRING,
        "off",
        Limits.oneOf("off", "id"),
        "How keys are checked against the schema registry when they are appended.");
    add(
        CONTRACT_VALUE,
        Type.STRING,
        "off",
        Limits.oneOf("off", "id"),
        "How values are checked against the schema registry when they are appended.");
    add(
        DURABILITY,
        Type.STRING,
        "forced",
        Limits.oneOf("forced", "written"),
        "When an append is acknowledged and can be read: when it is forced to disk, or when it is written and the force follows, so that a crash of the machine may take it back.");
    add(
        DELETE_RETENTION_MS,
        "log.cleaner.delete.retention.ms",
        Type.LONG,
        "86400000",
        Limits.atLeast(0),
        "How long compaction keeps tombstones.");
    add(
        FILE_DELETE_DELAY_MS,
        "log.segment.delete.delay.ms",
        Type.LONG,
        "60000",
        Limits.atLeast(0),
        "How long a deleted segment's file stays.");
    add(
        "flush.messages",
        Type.LONG,
        "1",
        Limits.atLeast(1),
        "Every acknowledged record is forced to disk already; a larger number changes nothing.");
    add(
        "flush.ms",
        Type.LONG,
        "0",
        Limits.atLeast(0),
        "Every acknowledged record is forced to disk already; a larger number changes nothing.");
    add(
        INDEX_INTERVAL_BYTES,
        "log.index.interval.bytes",
        Type.INT,
        "4096",
        Limits.between(0, Integer.MAX_VALUE),
        "Bytes of log between two entries of the offset index.");
    add(
        MAX_MESSAGE_BYTES,
        "message.max.bytes",
        Type.INT,
        "1048588",
        Limits.between(0, 15 << 20),
        "The largest record batch, as sent.");
    add(
        MAX_COMPACTION_LAG_MS,
        "log.cleaner.max.compaction.lag.ms",
        Type.LONG,
        Long.toString(Long.MAX_VALUE),
        Limits.atLeast(1),
        "The longest a record stays uncompacted.");
    add(
        TIMESTAMP_AFTER_MAX_MS,
        "log.message.timestamp.after.max.ms",
        Type.LONG,
        "3600000",
        Limits.atLeast(0),
        "How much newer than the broker's clock a record may be.");
    add(
        TIMESTAMP_BEFORE_MAX_MS,
        "log.message.timestamp.before.max.ms",
        Type.LONG,
        Long.toString(Long.MAX_VALUE),
        Limits.atLeast(0),
        "How much older than the broker's clock a record may be.");
    add(
        TIMESTAMP_TYPE,
        "log.message.timestamp.type",
        Type.STRING,
        "CreateTime",
        Limits.oneOf("CreateTime", "LogAppendTime"),
        "Whose time a record carries: its producer's, or the log's when it was appended.");
    add(
        MIN_CLEANABLE_DIRTY_RATIO,
        "log.cleaner.min.cleanable.ratio",
        Type.DOUBLE,
        "0.5",
        Limits.fraction(),
        "The share of uncompacted log that starts a compaction.");
    add(
        MIN_COMPACTION_LAG_MS,
        "log.cleaner.min.compaction.lag.ms",
        Type.LONG,
        "0",
        Limits.atLeast(0),
        "The least time a record stays uncompacted.");
    add(
        "min.insync.replicas",
        Type.INT,
        "1",
        Limits.between(1, Integer.MAX_VALUE),
        "Accepted for compatibility; there is one copy, forced to disk.");
    add(
        "preallocate",
        Type.BOOLEAN,
        "false",
        Limits.bool(),
        "Accepted for compatibility; segments are written in large runs.");
    add(
        RETENTION_BYTES,
        "log.retention.bytes",
        Type.LONG,
        "-1",
        Limits.atLeast(-1),
        "The size beyond which old segments go; -1 keeps all.");
    add(
        RETENTION_MS,
        "log.retention.ms",
        Type.LONG,
        "-1",
        Limits.atLeast(-1),
        "The age beyond which old segments go; -1 keeps all.");
    add(
        SEGMENT_BYTES,
        "log.segment.bytes",
        Type.INT,
        "1073741824",
        Limits.between(1 << 20, Integer.MAX_VALUE),
        "The size at which a segment is sealed.");
    add(
        "segment.index.bytes",
        Type.INT,
        "10485760",
        Limits.between(4, Integer.MAX_VALUE),
        "Accepted for compatibility; indexes are sized by their segment.");
    add("segment.jitter.ms", Type.LONG, "0", Limits.atLeast(0), "Accepted for compatibility.");
    add(
        SEGMENT_MS,
        "log.roll.ms",
        Type.LONG,
        "604800000",
        Limits.atLeast(1),
        "The age at which a segment is sealed.");
    add(
        "unclean.leader.election.enable",
        Type.BOOLEAN,
        "false",
        Limits.bool(),
        "Accepted for compatibility; there is one copy.");
  }

  private TopicSettings() {}

  /// All settings, by name.
  public static Collection<Setting> all() {
    return List.copyOf(SETTINGS.values());
  }

  /// The setting of that name.
  ///
  /// @throws IllegalArgumentException when there is no such setting
  public static Setting definition(String name) {
    Setting setting = SETTINGS.get(name);
    if (setting == null) {
      throw new IllegalArgumentException("There is no topic setting '" + name + "'");
    }
    return setting;
  }

  public static boolean isKnown(String name) {
    return SETTINGS.containsKey(name);
  }

  /// What is wrong with these settings, one sentence each; empty when nothing is.
  public static List<String> check(Map<String, String> given) {
    List<String> faults = new ArrayList<>();
    given.forEach(
        (name, value) -> {
          Setting setting = SETTINGS.get(name);
          if (setting == null) {
            faults.add(unknown(name));
          } else {
            setting
                .fault(value)
                .ifPresent(
                    fault ->
                        faults.add(
                            "Invalid value "
                                + shortened(value)
                                + " for configuration "
                                + name
                                + ": "
                                + fault));
          }
        });
    return faults;
  }

  /// The sentence about a name that nobody knows.
  static String unknown(String name) {
    String wanted = shortened(name);
    return SETTINGS.keySet().stream()
        .filter(known -> Nearness.distance(wanted, known) <= 2)
        .findFirst()
        .map(known -> "Unknown topic config name: " + wanted + "; did you mean " + known + "?")
        .orElse("Unknown topic config name: " + wanted);
  }

  /// These values, which were checked, without the blanks around them.
  static Map<String, String> trimmed(Map<String, String> given) {
    Map<String, String> trimmed = new TreeMap<>();
    given.forEach((name, value) -> trimmed.put(name, value.trim()));
    return trimmed;
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private static void add(
      String name, String serverName, Type type, String defaultValue, Limits limits, String about) {
    SETTINGS.put(
        name, new Setting(name, Optional.of(serverName), type, defaultValue, limits, about));
  }

  private static void add(
      String name, Type type, String defaultValue, Limits limits, String about) {
    SETTINGS.put(name, new Setting(name, Optional.empty(), type, defaultValue, limits, about));
  }

  /// One setting.
  ///
  /// @param serverName how a server's config file calls the default of it, where that may be set
  /// @param about what it does, in a sentence
  public record Setting(
      String name,
      Optional<String> serverName,
      Type type,
      String defaultValue,
      Limits limits,
      String about) {
    /// No legal value is longer; a record of the catalogue holds them all.
    private static final int MAX_LENGTH = 255;

    /// What is wrong with this value, if anything. Blanks around it do not count.
    public Optional<String> fault(String value) {
      return value.length() <= MAX_LENGTH
          ? limits.fault(value.trim())
          : Optional.of("must not be longer than " + MAX_LENGTH + " characters");
    }
  }

  /// How a value is to be read.
  public enum Type {
    BOOLEAN,
    DOUBLE,
    INT,
    LIST,
    LONG,
    STRING
  }
}
