package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.CatalogCodec;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.CatalogRecord;
import dev.daybook.eventlog.topic.EpochRaise;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The topics of a shard as the appender decides about them, and the live partitions that follow from
/// them. Decisions are taken on the state that includes all earlier ones; the world sees a catalogue only
/// when it is forced.
///
/// Owned by the appender, but for [#published] and [#partition], which anybody may call.
final class Catalogue {
  /// Producer ids are reserved by the thousand: one forced record for so many producers.
  private static final int PRODUCER_ID_BLOCK = 1_000;

  private static final String DAMAGED =
      "The catalogue of topics may have lost records, so it takes no more; stop Daybook, then restore the data directory from a backup or run 'daybook repair'";

  private static final String FULL =
      "The disk is nearly full: free some space before you create topics or partitions, or change settings that do not shorten a retention";

  private final Partition home;
  private final PartitionLogs logs;
  private final Admission admission;
  private final Clock clock;
  private final Map<PartitionId, Partition> partitions = new ConcurrentHashMap<>();
  private final List<Consumer<TopicCatalog>> listeners = new CopyOnWriteArrayList<>();
  private volatile TopicCatalog published;
  private TopicCatalog decided;
  private long nextProducerId;

  Catalogue(
      Partition home,
      TopicCatalog recovered,
      Map<PartitionId, Partition> recoveredPartitions,
      PartitionLogs logs,
      Admission admission,
      Clock clock) {
    this.home = home;
    this.published = recovered;
    this.decided = recovered;
    this.nextProducerId = recovered.nextProducerId();
    this.partitions.putAll(recoveredPartitions);
    this.logs = logs;
    this.admission = admission;
    this.clock = clock;
  }

  /// The topics there durably are.
  TopicCatalog published() {
    return published;
  }

  @Nullable Partition partition(PartitionId id) {
    return partitions.get(id);
  }

  /// Tells each newly published catalogue, on the appender's thread.
  void listen(Consumer<TopicCatalog> listener) {
    listeners.add(listener);
  }

  void ask(Command.AskCatalogue command, Round round, Placement placement) {
    CatalogDecision decision;
    try {
      decision = command.question().apply(decided);
    } catch (RuntimeException e) {
      // Nothing is decided yet: only who asked this is concerned.
      round.reply(() -> command.reply().completeExceptionally(e));
      return;
    }
    switch (decision) {
      case CatalogDecision.Accepted(List<CatalogRecord> records) -> {
        if (home.damage().isOpen()) {
          decision = new CatalogDecision.Refused(CatalogDecision.Reason.DAMAGED, DAMAGED);
        } else if (!records.stream().allMatch(this::isTaken)) {
          decision = new CatalogDecision.Refused(CatalogDecision.Reason.STORAGE_FULL, FULL);
        } else if (!records.isEmpty()) {
          write(records, round, placement);
        }
      }
      case CatalogDecision.Refused refused -> {}
    }
    CatalogDecision answer = decision;
    round.reply(() -> command.reply().complete(answer));
  }

  /// Whether the partitions that release what is written are any.
  boolean releasesWritten() {
    return partitions.values().stream().anyMatch(one -> one.appending().releasesWritten());
  }

  /// Raises the leader epoch, also of what is appended later in this round.
  void raiseEpoch(Command.RaiseEpoch command, Round round, Placement placement) {
    boolean some = command.reason() == EpochRaise.Reason.UNCLEAN_STOP;
    Map<PartitionId, Long> ends = new HashMap<>();
    partitions.forEach(
        (id, partition) -> {
          if (!some || partition.appending().releasesWritten()) {
            ends.put(id, partition.appending().nextOffset());
          }
        });
    CatalogDecision.Accepted decision =
        some
            ? decided.raiseEpochOfSome(clock.wallMs(), command.details(), ends)
            : decided.raiseEpoch(command.reason(), clock.wallMs(), command.details(), ends);
    write(decision.records(), round, placement);
    home.appending().leaderEpoch(decided.leaderEpochs(home.id()).current());
    partitions.forEach(
        (id, partition) -> partition.appending().leaderEpoch(decided.leaderEpochs(id).current()));
    nextProducerId = decided.nextProducerId();
    round.reply(() -> command.reply().complete(decision));
  }

  void newProducerId(Command.NewProducerId command, Round round, Placement placement) {
    try {
      long id = newProducerId(round, placement, false);
      round.reply(() -> command.reply().complete(id));
    } catch (LogDamagedException | LogFullException refusal) {
      round.reply(() -> command.reply().completeExceptionally(refusal));
    }
  }

