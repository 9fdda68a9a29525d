package dev.daybook.registry;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All subjects and schemas: a pure state machine that only [#replay] changes, so that start, restart, test and
/// production take the same road. One thread replays; any thread reads, and sees each subject whole. Nothing here is
/// durable: the log is.
final class SchemaCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaCatalog.class);

  private final NavigableMap<String, Subject> subjects = new ConcurrentSkipListMap<>();
  private final Map<Integer, StoredSchema> byId = new ConcurrentHashMap<>();
  private final Map<SchemaContent, Integer> idByContent = new ConcurrentHashMap<>();
  private final Map<UUID, Integer> idByGuid = new ConcurrentHashMap<>();
  private final Map<Integer, NavigableSet<SubjectVersion>> uses = new ConcurrentHashMap<>();
  private final Map<SubjectVersion, NavigableSet<Integer>> referrers = new ConcurrentHashMap<>();
  private volatile SubjectConfig globalConfig = SubjectConfig.NONE;
  private volatile @Nullable SubjectMode globalMode;
  private volatile int highestId;
  private volatile LostIds lostIds = LostIds.NONE;

  SchemaCatalog copy() {
    var copy = new SchemaCatalog();
    copy.subjects.putAll(subjects);
    copy.byId.putAll(byId);
    copy.idByContent.putAll(idByContent);
    copy.idByGuid.putAll(idByGuid);
    uses.forEach((id, set) -> copy.uses.put(id, new ConcurrentSkipListSet<>(set)));
    referrers.forEach((to, set) -> copy.referrers.put(to, new ConcurrentSkipListSet<>(set)));
    copy.globalConfig = globalConfig;
    copy.globalMode = globalMode;
    copy.highestId = highestId;
    copy.lostIds = lostIds;
    return copy;
  }

  void replay(SchemaRecord record, long timestampMs) {
    switch (record) {
      case SchemaRecord.VersionStored r -> store(r, timestampMs);
      case SchemaRecord.VersionErased r -> erase(r.subject(), r.version());
      case SchemaRecord.ConfigSet r -> config(r);
      case SchemaRecord.ModeSet r -> mode(r);
      case SchemaRecord.SubjectDeleted r -> put(subject(r.subject()).deletedUpTo(r.upToVersion()));
      case SchemaRecord.SubjectCleared r ->
          put(subject(r.subject()).with(SubjectConfig.NONE).with((SubjectMode) null));
      case SchemaRecord.Mark r -> {
        highestId = Math.max(highestId, r.maxId());
        lostIds = lostIds.safeUpTo(r.safeEpoch());
      }
    }
  }

  /// Notes the leader epoch in which a record was appended; -1 when it has none.
  void appendedIn(int leaderEpoch) {
    lostIds = lostIds.appendedIn(leaderEpoch);
  }

  private void store(SchemaRecord.VersionStored r, long timestampMs) {
    var name = new SubjectVersion(r.subject(), r.version());
    Subject subject = subject(r.subject());
    Subject.Version before = subject.versions().get(r.version());
    if (before != null && before.id() != r.id()) {
      release(before.id(), name);
    }
    StoredSchema known = byId.get(r.id());
    if (known == null) {
      keep(new StoredSchema(r.id(), r.content(), timestampMs));
    } else if (!known.content().equals(r.content())) {
      LOG.warn(
          "schema id used twice; the first meaning stands id={} subject={} version={}",
          r.id(),
          r.subject(),
          r.version());
    }
    uses.computeIfAbsent(r.id(), _ -> new ConcurrentSkipListSet<>()).add(name);
    highestId = Math.max(highestId, r.id());
    put(subject.with(new Subject.Version(r.version(), r.id(), r.deleted(), timestampMs)));
  }

  private void keep(StoredSchema schema) {
    byId.put(schema.id(), schema);
    idByContent.putIfAbsent(schema.content(), schema.id());
    idByGuid.putIfAbsent(schema.guid(), schema.id());
    for (Reference reference : schema.content().references()) {
      referrers
          .computeIfAbsent(reference.target(), _ -> new ConcurrentSkipListSet<>())
          .add(schema.id());
    }
  }

  private void erase(String subjectName, int version) {
    Subject subject = subject(subjectName);
    Subject.Version erased = subject.versions().get(version);
    if (erased != null) {
      put(subject.without(version));
      release(erased.id(), new SubjectVersion(subjectName, version));
    }
  }

  private void release(int id, SubjectVersion use) {
    NavigableSet<SubjectVersion> left = uses.get(id);
    if (left == null || !left.remove(use) || !left.isEmpty()) {
      return;
    }
    uses.remove(id);
    StoredSchema schema = byId.remove(id);
    if (schema == null) {
      return;
    }
    idByContent.remove(schema.content(), id);
    idByGuid.remove(schema.guid(), id);
    for (Reference reference : schema.content().references()) {
      referrers.getOrDefault(reference.target(), Collections.emptyNavigableSet()).remove(id);
    }
  }

  private void config(SchemaRecord.ConfigSet r) {
    SubjectConfig config = r.config() == null ? SubjectConfig.NONE : r.config();
    if (r.subject() == null) {
      globalConfig = config;
    } else {
      put(subject(r.subject()).with(config));
    }
  }

  private void mode(SchemaRecord.ModeSet r) {
    if (r.subject() == null) {
      globalMode = r.mode();
    } else {
      put(subject(r.subject()).with(r.mode()));
    }
  }

  private void put(Subject subject) {
    if (subject.empty()) {
      subjects.remove(subject.name());
    } else {
      subjects.put(subject.name(), subject);
    }
  }

  /// The subject, empty where nobody wrote to it.
  Subject subject(String name) {
    Subject subject = subjects.get(name);
    return subject == null ? Subject.empty(name) : subject;
  }

  /// All subjects in the order of their names.
  Collection<Subject> subjects() {
    return subjects.values();
  }

  @Nullable StoredSchema schema(int id) {
    return byId.get(id);
  }

  @Nullable StoredSchema schema(UUID guid) {
    Integer id = idByGuid.get(guid);
    return id == null ? null : byId.get(id);
  }

  @Nullable Integer idOf(SchemaContent content) {
    return idByContent.get(content);
  }

  int highestId() {
    return highestId;
  }

  /// Whether ids may have been handed out that this catalogue does not know.
  LostIds lostIds() {
    return lostIds;
  }

  /// Where a schema is used, deleted versions included.
  Collection<SubjectVersion> usesOf(int id) {
    return uses.getOrDefault(id, Collections.emptyNavigableSet());
  }

  /// The schemas that refer to this version.
  Collection<Integer> referrersOf(SubjectVersion version) {
    return referrers.getOrDefault(version, Collections.emptyNavigableSet());
  }

  boolean live(SubjectVersion use) {
    Subject.Version version = subject(use.subject()).versions().get(use.version());
    return version != null && !version.deleted();
  }

  SubjectConfig globalConfig() {
    return globalConfig;
  }

  @Nullable SubjectMode globalMode() {
    return globalMode;
  }

  /// What holds for the subject in the end: its own settings, then the global ones, then the defaults.
  SubjectConfig effectiveConfig(Subject subject) {
    return subject
        .config()
        .or(globalConfig)
        .or(new SubjectConfig(CompatibilityLevel.BACKWARD, null));
  }

  CompatibilityLevel effectiveLevel(Subject subject) {
    CompatibilityLevel level = effectiveConfig(subject).level();
    return level == null ? CompatibilityLevel.BACKWARD : level;
  }

  SubjectMode effectiveMode(Subject subject) {
    SubjectMode global = globalMode == null ? SubjectMode.READWRITE : globalMode;
    SubjectMode own = subject.mode();
    return own == null || global == SubjectMode.READONLY_OVERRIDE ? global : own;
  }
}
