package dev.daybook.registry;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A subject at one moment: its versions, the deleted ones included, its config and mode. Immutable; a change makes a
/// new one, so a reader never sees half of it.
record Subject(
    String name,
    NavigableMap<Integer, Version> versions,
    SubjectConfig config,
    @Nullable SubjectMode mode) {

  /// One version: which schema it is, and since when.
  record Version(int version, int id, boolean deleted, long timestampMs) {}

  static Subject empty(String name) {
    return new Subject(name, Collections.emptyNavigableMap(), SubjectConfig.NONE, null);
  }

  /// The versions a reader sees, oldest first.
  List<Version> versions(boolean withDeleted) {
    return versions.values().stream().filter(v -> withDeleted || !v.deleted()).toList();
  }

  boolean exists(boolean withDeleted) {
    return versions.values().stream().anyMatch(v -> withDeleted || !v.deleted());
  }

  @Nullable Version latest() {
    for (Version version : versions.descendingMap().values()) {
      if (!version.deleted()) {
        return version;
      }
    }
    return null;
  }

  int nextVersion() {
    return versions.isEmpty() ? 1 : versions.lastKey() + 1;
  }

  /// The newest version with this schema.
  @Nullable Version withId(int id, boolean withDeleted) {
    for (Version version : versions.descendingMap().values()) {
      if (version.id() == id && (withDeleted || !version.deleted())) {
        return version;
      }
    }
    return null;
  }

  Subject with(Version version) {
    var changed = new TreeMap<>(versions);
    changed.put(version.version(), version);
    return with(changed);
  }

  Subject without(int version) {
    var changed = new TreeMap<>(versions);
    changed.remove(version);
    return with(changed);
  }

  Subject deletedUpTo(int last) {
    var changed = new TreeMap<>(versions);
    changed.headMap(last, true).replaceAll((n, v) -> new Version(n, v.id(), true, v.timestampMs()));
    return with(changed);
  }

  Subject with(SubjectConfig changed) {
    return new Subject(name, versions, changed, mode);
  }

  Subject with(@Nullable SubjectMode changed) {
    return new Subject(name, versions, config, changed);
  }

  boolean empty() {
    return versions.isEmpty() && config.equals(SubjectConfig.NONE) && mode == null;
  }

  private Subject with(NavigableMap<Integer, Version> changed) {
    return new Subject(name, Collections.unmodifiableNavigableMap(changed), config, mode);
  }
}
