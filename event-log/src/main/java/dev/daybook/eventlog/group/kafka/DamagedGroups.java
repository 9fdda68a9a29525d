package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupLog;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.topic.Topic;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// The partitions of `__consumer_offsets` that have lost records, or may have: what is left could be an older commit, so
/// nobody is told it. A partition whose damage was found only after it was loaded is known whole: it is read from memory and
/// takes nothing new. All of it is over with the start after a repair. Any thread.
final class DamagedGroups {
  private final GroupLog log;
  private final Topic topic;
  private final Set<Integer> notLoaded = ConcurrentHashMap.newKeySet();

  DamagedGroups(GroupLog log, Topic topic) {
    this.log = log;
    this.topic = topic;
  }

  /// @throws DamagedGroupsException when the partition must not be loaded
  void requireWhole(int partition) {
    Optional<DamagedGroupsException> damage = damage(partition);
    if (damage.isPresent()) {
      notLoaded.add(partition);
      throw damage.get();
    }
  }

  /// Why groups of this partition can not be asked for anything, if they can not.
  ///
  /// @param writes whether it would be written down
  Optional<DamagedGroupsException> refusal(int partition, boolean writes) {
    return writes || notLoaded.contains(partition) ? damage(partition) : Optional.empty();
  }

  private Optional<DamagedGroupsException> damage(int partition) {
    var damage = log.damage(topic.partition(partition));
    if (!damage.isOpen()) {
      return Optional.empty();
    }
    String offsets =
        damage.open().stream().map(DamagedRange::offsets).collect(Collectors.joining(", "));
    return Optional.of(
        new DamagedGroupsException(
            "%s-%d may have lost commits (its offsets %s are damaged), and groups that belong to it are not served; stop Daybook, then restore the data directory from a backup or run 'daybook repair'"
                .formatted(topic.name(), partition, offsets)));
  }
}
