package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.journal.JournalEntry;
import dev.daybook.eventlog.journal.JournalItem;
import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Owns every decision of a shard that needs order: offsets, idempotence, rolls, names. One thread steps
/// it; it decides from memory and never decompresses, reads a file or calls foreign code.
///
/// A round takes what has come in, decides it, writes the decisions as one journal entry and forces that. Only
/// then do high watermarks move and replies leave, so whatever anybody is told rests on forced bytes (on written ones, where
/// a topic has `daybook.durability=written`). While a
/// round forces, the next one's requests gather: under load entries grow by themselves, and no timer is
/// needed. When the machine stops half-way, either the whole entry is in the journal or none of it is, and
/// nobody was told.
///
/// An error here stops the process: what was decided can not be taken back.
final class Appender implements Owner {
  private static final AppendResult.Refused DELETED =
      new AppendResult.Refused(AppendResult.Reason.UNKNOWN_PARTITION, "The topic is being deleted");

  private static final AppendResult.Refused OTHERS_REFUSED =
      new AppendResult.Refused(
          AppendResult.Reason.OTHERS_REFUSED,
          "Other parts of the request were refused; nothing of it was appended");

  /// A round stops taking requests at about this many bytes, so that no force takes long.
  private final long roundBytes;

  private final Inbox<Command> inbox;
  private final Journal journal;
  private final Catalogue catalogue;
  private final Inbox<DurableEntry> segmentWriter;
  private final Admission admission;
  private final Clock clock;
  private volatile Measurements measurements = Measurements.NONE;

  /// When the round began, by the monotonic clock.
  private long begunNs;

  /// Forced in this round, and not given to the segment writer yet.
  private @Nullable DurableEntry durableEntry;

  Appender(
      Inbox<Command> inbox,
      Journal journal,
      Catalogue catalogue,
      Inbox<DurableEntry> segmentWriter,
      Admission admission,
      Clock clock,
      long roundBytes) {
    this.inbox = inbox;
    this.journal = journal;
    this.catalogue = catalogue;
    this.segmentWriter = segmentWriter;
    this.admission = admission;
    this.clock = clock;
    this.roundBytes = roundBytes;
  }

  @Override
  public int doWork() throws IOException {
    if (inbox.isEmpty() || !admission.roomForARound()) {
      return 0;
    }
    AppendEvent event = new AppendEvent();
    event.begin();
    begunNs = clock.monotonicNs();
    Round round = new Round();
    int commands = 0;
    while (round.sizeBytes() < roundBytes) {
      Command command = inbox.take();
      if (command == null) {
        break;
      }
      decide(command, round);
      commands++;
    }
    if (!round.items().isEmpty()) {
      force(round);
    }
    publish(round);
    tell(round, event, clock.monotonicNs() - begunNs);
    return commands;
  }

  @Override
  public long idleNs() {
    return 100_000_000L;
  }

  /// Says whom to tell of rounds and decisions.
  void measuredBy(Measurements teller) {
    measurements = teller;
  }

  private void tell(Round round, AppendEvent event, long durationNs) {
    int items = round.items().size();
    if (items > 0) {
      measurements.round(round.sizeBytes(), items, durationNs, journal.lastForceNs());
      event.sequence = journal.nextSequence() - 1;
      event.items = items;
      event.sizeBytes = round.sizeBytes();
      event.commit();
    }
  }

  private void decide(Command command, Round round) {
    switch (command) {
      case Command.AppendParts append -> appendParts(append, round);
      case Command.Decide<?> decision -> decide(decision, round);
      case Command.AskCatalogue ask -> catalogue.ask(ask, round, this::assignOurs);
      case Command.NewProducerId ask -> catalogue.newProducerId(ask, round, this::assignOurs);
      case Command.RaiseLogStart raise -> raiseLogStart(raise, round);
      case Command.DescribeProducers ask -> {
        List<ActiveProducer> producers = ask.partition().appending().producers().active();
        round.reply(() -> ask.reply().complete(producers));
      }
      case Command.ExpireProducers expire -> expireProducers(expire, round);
      case Command.RaiseEpoch ask -> catalogue.raiseEpoch(ask, round, this::assignOurs);
    }
  }

