package dev.daybook.eventlog.group;

import java.util.Map;

/// Settings of groups, under Kafka's names: those that start with `group.` or `offsets.`, and
/// `offset.metadata.max.bytes`. What is not given has Kafka's default, with one exception:
///
/// `offsets.topic.num.partitions` is 8, not 50. The number spreads groups over brokers and threads; here there
/// is one broker, and each partition costs a directory and a moment at start. It counts when the offsets topic is
/// created and never after.
public record GroupSettings(Map<String, String> given) {
  public static final String OFFSETS_PARTITIONS = "offsets.topic.num.partitions";
  public static final String INITIAL_REBALANCE_DELAY_MS = "group.initial.rebalance.delay.ms";

  public static final GroupSettings DEFAULTS = new GroupSettings(Map.of());

  private static final String DEFAULT_OFFSETS_PARTITIONS = "8";

  public GroupSettings {
    given = Map.copyOf(given);
  }

  /// The settings given, and those defaults that are Daybook's own.
  public Map<String, String> inForce() {
    Map<String, String> all = new java.util.HashMap<>(given);
    all.putIfAbsent(OFFSETS_PARTITIONS, DEFAULT_OFFSETS_PARTITIONS);
    return Map.copyOf(all);
  }
}
