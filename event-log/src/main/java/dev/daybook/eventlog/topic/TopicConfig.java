package dev.daybook.eventlog.topic;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A topic's settings: what was given at creation over the broker's defaults. Names are Kafka's where
/// Kafka has one. A record of text by text, with typed views; every value was checked by
/// [TopicSettings#check] before it got here.
public record TopicConfig(Map<String, String> given) {
  public static final TopicConfig DEFAULTS = new TopicConfig(Map.of());

  public TopicConfig {
    given = Map.copyOf(new TreeMap<>(given));
  }

  /// The value in force: given, or the default.
  ///
  /// @throws IllegalArgumentException when there is no such setting
  public String value(String name) {
    String value = given.get(name);
    return value != null ? value : TopicSettings.definition(name).defaultValue();
  }

  public Optional<String> given(String name) {
    return Optional.ofNullable(given.get(name));
  }

  /// The largest batch in bytes, as sent.
  public int maxMessageBytes() {
    return Integer.parseInt(value(TopicSettings.MAX_MESSAGE_BYTES));
  }

  /// The size at which a segment is sealed, in bytes.
  public int segmentBytes() {
    return Integer.parseInt(value(TopicSettings.SEGMENT_BYTES));
  }

  /// The age at which a segment is sealed, in milliseconds. What must be compacted by then must be sealed by then.
  public long segmentMs() {
    long segmentMs = Long.parseLong(value(TopicSettings.SEGMENT_MS));
    return compacted() ? Math.min(segmentMs, maxCompactionLagMs()) : segmentMs;
  }

  /// How long a tombstone stays behind the compaction that finds it first, in milliseconds.
  public long deleteRetentionMs() {
    return Long.parseLong(value(TopicSettings.DELETE_RETENTION_MS));
  }

  /// How old a record is at least when it is compacted, in milliseconds.
  public long minCompactionLagMs() {
    return Long.parseLong(value(TopicSettings.MIN_COMPACTION_LAG_MS));
  }

  /// How old a record becomes at most without being compacted, in milliseconds.
  public long maxCompactionLagMs() {
    return Long.parseLong(value(TopicSettings.MAX_COMPACTION_LAG_MS));
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
    return Long.parseLong(value(TopicSettings.TIMESTAMP_BEFORE_MAX_MS));
  }

  /// How much newer than now a record may be, in milliseconds.
  public long timestampAfterMaxMs() {
    return Long.parseLong(value(TopicSettings.TIMESTAMP_AFTER_MAX_MS));
  }

  public boolean compacted() {
    return value(TopicSettings.CLEANUP_POLICY).contains("compact");
  }

  /// Whether old records may be deleted at all, by retention or on request.
  public boolean deletesOld() {
    return value(TopicSettings.CLEANUP_POLICY).contains("delete");
  }

  /// The age beyond which segments go, in milliseconds; -1 keeps all.
  public long retentionMs() {
    return Long.parseLong(value(TopicSettings.RETENTION_MS));
  }

  /// The size beyond which the oldest segments go; -1 keeps all.
  public long retentionBytes() {
    return Long.parseLong(value(TopicSettings.RETENTION_BYTES));
  }

  /// How long the file of a segment that is gone stays, in milliseconds.
  public long fileDeleteDelayMs() {
    return Long.parseLong(value(TopicSettings.FILE_DELETE_DELAY_MS));
  }

  /// How values are checked against their contract when they are appended.
  public ContractMode valueContract() {
    return ContractMode.of(value(TopicSettings.CONTRACT_VALUE));
  }

  /// How keys are checked against their contract when they are appended.
  public ContractMode keyContract() {
    return ContractMode.of(value(TopicSettings.CONTRACT_KEY));
  }

  /// How far the check at append goes.
  public enum ContractMode {
    OFF,
    /// The payload must start with the id of a schema registered for the topic's subject.
    ID;

    static ContractMode of(String value) {
      return valueOf(value.toUpperCase(java.util.Locale.ROOT));
    }
  }
}
