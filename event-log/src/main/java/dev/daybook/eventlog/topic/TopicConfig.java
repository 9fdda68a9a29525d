package dev.daybook.eventlog.topic;

import dev.daybook.eventlog.record.Compression;
import dev.daybook.eventlog.record.Packing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A topic's settings: what was given to it, over the server's defaults, over Daybook's. Names are Kafka's where
/// Kafka has one. An immutable value; every text was checked by [TopicSettings#check] before it got here. What is asked for
/// every batch is a number already.
public final class TopicConfig {
  public static final TopicConfig DEFAULTS = new TopicConfig(Map.of());

  private static final long KEEP_ALL = -1;

  private final Map<String, String> given;
  private final TopicDefaults defaults;
  private final int maxMessageBytes;
  private final int segmentBytes;
  private final boolean compacted;
  private final boolean logAppendTime;
  private final Optional<Packing> packing;
  private final ContractMode keyContract;
  private final ContractMode valueContract;

  public TopicConfig(Map<String, String> given) {
    this(given, TopicDefaults.NONE);
  }

  private TopicConfig(Map<String, String> given, TopicDefaults defaults) {
    this.given = Map.copyOf(new TreeMap<>(given));
    this.defaults = defaults;
    this.maxMessageBytes = Integer.parseInt(value(TopicSettings.MAX_MESSAGE_BYTES));
    this.segmentBytes = Integer.parseInt(value(TopicSettings.SEGMENT_BYTES));
    this.compacted = value(TopicSettings.CLEANUP_POLICY).contains("compact");
    this.logAppendTime = value(TopicSettings.TIMESTAMP_TYPE).equals("LogAppendTime");
    this.packing = packing(value(TopicSettings.COMPRESSION_TYPE));
    this.keyContract = ContractMode.of(value(TopicSettings.CONTRACT_KEY));
    this.valueContract = ContractMode.of(value(TopicSettings.CONTRACT_VALUE));
  }

  /// The same settings over these defaults.
  public TopicConfig over(TopicDefaults serverDefaults) {
    return new TopicConfig(given, serverDefaults);
  }

  /// Other settings over the same defaults.
  public TopicConfig with(Map<String, String> newGiven) {
    return new TopicConfig(newGiven, defaults);
  }

  /// What was given to this very topic.
  public Map<String, String> given() {
    return given;
  }

  public Optional<String> given(String name) {
    return Optional.ofNullable(given.get(name));
  }

  public TopicDefaults defaults() {
    return defaults;
  }

  /// The value in force: given, or the default.
  ///
  /// @throws IllegalArgumentException when there is no such setting
  public String value(String name) {
    String value = given.get(name);
    return value != null ? value : byDefault(name);
  }

  /// The value that holds where none is given.
  ///
  /// @throws IllegalArgumentException when there is no such setting
  public String byDefault(String name) {
    return defaults.value(name).orElseGet(() -> TopicSettings.definition(name).defaultValue());
  }

  /// Which settings do not go together, one sentence each.
  List<String> conflicts() {
    List<String> conflicts = new ArrayList<>();
    long leastMs = number(TopicSettings.MIN_COMPACTION_LAG_MS);
    long mostMs = number(TopicSettings.MAX_COMPACTION_LAG_MS);
    if (leastMs > mostMs) {
      conflicts.add(
          "%s (%d) must not be larger than %s (%d)"
              .formatted(
                  TopicSettings.MIN_COMPACTION_LAG_MS,
                  leastMs,
                  TopicSettings.MAX_COMPACTION_LAG_MS,
                  mostMs));
    }
    return conflicts;
  }

  /// The largest batch in bytes, as sent.
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /// The size at which a segment is sealed, in bytes.
  public int segmentBytes() {
    return segmentBytes;
  }

  /// The age at which a segment is sealed, in milliseconds. What must be compacted by then must be sealed by then.
  public long segmentMs() {
    long segmentMs = number(TopicSettings.SEGMENT_MS);
    return compacted() ? Math.min(segmentMs, maxCompactionLagMs()) : segmentMs;
  }

  /// How long a tombstone stays behind the compaction that finds it first, in milliseconds.
  public long deleteRetentionMs() {
    return number(TopicSettings.DELETE_RETENTION_MS);
  }

  /// How old a record is at least when it is compacted, in milliseconds.
  public long minCompactionLagMs() {
    return number(TopicSettings.MIN_COMPACTION_LAG_MS);
  }