  /// Hands out a producer id; whoever is told of it waits for the round's force.
  ///
  /// @param isOwed whether who asks can not go back any more, and gets one whatever the disk has left
  /// @throws LogDamagedException when the catalogue is damaged, and nobody knows which ids were handed out
  /// @throws LogFullException when more of them would have to be reserved, and the disk is too full for that
  long newProducerId(Round round, Placement placement, boolean isOwed) {
    if (home.damage().isOpen()) {
      throw new LogDamagedException(DAMAGED);
    }
    if (nextProducerId == decided.nextProducerId()) {
      List<CatalogRecord> reserved = decided.reserveProducerIds(PRODUCER_ID_BLOCK).records();
      if (!isOwed && !reserved.stream().allMatch(this::isTaken)) {
        throw new LogFullException(
            "The disk is too full to reserve more producer ids; free some space or add a larger disk");
      }
      write(reserved, round, placement);
    }
    return nextProducerId++;
  }

  /// Shows the world what was decided; it is forced now.
  void publish() {
    if (published == decided) {
      return;
    }
    TopicCatalog before = published;
    if (before.leaderEpoch() != decided.leaderEpoch()) {
      partitions.forEach((id, partition) -> partition.show(decided.leaderEpochs(id)));
    }
    for (Topic topic : decided.all()) {
      Topic known = before.byId(topic.id()).orElse(null);
      if (known == null) {
        open(topic, 0);
      } else if (!known.equals(topic)) {
        change(known, topic);
      }
    }
    published = decided;
    for (Topic topic : before.all()) {
      if (decided.byId(topic.id()).isEmpty()) {
        close(topic);
      }
    }
    listeners.forEach(listener -> Guests.call(() -> listener.accept(published)));
  }

  /// Whether a full disk takes this record. What makes room is taken as long as the journal takes anything; internal
  /// topics, without which no offset is committed, ids and settings have the reserve, as commits do.
  private boolean isTaken(CatalogRecord record) {
    return switch (record) {
      case CatalogRecord.TopicDeleted _, CatalogRecord.EpochRaised _ -> true;
      case CatalogRecord.PartitionsAdded _ -> !admission.isDiskFull();
      case CatalogRecord.TopicCreated(Topic topic) ->
          topic.internal() ? hasReserve() : !admission.isDiskFull();
      case CatalogRecord.TopicConfigured(TopicId id, Map<String, String> given) ->
          hasReserve() || makesRoom(id, given);
      case CatalogRecord.ProducerIdsReserved _ -> hasReserve();
    };
  }

  private boolean hasReserve() {
    return admission.refuse(true, RecordBatch.HEADER_BYTES).isEmpty();
  }

  /// Whether settings let go of records that stayed so far.
  private boolean makesRoom(TopicId id, Map<String, String> given) {
    return decided
        .byId(id)
        .map(Topic::config)
        .filter(config -> config.with(given).keepsLessThan(config))
        .isPresent();
  }

  private void write(List<CatalogRecord> records, Round round, Placement placement) {
    RecordBatchBuilder batch = RecordBatchBuilder.uncompressed();
    long nowMs = clock.wallMs();
    for (CatalogRecord record : records) {
      batch.append(nowMs, null, ByteBuffer.wrap(CatalogCodec.encode(record)));
    }
    ByteBuffer bytes = batch.build();
    placement.assign(home, bytes, round);
    for (CatalogRecord record : records) {
      decided = decided.replay(record);
    }
  }

  private void change(Topic known, Topic changed) {
    for (int index = 0; index < known.partitions(); index++) {
      Partition partition = partitions.get(changed.partition(index));
      if (partition != null) {
        partition.configure(changed);
      }
    }
    open(changed, known.partitions());
  }

  private void open(Topic topic, int firstIndex) {
    for (int index = firstIndex; index < topic.partitions(); index++) {
      PartitionId id = topic.partition(index);
      AppendState appending =
          new AppendState(
              id,
              topic.config(),
              new ProducerState(),
              decided.leaderEpochs(id).current(),
              LogEnd.EMPTY,
              -1);
      partitions.put(
          id, new Partition(id, topic, logs.get(id), appending, decided.leaderEpochs(id)));
    }
  }

  private void close(Topic topic) {
    for (int index = 0; index < topic.partitions(); index++) {
      Partition partition = partitions.remove(topic.partition(index));
      if (partition != null) {
        partition.delete();
      }
    }
  }

  /// Places a batch at a partition's end, in this round.
  @FunctionalInterface
  interface Placement {
    AppendResult.Appended assign(Partition partition, ByteBuffer batch, Round round);
  }
}
