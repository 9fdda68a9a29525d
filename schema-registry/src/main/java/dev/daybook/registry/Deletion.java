package dev.daybook.registry;

import dev.daybook.registry.Command.Decision;
import java.util.ArrayList;
import java.util.List;

/// Deleting is done twice: first softly, so that readers of old data still find their schemas, then for good. An id
/// that was given is never given again, so a mark goes ahead of every erasure.
final class Deletion {
  private Deletion() {}

  static Command<List<Integer>> ofSubject(String name, boolean permanent) {
    return catalog -> {
      Subject subject = catalog.subject(name);
      if (!subject.exists(true)) {
        throw Refusal.subjectNotFound(name);
      }
      requireWritable(subject, catalog);
      return permanent ? eraseSubject(subject, catalog) : deleteSubject(subject, catalog);
    };
  }

  private static Decision<List<Integer>> deleteSubject(Subject subject, SchemaCatalog catalog) {
    if (!subject.exists(false)) {
      throw Refusal.subjectAlreadyDeleted(subject.name());
    }
    List<Integer> deleted = numbers(subject.versions(false));
    deleted.forEach(version -> requireUnreferenced(subject, version, false, catalog));
    int last = subject.versions().lastKey();
    return Decision.of(new SchemaRecord.SubjectDeleted(subject.name(), last), _ -> deleted);
  }

  private static Decision<List<Integer>> eraseSubject(Subject subject, SchemaCatalog catalog) {
    if (subject.exists(false)) {
      throw Refusal.subjectNotDeletedFirst(subject.name());
    }
    List<Integer> erased = numbers(subject.versions(true));
    erased.forEach(version -> requireUnreferenced(subject, version, true, catalog));
    return new Decision<>(erasure(subject, erased, catalog), _ -> erased);
  }

  static Command<Integer> ofVersion(String name, VersionNumber wanted, boolean permanent) {
    return catalog -> {
      Subject subject = catalog.subject(name);
      if (!subject.exists(true)) {
        throw Refusal.subjectNotFound(name);
      }
      requireWritable(subject, catalog);
      Subject.Version version = wanted.in(subject, true);
      int number = version.version();
      requireUnreferenced(subject, number, permanent, catalog);
      if (permanent) {
        if (!version.deleted()) {
          throw Refusal.versionNotDeletedFirst(name, number);
        }
        return new Decision<>(erasure(subject, List.of(number), catalog), _ -> number);
      }
      if (version.deleted()) {
        throw Refusal.versionAlreadyDeleted(name, number);
      }
      return Decision.of(deleted(name, version, catalog), _ -> number);
    };
  }

  private static SchemaRecord deleted(String name, Subject.Version version, SchemaCatalog catalog) {
    StoredSchema schema = catalog.schema(version.id());
    if (schema == null) {
      throw Refusal.schemaNotFound(version.id());
    }
    return new SchemaRecord.VersionStored(
        name, version.version(), version.id(), schema.content(), true);
  }

  private static List<SchemaRecord> erasure(
      Subject subject, List<Integer> versions, SchemaCatalog catalog) {
    List<SchemaRecord> records = new ArrayList<>();
    records.add(
        new SchemaRecord.Mark(
            catalog.highestId(), "erase " + subject.name(), catalog.lostIds().safeEpoch()));
    versions.forEach(v -> records.add(new SchemaRecord.VersionErased(subject.name(), v)));
    boolean last = versions.size() == subject.versions().size();
    if (last && !subject.config().equals(SubjectConfig.NONE)) {
      records.add(new SchemaRecord.ConfigSet(subject.name(), null));
    }
    if (last && subject.mode() != null) {
      records.add(new SchemaRecord.ModeSet(subject.name(), null));
    }
    return records;
  }

  private static void requireWritable(Subject subject, SchemaCatalog catalog) {
    if (!catalog.effectiveMode(subject).writable()) {
      throw Refusal.notPermitted("Subject " + subject.name() + " is in read-only mode");
    }
  }

  /// A soft deletion minds the schemas that readers see; an erasure minds every one there is.
  private static void requireUnreferenced(
      Subject subject, int version, boolean permanent, SchemaCatalog catalog) {
    for (int id : catalog.referrersOf(new SubjectVersion(subject.name(), version))) {
      if (permanent || catalog.usesOf(id).stream().anyMatch(catalog::live)) {
        throw Refusal.referenced(subject.name(), version);
      }
    }
  }

  private static List<Integer> numbers(List<Subject.Version> versions) {
    return versions.stream().map(Subject.Version::version).toList();
  }
}
