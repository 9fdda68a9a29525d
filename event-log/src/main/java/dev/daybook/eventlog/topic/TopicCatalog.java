package dev.daybook.eventlog.topic;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePMap;

/// The names and settings of all topics at one moment: an immutable value. A request is *decided* here and
/// answered with records; only [#replay] makes a new catalogue, so restart, test and production take the
/// same road. Its maps share what did not change: a catalogue of many thousand changes is replayed in the time that
/// those take, not in their square.
public final class TopicCatalog {
  /// More partitions than this would make one request a denial of service.
  public static final int MAX_PARTITIONS = 10_000;

  /// Of all topics together. Each partition is some objects for ever, with or without records: a few requests could
  /// fill the heap with them.
  public static final int MAX_ALL_PARTITIONS = 100_000;

  /// The smallest step of a leader epoch, and the ids that go with each epoch.
  private static final int MIN_RISE = 1_000;

  private static final long SKIPPED_IDS = 1L << 20;

  /// 2026-01-01T00:00Z: epochs are seconds since then, which fit for 68 years.
  private static final long EPOCH_ZERO_MS = 1_767_225_600_000L;

  private static final TopicCatalog EMPTY =
      new TopicCatalog(
          TreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePSet.empty(),
          1_000,
          List.of(),
          TopicDefaults.NONE);

  private final TreePMap<String, Topic> byName;
  private final PMap<TopicId, Topic> byId;
  private final PSet<TopicId> deleted;
  private final long nextProducerId;
  private final List<EpochRaise> raises;
  private final TopicDefaults defaults;

  private TopicCatalog(
      TreePMap<String, Topic> byName,
      PMap<TopicId, Topic> byId,
      PSet<TopicId> deleted,
      long nextProducerId,
      List<EpochRaise> raises,
      TopicDefaults defaults) {
    this.byName = byName;
    this.byId = byId;
    this.deleted = deleted;
    this.nextProducerId = nextProducerId;
    this.raises = raises;
    this.defaults = defaults;
  }

  public static TopicCatalog empty() {
    return EMPTY;
  }

  /// A catalogue without topics, for a server with these defaults.
  public static TopicCatalog empty(TopicDefaults defaults) {
    return new TopicCatalog(
        EMPTY.byName, EMPTY.byId, EMPTY.deleted, EMPTY.nextProducerId, EMPTY.raises, defaults);
  }

  public Optional<Topic> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public Optional<Topic> byId(TopicId id) {
    return Optional.ofNullable(byId.get(id));
  }

  /// What holds for topics that say nothing themselves.
  public TopicDefaults defaults() {
    return defaults;
  }

  /// All topics, by name.
  public Collection<Topic> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /// Whether a topic of this id once was and is gone, so that its files may go too.
  public boolean wasDeleted(TopicId id) {
    return deleted.contains(id);
  }

  /// The first producer id that is not reserved yet.
  public long nextProducerId() {
    return nextProducerId;
  }

  /// How often the leader epoch rose, why, and where each former epoch ended; the first one first.
  public List<EpochRaise> epochRaises() {
    return raises;
  }

  /// The highest leader epoch there is.
  public int leaderEpoch() {
    return raises.isEmpty() ? 0 : raises.getLast().epoch();
  }

  /// The leader epochs of a partition. One that a raise of all does not name came later.
  public LeaderEpochs leaderEpochs(PartitionId id) {
    List<LeaderEpochs.Start> starts = new ArrayList<>();
    starts.add(new LeaderEpochs.Start(0, 0));
    for (EpochRaise raise : raises) {
      Long end = raise.ends().get(id);
      if (end == null && !raise.reason().concernsAll()) {
        continue;
      }
      if (end == null) {
        starts.clear();
      }
      starts.add(new LeaderEpochs.Start(raise.epoch(), end == null ? 0 : end));
    }
    return new LeaderEpochs(starts);
  }

  /// Decides on a new topic.
  ///
  /// @param ids gives the id, so that a test knows it
  public CatalogDecision create(NewTopic wanted, Supplier<TopicId> ids) {
    Optional<CatalogDecision> refusal = refuse(wanted);
    return refusal.orElseGet(
        () ->
            accepted(
                new CatalogRecord.TopicCreated(
                    new Topic(
                        ids.get(),
                        wanted.name(),
                        wanted.partitions(),
                        new TopicConfig(TopicSettings.trimmed(wanted.config())).over(defaults)))));
  }

  /// Decides on the end of a topic.
  public CatalogDecision delete(TopicId id) {
    return byId.containsKey(id)
        ? accepted(new CatalogRecord.TopicDeleted(id))
        : refused(CatalogDecision.Reason.UNKNOWN_TOPIC, "There is no topic with id " + id);
  }

  /// Decides on a block of producer ids, to be handed out one by one.
  public CatalogDecision.Accepted reserveProducerIds(int count) {
    return accepted(new CatalogRecord.ProducerIdsReserved(nextProducerId + count));
  }

