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

  /// The smallest step of a leader epoch, and the ids that go with each epoch.
  private static final int MIN_RISE = 1_000;

  private static final long SKIPPED_IDS = 1L << 20;

  /// 2026-01-01T00:00Z: epochs are seconds since then, which fit for 68 years.
  private static final long EPOCH_ZERO_MS = 1_767_225_600_000L;

  private static final TopicCatalog EMPTY =
      new TopicCatalog(
          TreePMap.empty(), HashTreePMap.empty(), HashTreePSet.empty(), 1_000, List.of());

  private final TreePMap<String, Topic> byName;
  private final PMap<TopicId, Topic> byId;
  private final PSet<TopicId> deleted;
  private final long nextProducerId;
  private final List<EpochRaise> raises;

  private TopicCatalog(
      TreePMap<String, Topic> byName,
      PMap<TopicId, Topic> byId,
      PSet<TopicId> deleted,
      long nextProducerId,
      List<EpochRaise> raises) {
    this.byName = byName;
    this.byId = byId;
    this.deleted = deleted;
    this.nextProducerId = nextProducerId;
    this.raises = raises;
  }

  public static TopicCatalog empty() {
    return EMPTY;
  }

  public Optional<Topic> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public Optional<Topic> byId(TopicId id) {
    return Optional.ofNullable(byId.get(id));
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

  /// The leader epoch that records get now.
  public int leaderEpoch() {
    return raises.isEmpty() ? 0 : raises.getLast().epoch();
  }

  /// The leader epochs of a partition. One that a raise does not name came later.
  public LeaderEpochs leaderEpochs(PartitionId id) {
    List<LeaderEpochs.Start> starts = new ArrayList<>();
    starts.add(new LeaderEpochs.Start(0, 0));
    for (EpochRaise raise : raises) {
      Long end = raise.ends().get(id);
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
                        new TopicConfig(wanted.config())))));
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

  /// The catalogue after this record.
  public TopicCatalog replay(CatalogRecord record) {
    return switch (record) {
      case CatalogRecord.TopicCreated(Topic topic) -> withTopic(topic);
      case CatalogRecord.TopicDeleted(TopicId id) -> withoutTopic(id);
      case CatalogRecord.ProducerIdsReserved(long next) ->
          new TopicCatalog(byName, byId, deleted, Math.max(nextProducerId, next), raises);
      case CatalogRecord.EpochRaised(EpochRaise raise) ->
          new TopicCatalog(byName, byId, deleted, nextProducerId, with(raise));
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
    List<String> faults = TopicSettings.check(wanted.config());
    return faults.isEmpty()
        ? Optional.empty()
        : Optional.of(refused(CatalogDecision.Reason.ILLEGAL_CONFIG, String.join("; ", faults)));
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
        raises);
  }

  private TopicCatalog withoutTopic(TopicId id) {
    Topic topic = byId.get(id);
    if (topic == null) {
      return this;
    }
    return new TopicCatalog(
        byName.minus(topic.name()), byId.minus(id), deleted.plus(id), nextProducerId, raises);
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
