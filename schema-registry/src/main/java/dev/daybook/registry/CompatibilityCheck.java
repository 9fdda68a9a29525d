package dev.daybook.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares one proposed schema with older ones and remembers every comparison, so that what a worker has worked out
/// before the decision need not be worked out again while deciding. Used by one thread after the other.
final class CompatibilityCheck {
  private final ParsedSchema proposed;
  private final Schemas schemas;
  private final Map<Integer, List<String>> newReadsOld = new HashMap<>();
  private final Map<Integer, List<String>> oldReadsNew = new HashMap<>();

  CompatibilityCheck(ParsedSchema proposed, Schemas schemas) {
    this.proposed = proposed;
    this.schemas = schemas;
  }

  /// What speaks against the proposed schema as the next version of the subject; empty when nothing does.
  List<String> against(Subject subject, CompatibilityLevel level, SchemaCatalog catalog) {
    if (level == CompatibilityLevel.NONE) {
      return List.of();
    }
    List<Subject.Version> live = subject.versions(false).reversed();
    List<Subject.Version> older = level.transitive ? live : live.stream().limit(1).toList();
    for (Subject.Version version : older) {
      List<String> messages = against(version, level, catalog);
      if (!messages.isEmpty()) {
        return messages;
      }
    }
    return List.of();
  }

  /// What speaks against the proposed schema beside this one version.
  List<String> against(Subject.Version version, CompatibilityLevel level, SchemaCatalog catalog) {
    StoredSchema stored = catalog.schema(version.id());
    if (stored == null || level == CompatibilityLevel.NONE) {
      return List.of();
    }
    ParsedSchema old = schemas.stored(stored.content(), catalog);
    List<String> messages = new ArrayList<>();
    if (level.newReadsOld) {
      messages.addAll(
          newReadsOld.computeIfAbsent(version.id(), _ -> messages(proposed, old, "new", "old")));
    }
    if (level.oldReadsNew) {
      messages.addAll(
          oldReadsNew.computeIfAbsent(version.id(), _ -> messages(old, proposed, "old", "new")));
    }
    if (!messages.isEmpty()) {
      messages.add("{oldSchemaVersion: " + version.version() + "}");
      messages.add("{oldSchema: '" + stored.content().text() + "'}");
      messages.add("{compatibility: '" + level + "'}");
    }
    return messages;
  }

  private static List<String> messages(
      ParsedSchema reader, ParsedSchema writer, String readerName, String writerName) {
    List<String> messages = new ArrayList<>();
    for (var each : reader.incompatibilitiesAsReaderOf(writer)) {
      messages.add(
          "{errorType:'"
              + each.type()
              + "', description:'the "
              + readerName
              + " schema cannot read data of the "
              + writerName
              + " one, at path '"
              + each.location()
              + "'', additionalInfo:'"
              + each.detail()
              + "'}");
    }
    return messages;
  }
}