  /// Decides on a higher leader epoch. It follows the clock, so that two logs restored from one backup do not
  /// share an epoch, and neither a range of producer ids: each epoch has one of its own. A small rise is left to
  /// brokers that change their leader, so that clients can tell.
  ///
  /// @param ends where each partition ends now
  public CatalogDecision.Accepted raiseEpoch(
      EpochRaise.Reason reason, long atMs, String details, Map<PartitionId, Long> ends) {
    long byClock = (atMs - EPOCH_ZERO_MS) / 1_000;
    long epoch = Math.min(Math.max(leaderEpoch() + MIN_RISE, byClock), Integer.MAX_VALUE);
    long skippedTo = Math.max(nextProducerId + SKIPPED_IDS, epoch * SKIPPED_IDS);
    return new CatalogDecision.Accepted(
        List.of(
            new CatalogRecord.EpochRaised(new EpochRaise((int) epoch, reason, atMs, details, ends)),
            new CatalogRecord.ProducerIdsReserved(skippedTo)));
  }

  /// Decides on a higher leader epoch of some partitions, because what was acknowledged too early may be gone.
  ///
  /// @param ends where each of them ends now
  public CatalogDecision.Accepted raiseEpochOfSome(
      long atMs, String details, Map<PartitionId, Long> ends) {
    int epoch = (int) Math.min(leaderEpoch() + 1L, Integer.MAX_VALUE);
    return accepted(
        new CatalogRecord.EpochRaised(
            new EpochRaise(epoch, EpochRaise.Reason.UNCLEAN_STOP, atMs, details, ends)));
  }

  /// Decides on changes of a topic's settings. No change, no record.
  public CatalogDecision configure(TopicId id, List<ConfigChange> changes) {
    Topic topic = byId.get(id);
    if (topic == null) {
      return refused(CatalogDecision.Reason.UNKNOWN_TOPIC, "There is no topic with id " + id);
    }
    ConfigEdit edit = ConfigEdit.of(topic.config(), changes);
    List<String> faults = new ArrayList<>(edit.faults());
    if (faults.isEmpty()) {
      faults.addAll(faults(topic.name(), edit.given()));
    }
    if (!faults.isEmpty()) {
      return refused(CatalogDecision.Reason.ILLEGAL_CONFIG, String.join("; ", faults));
    }
    Map<String, String> given = TopicSettings.trimmed(edit.given());
    return given.equals(topic.config().given())
        ? new CatalogDecision.Accepted(List.of())
        : accepted(new CatalogRecord.TopicConfigured(id, given));
  }

  /// Decides that these are a topic's settings and no others.
  public CatalogDecision configureAnew(TopicId id, Map<String, String> given) {
    List<ConfigChange> changes = new ArrayList<>();
    byId(id)
        .ifPresent(
            topic ->
                topic.config().given().keySet().stream()
                    .filter(name -> !given.containsKey(name))
                    .forEach(name -> changes.add(new ConfigChange.Reset(name))));
    given.forEach((name, value) -> changes.add(new ConfigChange.Assign(name, value)));
    return configure(id, changes);
  }

  /// Decides on more partitions for a topic.
  ///
  /// @param partitions how many it shall have then
  public CatalogDecision addPartitions(TopicId id, int partitions) {
    Topic topic = byId.get(id);
    if (topic == null) {
      return refused(CatalogDecision.Reason.UNKNOWN_TOPIC, "There is no topic with id " + id);
    }
    int now = topic.partitions();
    if (partitions <= now) {
      return refused(
          CatalogDecision.Reason.ILLEGAL_PARTITIONS,
          partitions == now
              ? "Topic already has " + now + " partition(s)."
              : "The topic %s currently has %d partition(s); %d would not be an increase."
                  .formatted(topic.name(), now, partitions));
    }
    if (partitions > MAX_PARTITIONS) {
      return refused(
          CatalogDecision.Reason.ILLEGAL_PARTITIONS,
          "A topic has at most " + MAX_PARTITIONS + " partitions, not " + partitions);
    }
    if (wouldBeTooMany(partitions - topic.partitions())) {
      return tooMany(partitions - topic.partitions());
    }
    if (topic.internal()) {
      return refused(
          CatalogDecision.Reason.ILLEGAL_PARTITIONS,
          "Topic '%s' is internal: what lies in which of its partitions follows from their number, which stays"
              .formatted(topic.name()));
    }
    return accepted(new CatalogRecord.PartitionsAdded(id, partitions));
  }

