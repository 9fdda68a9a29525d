package dev.daybook.registry;

import dev.daybook.registry.Command.Decision;
import org.jspecify.annotations.Nullable;

/// Changes of compatibility and mode, for a subject or, where the name is null, for all.
final class Settings {
  private Settings() {}

  static Command<SubjectConfig> setConfig(@Nullable String subject, SubjectConfig wanted) {
    return catalog -> {
      SubjectConfig before = config(subject, catalog);
      SubjectConfig merged = wanted.or(before);
      return Decision.of(new SchemaRecord.ConfigSet(subject, merged), _ -> wanted);
    };
  }

  static Command<SubjectConfig> removeConfig(@Nullable String subject) {
    return catalog -> {
      SubjectConfig before = config(subject, catalog);
      if (subject != null && before.equals(SubjectConfig.NONE)) {
        throw Refusal.subjectNotFound(subject);
      }
      SubjectConfig shown = subject == null ? before.or(Defaults.CONFIG) : before;
      return Decision.of(new SchemaRecord.ConfigSet(subject, null), _ -> shown);
    };
  }

  static Command<SubjectMode> setMode(@Nullable String subject, SubjectMode mode, boolean force) {
    return catalog -> {
      if (mode == SubjectMode.IMPORT && !force && hasSchemas(subject, catalog)) {
        throw Refusal.notPermitted(
            "Cannot import since found existing subjects; set force=true to import beside them");
      }
      return Decision.of(new SchemaRecord.ModeSet(subject, mode), _ -> mode);
    };
  }

  static Command<SubjectMode> removeMode(@Nullable String subject) {
    return catalog -> {
      SubjectMode before = subject == null ? catalog.globalMode() : catalog.subject(subject).mode();
      if (subject != null && before == null) {
        throw Refusal.subjectNotFound(subject);
      }
      SubjectMode shown = before == null ? Defaults.MODE : before;
      return Decision.of(new SchemaRecord.ModeSet(subject, null), _ -> shown);
    };
  }

  private static boolean hasSchemas(@Nullable String subject, SchemaCatalog catalog) {
    return subject == null
        ? catalog.subjects().stream().anyMatch(each -> each.exists(false))
        : catalog.subject(subject).exists(false);
  }

  private static SubjectConfig config(@Nullable String subject, SchemaCatalog catalog) {
    return subject == null ? catalog.globalConfig() : catalog.subject(subject).config();
  }

  /// What holds where nothing is set.
  static final class Defaults {
    static final SubjectConfig CONFIG = new SubjectConfig(CompatibilityLevel.BACKWARD, null);
    static final SubjectMode MODE = SubjectMode.READWRITE;

    private Defaults() {}
  }
}
