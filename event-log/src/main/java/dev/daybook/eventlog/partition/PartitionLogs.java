package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The logs of a shard's partitions, by id. A log comes into being when somebody first asks for it and makes no
/// file before its first record. Called from any thread.
final class PartitionLogs {
  private final Disk disk;
  private final Path directory;
  private final Path quarantine;
  private final Map<PartitionId, PartitionLog> logs = new ConcurrentHashMap<>();
  private final Map<PartitionId, PartitionLog> retired = new ConcurrentHashMap<>();

  PartitionLogs(Disk disk, Path directory, Path quarantine) {
    this.disk = disk;
    this.directory = directory;
    this.quarantine = quarantine;
  }

  PartitionLog get(PartitionId id) {
    return logs.computeIfAbsent(id, key -> PartitionLog.create(disk, directoryOf(key), key));
  }

  /// Opens a log whose end a checkpoint names.
  void open(PartitionId id, LogEnd end) throws IOException {
    logs.put(id, PartitionLog.open(disk, directoryOf(id), id, end, quarantine));
  }

  /// Takes the log of a deleted partition out of use. A checkpoint that is under way may still name it, so it is
  /// forced like the others until one that does not is made.
  void retire(PartitionId id) {
    PartitionLog log = logs.remove(id);
    if (log != null) {
      retired.put(id, log);
    }
  }

  /// Closes the logs of deleted topics: no checkpoint names them any more.
  void forget(Set<TopicId> topics) throws IOException {
    for (PartitionId id : List.copyOf(retired.keySet())) {
      PartitionLog log = topics.contains(id.topic()) ? retired.remove(id) : null;
      if (log != null) {
        log.close();
      }
    }
  }

  /// Says that a checkpoint which names these ends is durable.
  void checkpointed(Map<PartitionId, LogEnd> ends) {
    ends.forEach(
        (id, end) -> {
          PartitionLog log = logs.get(id);
          if (log != null) {
            log.checkpointed(end);
          }
        });
  }

  /// All logs that a checkpoint may name.
  Collection<PartitionLog> all() {
    List<PartitionLog> all = new ArrayList<>(logs.values());
    all.addAll(retired.values());
    return all;
  }

  Map<PartitionId, PartitionLog> byId() {
    return logs;
  }

  Path directoryOf(PartitionId id) {
    return directory.resolve(id.directoryName());
  }

  /// Whose directory this is, by its name; empty when it is no partition's.
  static Optional<PartitionId> idOf(Path directory) {
    try {
      return Optional.of(PartitionId.parse(0, directory.getFileName().toString()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  Path directory() {
    return directory;
  }
}
