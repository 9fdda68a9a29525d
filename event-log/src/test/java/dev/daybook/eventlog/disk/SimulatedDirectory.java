package dev.daybook.eventlog.disk;

import java.util.TreeMap;

/// A directory's names twice: as the running system shows them, and as they are on the disk.
final class SimulatedDirectory implements SimulatedNode {
  final TreeMap<String, SimulatedNode> names = new TreeMap<>();
  final TreeMap<String, SimulatedNode> durableNames = new TreeMap<>();

  /// After a power cut only what is durable is there.
  void forgetTheRest() {
    names.clear();
    names.putAll(durableNames);
  }
}