  /// A decision that fails before it appended anything is its owner's matter. One that fails later has left half of
  /// itself in the round, and nobody can tell what its owner believes now.
  private <R> void decide(Command.Decide<R> command, Round round) {
    int before = round.items().size();
    R result;
    try {
      result = command.decision().apply(new AppendingToRound(round));
    } catch (RuntimeException e) {
      if (round.items().size() > before) {
        throw e;
      }
      round.reply(() -> command.reply().refuse(e));
      return;
    }
    command.reply().decided().complete(result);
    round.reply(() -> command.reply().durable().complete(result));
  }

  /// A start above the high watermark would speak of records that nobody knows yet.
  private void raiseLogStart(Command.RaiseLogStart command, Round round) {
    Partition partition = command.partition();
    long asked = command.startOffset();
    LogStartResult result;
    if (partition.isDeleted()) {
      result = new LogStartResult.UnknownPartition();
    } else if (asked < 0 || asked > partition.highWatermark()) {
      result = new LogStartResult.OutOfRange(partition.highWatermark());
    } else if (partition.damage().isOpen()) {
      result = new LogStartResult.ReadOnly();
    } else {
      AppendState state = partition.appending();
      // Items without batches count as the smallest batch, so that a round's table stays small.
      state
          .raiseStart(asked, command.wholeSegments())
          .forEach(item -> round.add(item, RecordBatch.HEADER_BYTES));
      state.producers().open().forEach(partition.transactions()::continued);
      round.moved(partition);
      result = new LogStartResult.StartsAt(state.startOffset());
    }
    round.reply(() -> command.reply().complete(result));
  }

  private void expireProducers(Command.ExpireProducers command, Round round) {
    Partition partition = command.partition();
    ProducerState producers = partition.appending().producers();
    // On a full disk nobody new comes either; there will be another look.
    List<Long> idle =
        partition.isDeleted() || partition.damage().isOpen() || admission.isDiskFull()
            ? List.of()
            : producers.idleSince(begunNs - command.idleNs());
    for (long id : idle) {
      producers.forget(id);
      partition.transactions().forgotten(id);
      round.add(new JournalItem.ForgetProducer(partition.id(), id), RecordBatch.HEADER_BYTES);
    }
    round.moved(partition);
    round.reply(() -> command.reply().complete(idle.size()));
  }

  private void appendParts(Command.AppendParts command, Round round) {
    Optional<List<AppendResult>> refused =
        command.together() ? refuseTogether(command.parts()) : Optional.empty();
    List<AppendResult> results =
        refused.orElseGet(() -> command.parts().stream().map(part -> append(part, round)).toList());
    for (int i = 0; i < results.size(); i++) {
      measurements.decided(results.get(i), command.parts().get(i).sizeBytes());
    }
    command.reply().decided().complete(results);
    Runnable reply = () -> command.reply().durable().complete(results);
    if (command.parts().stream().allMatch(Appender::isReleasedWhenWritten)) {
      round.replyWhenWritten(reply);
    } else {
      round.reply(reply);
    }
  }

  /// Markers are not: what a transaction became is told when it is durable.
  private static boolean isReleasedWhenWritten(AppendPart part) {
    return part instanceof PartitionAppend append
        && append.partition().appending().releasesWritten();
  }

  /// Why none of these is appended; empty when all can be. Each is judged by what was before all of them.
  private Optional<List<AppendResult>> refuseTogether(List<AppendPart> parts) {
    List<AppendResult> judged =
        parts.stream()
            .map(part -> judge(part).filter(AppendResult.Refused.class::isInstance))
            .map(refused -> refused.orElse(OTHERS_REFUSED))
            .toList();
    return judged.stream().allMatch(OTHERS_REFUSED::equals)
        ? Optional.empty()
        : Optional.of(judged);
  }