  /// The catalogue after this record.
  public TopicCatalog replay(CatalogRecord record) {
    return switch (record) {
      case CatalogRecord.TopicCreated(Topic topic) ->
          withTopic(topic.with(topic.config().over(defaults)));
      case CatalogRecord.TopicDeleted(TopicId id) -> withoutTopic(id);
      // Where a part of the catalogue was given up, the topic may not be known.
      case CatalogRecord.TopicConfigured(TopicId id, Map<String, String> given) ->
          byId(id).map(topic -> withTopic(topic.with(topic.config().with(given)))).orElse(this);
      case CatalogRecord.PartitionsAdded(TopicId id, int partitions) ->
          byId(id).map(topic -> withTopic(topic.with(partitions))).orElse(this);
      case CatalogRecord.ProducerIdsReserved(long next) ->
          new TopicCatalog(byName, byId, deleted, Math.max(nextProducerId, next), raises, defaults);
      case CatalogRecord.EpochRaised(EpochRaise raise) ->
          new TopicCatalog(byName, byId, deleted, nextProducerId, with(raise), defaults);
    };
  }

  private Optional<CatalogDecision> refuse(NewTopic wanted) {
    String name = wanted.name();
    if (!TopicNames.isLegal(name)) {
      return Optional.of(
          refused(
              CatalogDecision.Reason.ILLEGAL_NAME,
              "Topic name is invalid: '"
                  + shortened(name)
                  + "'; use 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-', and neither '.' nor '..'"));
    }
    if (byName.containsKey(name)) {
      return Optional.of(
          refused(CatalogDecision.Reason.NAME_TAKEN, "Topic '" + name + "' already exists."));
    }
    Optional<String> collision =
        byName.keySet().stream()
            .filter(other -> other.replace('.', '_').equals(name.replace('.', '_')))
            .findFirst();
    if (collision.isPresent()) {
      return Optional.of(
          refused(
              CatalogDecision.Reason.ILLEGAL_NAME,
              "Topic '" + name + "' collides with existing topic: " + collision.get()));
    }
    if (wanted.partitions() < 1 || wanted.partitions() > MAX_PARTITIONS) {
      return Optional.of(
          refused(
              CatalogDecision.Reason.ILLEGAL_PARTITIONS,
              "Number of partitions must be between 1 and "
                  + MAX_PARTITIONS
                  + ", not "
                  + wanted.partitions()));
    }
    if (wouldBeTooMany(wanted.partitions())) {
      return Optional.of(tooMany(wanted.partitions()));
    }
    List<String> faults = faults(name, wanted.config());
    return faults.isEmpty()
        ? Optional.empty()
        : Optional.of(refused(CatalogDecision.Reason.ILLEGAL_CONFIG, String.join("; ", faults)));
  }

  private boolean wouldBeTooMany(int more) {
    return byName.values().stream().mapToLong(Topic::partitions).sum() + more > MAX_ALL_PARTITIONS;
  }

  private static CatalogDecision tooMany(int more) {
    return refused(
        CatalogDecision.Reason.ILLEGAL_PARTITIONS,
        "All topics together have at most %d partitions, and %d more would be too many; delete topics that nobody uses"
            .formatted(MAX_ALL_PARTITIONS, more));
  }

  /// What is wrong with settings, each by itself, together, and for this topic.
  private List<String> faults(String name, Map<String, String> given) {
    List<String> faults = TopicSettings.check(given);
    if (!faults.isEmpty()) {
      return faults;
    }
    TopicConfig config = new TopicConfig(TopicSettings.trimmed(given)).over(defaults);
    return TopicNames.isInternal(name) ? internalFaults(config) : config.conflicts();
  }

  /// The server itself lives on its internal topics: their records are not deleted, checked or held to be safe too early.
  private static List<String> internalFaults(TopicConfig config) {
    List<String> faults = new ArrayList<>(config.conflicts());
    if (!config.compacted() || config.deletesOld()) {
      faults.add("The cleanup.policy of an internal topic is compact, and stays so");
    }
    config.given().keySet().stream()
        .filter(setting -> setting.startsWith("daybook."))
        .forEach(setting -> faults.add(setting + " is not for internal topics"));
    return faults;
  }

  private List<EpochRaise> with(EpochRaise raise) {
    List<EpochRaise> more = new ArrayList<>(raises);
    more.add(raise);
    return List.copyOf(more);
  }

  private TopicCatalog withTopic(Topic topic) {
    return new TopicCatalog(
        byName.plus(topic.name(), topic),
        byId.plus(topic.id(), topic),
        deleted,
        nextProducerId,
        raises,
        defaults);
  }

  private TopicCatalog withoutTopic(TopicId id) {
    Topic topic = byId.get(id);
    if (topic == null) {
      return this;
    }
    return new TopicCatalog(
        byName.minus(topic.name()),
        byId.minus(id),
        deleted.plus(id),
        nextProducerId,
        raises,
        defaults);
  }

  private static CatalogDecision.Accepted accepted(CatalogRecord record) {
    return new CatalogDecision.Accepted(List.of(record));
  }

  private static CatalogDecision.Refused refused(CatalogDecision.Reason reason, String message) {
    return new CatalogDecision.Refused(reason, message);
  }

  private static String shortened(String name) {
    return name.length() <= 60 ? name : name.substring(0, 60) + "…";
  }
}