  /// How old a record becomes at most without being compacted, in milliseconds.
  public long maxCompactionLagMs() {
    return number(TopicSettings.MAX_COMPACTION_LAG_MS);
  }

  /// The share of bytes not compacted yet from which on a log is compacted, from 0 to 1.
  public double minCleanableDirtyRatio() {
    return Double.parseDouble(value(TopicSettings.MIN_CLEANABLE_DIRTY_RATIO));
  }

  /// Bytes of log between two entries of the offset index.
  public int indexIntervalBytes() {
    return Integer.parseInt(value(TopicSettings.INDEX_INTERVAL_BYTES));
  }

  /// How much older than now a record may be, in milliseconds.
  public long timestampBeforeMaxMs() {
    return number(TopicSettings.TIMESTAMP_BEFORE_MAX_MS);
  }

  /// How much newer than now a record may be, in milliseconds.
  public long timestampAfterMaxMs() {
    return number(TopicSettings.TIMESTAMP_AFTER_MAX_MS);
  }

  /// Whether the log dates the records, when it appends them.
  public boolean logAppendTime() {
    return logAppendTime;
  }

  /// Whether appends are acknowledged and read when they are written, before they are forced.
  public boolean releasesWritten() {
    return value(TopicSettings.DURABILITY).equals("written");
  }

  /// How records are kept packed; empty where each batch stays as its producer packed it.
  public Optional<Packing> packing() {
    return packing;
  }

  public boolean compacted() {
    return compacted;
  }

  /// Whether old records may be deleted at all, by retention or on request.
  public boolean deletesOld() {
    return value(TopicSettings.CLEANUP_POLICY).contains("delete");
  }

  /// The age beyond which segments go, in milliseconds; -1 keeps all.
  public long retentionMs() {
    return number(TopicSettings.RETENTION_MS);
  }

  /// The size beyond which the oldest segments go; -1 keeps all.
  public long retentionBytes() {
    return number(TopicSettings.RETENTION_BYTES);
  }

  /// Whether records go sooner, or at all, that stay under these other settings.
  public boolean keepsLessThan(TopicConfig other) {
    return deletesOld()
        && (isLess(retentionMs(), other.deletesOld() ? other.retentionMs() : KEEP_ALL)
            || isLess(retentionBytes(), other.deletesOld() ? other.retentionBytes() : KEEP_ALL));
  }

  private static boolean isLess(long limit, long than) {
    return limit > KEEP_ALL && (than <= KEEP_ALL || limit < than);
  }

  /// How long the file of a segment that is gone stays, in milliseconds.
  public long fileDeleteDelayMs() {
    return number(TopicSettings.FILE_DELETE_DELAY_MS);
  }

  /// How values are checked against their contract when they are appended.
  public ContractMode valueContract() {
    return valueContract;
  }

  /// How keys are checked against their contract when they are appended.
  public ContractMode keyContract() {
    return keyContract;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof TopicConfig that
            && given.equals(that.given)
            && defaults.equals(that.defaults));
  }

  @Override
  public int hashCode() {
    return 31 * given.hashCode() + defaults.hashCode();
  }

  @Override
  public String toString() {
    return new TreeMap<>(given) + " over " + new TreeMap<>(defaults.values());
  }

  private Optional<Packing> packing(String type) {
    return switch (type) {
      case "producer" -> Optional.empty();
      case "uncompressed" -> Optional.of(Packing.of(Compression.NONE));
      case "snappy" -> Optional.of(Packing.of(Compression.SNAPPY));
      case "gzip" -> Optional.of(new Packing(Compression.GZIP, level(TopicSettings.GZIP_LEVEL)));
      case "lz4" -> Optional.of(new Packing(Compression.LZ4, level(TopicSettings.LZ4_LEVEL)));
      case "zstd" -> Optional.of(new Packing(Compression.ZSTD, level(TopicSettings.ZSTD_LEVEL)));
      default -> throw new IllegalArgumentException("There is no codec '" + type + "' for a topic");
    };
  }

  private int level(String name) {
    return Integer.parseInt(value(name));
  }

  private long number(String name) {
    return Long.parseLong(value(name));
  }

  /// How far the check at append goes.
  public enum ContractMode {
    OFF,
    /// The payload must start with the id of a schema registered for the topic's subject.
    ID;

    static ContractMode of(String value) {
      return valueOf(value.toUpperCase(Locale.ROOT));
    }
  }
}
