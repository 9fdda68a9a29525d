package dev.daybook.registry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The wish to have a schema as a version of a subject. Asked again, it answers with the version that is there; a
/// deleted version with the same schema comes back as a new version under the same id.
record Registration(
    String subjectName,
    SchemaContent content,
    CompatibilityCheck check,
    @Nullable Integer wantedId,
    @Nullable Integer wantedVersion,
    int incompatibleCode)
    implements Command<SubjectVersion> {

  @Override
  public Decision<SubjectVersion> decide(SchemaCatalog catalog) {
    Subject subject = catalog.subject(subjectName);
    Integer knownId = catalog.idOf(content);
    Subject.Version there = knownId == null ? null : subject.withId(knownId, false);
    if (there != null) {
      var known = new SubjectVersion(subjectName, there.version());
      return new Decision<>(List.of(), _ -> known);
    }
    SubjectMode mode = catalog.effectiveMode(subject);
    requireMode(mode);
    if (mode != SubjectMode.IMPORT) {
      requireCompatible(subject, catalog);
    }
    int version = version(subject, mode);
    int id = id(knownId, catalog);
    List<SchemaRecord> records = new ArrayList<>();
    records.add(new SchemaRecord.VersionStored(subjectName, version, id, content, false));
    for (Subject.Version old : subject.versions().values()) {
      if (old.id() == id && old.deleted() && old.version() != version) {
        records.add(new SchemaRecord.VersionErased(subjectName, old.version()));
      }
    }
    var registered = new SubjectVersion(subjectName, version);
    return new Decision<>(records, _ -> registered);
  }

  private void requireMode(SubjectMode mode) {
    if (!mode.writable()) {
      throw Refusal.notPermitted("Subject " + subjectName + " is in read-only mode");
    }
    if (wantedId != null && mode != SubjectMode.IMPORT) {
      throw Refusal.notPermitted("Subject " + subjectName + " is not in import mode");
    }
    if (wantedId == null && mode == SubjectMode.IMPORT) {
      throw Refusal.notPermitted(
          "Subject " + subjectName + " is in import mode: give the schema's id, or leave the mode");
    }
  }

  private void requireCompatible(Subject subject, SchemaCatalog catalog) {
    List<String> reasons = check.against(subject, catalog.effectiveLevel(subject), catalog);
    if (!reasons.isEmpty()) {
      throw new Refusal(
          409,
          incompatibleCode,
          "Schema being registered is incompatible with an earlier schema for subject \""
              + subjectName
              + "\", details: ["
              + String.join(", ", reasons)
              + "]");
    }
  }

  private int version(Subject subject, SubjectMode mode) {
    int next = subject.nextVersion();
    if (wantedVersion == null || wantedVersion <= 0) {
      return next;
    }
    if (mode == SubjectMode.IMPORT) {
      if (subject.versions().containsKey(wantedVersion)) {
        throw Refusal.notPermitted(
            "Version "
                + wantedVersion
                + " of subject "
                + subjectName
                + " exists with another schema");
      }
      return wantedVersion;
    }
    if (wantedVersion != next) {
      throw Refusal.invalidSchema(
          "version " + wantedVersion + " is not one more than the previous version " + (next - 1));
    }
    return next;
  }

  private int id(@Nullable Integer knownId, SchemaCatalog catalog) {
    if (wantedId == null) {
      return knownId == null ? catalog.highestId() + 1 : knownId;
    }
    StoredSchema taken = catalog.schema(wantedId);
    if (taken != null && !taken.content().equals(content)) {
      throw Refusal.idDoesNotMatch("Id " + wantedId + " already stands for another schema");
    }
    return wantedId;
  }
}
