package dev.daybook.eventlog.disk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step that changes names, not durable yet: a file or directory created, renamed or deleted. It becomes
/// durable as a whole or not at all.
final class NameChange {
  private final List<Change> changes = new ArrayList<>();

  /// @param node what the name stands for from now on; null for nothing
  private record Change(SimulatedDirectory directory, String name, @Nullable SimulatedNode node) {}

  NameChange set(SimulatedDirectory directory, String name, @Nullable SimulatedNode node) {
    changes.add(new Change(directory, name, node));
    if (node == null) {
      directory.names.remove(name);
    } else {
      directory.names.put(name, node);
    }
    return this;
  }

  boolean touches(SimulatedDirectory directory) {
    return changes.stream().anyMatch(change -> change.directory == directory);
  }

  /// Whether both change the same name: then the earlier one comes first on every file system.
  boolean overlaps(NameChange other) {
    return changes.stream()
        .anyMatch(
            mine ->
                other.changes.stream()
                    .anyMatch(
                        its -> its.directory == mine.directory && its.name.equals(mine.name)));
  }

  void makeDurable() {
    for (Change change : changes) {
      if (change.node == null) {
        change.directory.durableNames.remove(change.name);
      } else {
        change.directory.durableNames.put(change.name, change.node);
      }
    }
  }
}
