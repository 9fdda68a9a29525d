package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.topic.Topic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What several handlers ask about partitions.
final class Partitions {
  private Partitions() {}

  /// The live partition; null when there is none.
  static @Nullable Partition find(EventLog log, Topic topic, int index) {
    return index >= 0 && index < topic.partitions() ? log.partition(topic.partition(index)) : null;
  }

  /// What a leader epoch that a client believes in deserves; -1 means it believes in none.
  static Errors epochError(Partition partition, int believedEpoch) {
    if (believedEpoch == -1 || believedEpoch == partition.leaderEpoch()) {
      return Errors.NONE;
    }
    return believedEpoch < partition.leaderEpoch()
        ? Errors.FENCED_LEADER_EPOCH
        : Errors.UNKNOWN_LEADER_EPOCH;
  }
}
