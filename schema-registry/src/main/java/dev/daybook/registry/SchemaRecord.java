package dev.daybook.registry;

import org.jspecify.annotations.Nullable;

/// One record of `_schemas`: the only thing that changes a [SchemaCatalog]. The bytes are [RecordFormat]'s.
sealed interface SchemaRecord {
  /// A version is there, deleted or not.
  record VersionStored(String subject, int version, int id, SchemaContent content, boolean deleted)
      implements SchemaRecord {}

  /// A version is gone for good.
  record VersionErased(String subject, int version) implements SchemaRecord {}

  /// A subject's config, the global one where `subject` is null, or its removal where `config` is.
  record ConfigSet(@Nullable String subject, @Nullable SubjectConfig config)
      implements SchemaRecord {}

  /// A subject's mode, the global one where `subject` is null, or its removal where `mode` is.
  record ModeSet(@Nullable String subject, @Nullable SubjectMode mode) implements SchemaRecord {}

  /// All versions of a subject up to this one are deleted.
  record SubjectDeleted(String subject, int upToVersion) implements SchemaRecord {}

  /// A subject's config and mode are gone.
  record SubjectCleared(String subject) implements SchemaRecord {}

  /// Says nothing about subjects: the writer's mark that it has read everything before. No id up to `maxId` may be
  /// handed out again, even where its last version is erased and compacted away, or its record was lost with what a log
  /// had behind its backup: `safeEpoch` is the leader epoch up to which that is so, -1 when unknown. `writer` tells one
  /// mark from another.
  record Mark(int maxId, String writer, int safeEpoch) implements SchemaRecord {}
}