  private AppendResult append(AppendPart part, Round round) {
    return judge(part).orElseGet(() -> place(part, round));
  }

  private Optional<AppendResult> judge(AppendPart part) {
    return switch (part) {
      case PartitionAppend append -> judge(append);
      case MarkerAppend marker -> judge(marker, admission.refuse(true, marker.sizeBytes()));
    };
  }

  private AppendResult place(AppendPart part, Round round) {
    return switch (part) {
      case PartitionAppend append -> assign(append, round);
      case MarkerAppend(Partition partition, TransactionMarker marker) ->
          assignOurs(partition, marker.batch(clock.wallMs()), round);
    };
  }

  /// What keeps a batch from being placed; empty when nothing does.
  private Optional<AppendResult> judge(PartitionAppend append) {
    Partition partition = append.partition();
    if (partition.isDeleted()) {
      return Optional.of(DELETED);
    }
    RecordBatch batch = RecordBatch.at(append.batch(), append.batch().position());
    AppendState state = partition.appending();
    Optional<AppendResult.Refused> refused =
        append
            .notYet()
            .or(() -> ReadOnly.refuse(partition))
            .or(() -> admission.refuse(partition.mayUseReserve(), batch.sizeBytes()))
            .or(() -> state.refuse(batch))
            .or(() -> refuseDates(partition, batch));
    if (refused.isPresent()) {
      state.producers().expect(batch);
      return refused.map(AppendResult.class::cast);
    }
    if (batch.producerId() < 0 || (batch.baseSequence() < 0 && !batch.isTransactional())) {
      return Optional.empty();
    }
    if (batch.isControl()) {
      return TransactionMarker.of(batch)
          .flatMap(marker -> Verdicts.refusal(state.producers().checkMarker(marker), batch))
          .map(AppendResult.class::cast);
    }
    Optional<TransactionGuard> guard = append.guard().filter(partition.transactions()::isGood);
    return switch (state.producers().check(batch, guard)) {
      case ProducerState.Verdict.Duplicate(long baseOffset) ->
          Optional.of(new AppendResult.Duplicate(baseOffset, partition.logStartOffset()));
      case ProducerState.Verdict verdict ->
          Verdicts.refusal(verdict, batch).map(AppendResult.class::cast);
    };
  }

  /// The coordinators date their records by a clock that does not leap back with the machine's; a commit must not fail by that.
  private Optional<AppendResult.Refused> refuseDates(Partition partition, RecordBatch batch) {
    return partition.topic().internal()
        ? Optional.empty()
        : partition.appending().refuseDates(batch, clock.wallMs());
  }

  /// What keeps a marker from being written. It may use the disk's reserve, for it lets others go on.
  ///
  /// @param noSpace why there is no space for it, if that is so
  private Optional<AppendResult> judge(
      MarkerAppend append, Optional<AppendResult.Refused> noSpace) {
    Partition partition = append.partition();
    if (partition.isDeleted()) {
      return Optional.of(DELETED);
    }
    TransactionMarker marker = append.marker();
    return ReadOnly.refuse(partition)
        .or(() -> noSpace)
        .or(() -> Verdicts.refusal(partition.appending().producers().checkMarker(marker), marker))
        .map(AppendResult.class::cast);
  }

  /// Gives the batch its place at the partition's end. From here on it will be durable, or the process
  /// stops.
  private AppendResult.Appended assign(PartitionAppend append, Round round) {
    Partition partition = append.partition();
    ByteBuffer bytes = append.batch();
    AppendState state = partition.appending();
    long baseOffset = state.nextOffset();
    long logAppendTimeMs = state.logAppendTime() ? clock.wallMs() : -1;
    if (logAppendTimeMs >= 0) {
      RecordBatch.stamp(bytes, bytes.position(), logAppendTimeMs);
    }
    RecordBatch.assign(bytes, bytes.position(), baseOffset, state.leaderEpoch());
    RecordBatch batch = RecordBatch.at(bytes, bytes.position());
    state.rollBefore(batch).ifPresent(roll -> round.add(roll, 0));
    Optional<AbortedTransaction> aborted = state.replay(batch);
    if (batch.isTransactional()) {
      tellOfTransaction(partition, batch, aborted);
    }
    if (batch.producerId() >= 0) {
      state.producers().used(batch.producerId(), begunNs);
    }
    round.hold(append.lease());
    partition.tail().add(baseOffset, bytes, append.lease());
    admission.retained(batch.sizeBytes());
    round.add(new JournalItem.Batches(partition.id(), baseOffset, bytes), batch.sizeBytes());
    round.moved(partition);
    return new AppendResult.Appended(
        baseOffset, batch.lastOffset(), logAppendTimeMs, partition.logStartOffset());
  }

  private static void tellOfTransaction(
      Partition partition, RecordBatch batch, Optional<AbortedTransaction> aborted) {
    if (batch.isControl()) {
      partition.transactions().ended(batch, aborted);
    } else {
      partition
          .appending()
          .producers()
          .open(batch.producerId())
          .ifPresent(partition.transactions()::continued);
    }
  }

  private AppendResult.Appended assignOurs(Partition partition, ByteBuffer bytes, Round round) {
    return assign(new PartitionAppend(partition, bytes), round);
  }

  private void force(Round round) throws IOException {
    JournalEntry entry = new JournalEntry(journal.nextSequence(), round.items());
    boolean[] durable = {false};
    journal.append(entry, () -> release(round), () -> durable[0] = true);
    if (!durable[0]) {
      throw new IllegalStateException(
          "The journal came back before entry " + entry.sequence() + " was durable");
    }
    durableEntry = new DurableEntry(entry, round.leases());
  }

  /// Shows readers what is written, and tells producers, where a topic wants that before it is forced. Should it be lost by a
  /// crash, the leader epoch rises; and nothing that anybody decides from here on can be durable without it. The last stable
  /// offset does not move: who reads what is committed reads nothing that can be taken back.
  private static void release(Round round) {
    for (Partition partition : round.moved()) {
      if (partition.appending().releasesWritten()) {
        partition.mark().advance(partition.appending().nextOffset());
      }
    }
    round.tellWritten();
  }

  /// Shows readers what is durable. Segments get it only then: who reads in a file looks at no mark.
  private void publish(Round round) {
    for (Partition partition : round.moved()) {
      partition.mark().advance(partition.appending().nextOffset());
      partition.startsAt(partition.appending().startOffset());
      partition.stable().advance(partition.appending().stableOffset());
      partition.knowsProducers(!partition.appending().producers().isEmpty());
    }
    catalogue.publish();
    if (durableEntry != null) {
      segmentWriter.put(durableEntry, round.sizeBytes());
      durableEntry = null;
    }
    round.tellAll();
  }

  /// This appender, for one decision.
  private final class AppendingToRound implements Appending {
    private final Round round;
    private final int itemsBefore;

    AppendingToRound(Round round) {
      this.round = round;
      this.itemsBefore = round.items().size();
    }

    @Override
    public AppendResult append(AppendPart part) {
      AppendResult result =
          part instanceof MarkerAppend marker ? append(marker) : Appender.this.append(part, round);
      measurements.decided(result, part.sizeBytes());
      return result;
    }

    @Override
    public boolean takes(PartitionAppend append) {
      return judge(append).isEmpty();
    }

    /// A decision's marker takes its space whatever is left: the record that it follows from was let in, and an end that
    /// some partitions miss would be half an end.
    private AppendResult append(MarkerAppend marker) {
      return judge(marker, Optional.empty()).orElseGet(() -> place(marker, round));
    }

    /// A decision that has appended something must not fail any more.
    @Override
    public long newProducerId() {
      boolean isHalfDone = round.items().size() > itemsBefore;
      return catalogue.newProducerId(round, Appender.this::assignOurs, isHalfDone);
    }
  }
}
