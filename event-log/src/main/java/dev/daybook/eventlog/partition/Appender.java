package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.journal.JournalEntry;
import dev.daybook.eventlog.journal.JournalItem;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Owns every decision of a shard that needs order: offsets, idempotence, rolls, names. One thread steps
/// it; it decides from memory and never decompresses, reads a file or calls foreign code.
///
/// A round takes what has come in, decides it, writes the decisions as one journal entry and forces that. Only
/// then do high watermarks move and replies leave, so whatever anybody is told rests on forced bytes. While a
/// round forces, the next one's requests gather: under load entries grow by themselves, and no timer is
/// needed. When the machine stops half-way, either the whole entry is in the journal or none of it is, and
/// nobody was told.
///
/// An error here stops the process: what was decided can not be taken back.
final class Appender implements Owner {
  /// A round stops taking requests at about this many bytes, so that no force takes long.
  private final long roundBytes;

  private final Inbox<Command> inbox;
  private final Journal journal;
  private final Catalogue catalogue;
  private final Inbox<DurableEntry> segmentWriter;
  private final Admission admission;
  private final Clock clock;
  private volatile Measurements measurements = Measurements.NONE;

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
    long begunNs = clock.monotonicNs();
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
      case Command.AppendBatches append -> appendBatches(append, round);
      case Command.AskCatalogue ask -> catalogue.ask(ask, round, this::assignOurs);
      case Command.NewProducerId ask -> catalogue.newProducerId(ask, round, this::assignOurs);
      case Command.RaiseLogStart raise -> raiseLogStart(raise, round);
      case Command.RaiseEpoch ask -> catalogue.raiseEpoch(ask, round, this::assignOurs);
    }
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
      round.moved(partition);
      result = new LogStartResult.StartsAt(state.startOffset());
    }
    round.reply(() -> command.reply().complete(result));
  }

  private void appendBatches(Command.AppendBatches command, Round round) {
    List<AppendResult> results = new ArrayList<>(command.appends().size());
    for (PartitionAppend append : command.appends()) {
      AppendResult result = append(append, round);
      measurements.decided(result, append.batch().remaining());
      results.add(result);
    }
    command.reply().decided().complete(results);
    round.reply(() -> command.reply().durable().complete(results));
  }

  /// The journey of one batch: admitted, checked, placed.
  private AppendResult append(PartitionAppend append, Round round) {
    Partition partition = append.partition();
    ByteBuffer bytes = append.batch();
    if (partition.isDeleted()) {
      return new AppendResult.Refused(
          AppendResult.Reason.UNKNOWN_PARTITION, "The topic is being deleted");
    }
    RecordBatch batch = RecordBatch.at(bytes, bytes.position());
    AppendState state = partition.appending();
    Optional<AppendResult.Refused> refused =
        append
            .notYet()
            .or(() -> ReadOnly.refuse(partition))
            .or(() -> admission.refuse(partition, batch.sizeBytes()))
            .or(() -> state.refuse(batch, clock.wallMs()));
    if (refused.isPresent()) {
      state.producers().expect(batch);
      return refused.get();
    }
    ProducerState.Verdict verdict =
        batch.producerId() < 0 || batch.baseSequence() < 0
            ? new ProducerState.Verdict.InSequence()
            : state.producers().check(batch);
    return switch (verdict) {
      case ProducerState.Verdict.InSequence() -> assign(append, round);
      case ProducerState.Verdict.Duplicate(long baseOffset) ->
          new AppendResult.Duplicate(baseOffset, partition.logStartOffset());
      case ProducerState.Verdict.OutOfOrder(int expected) ->
          new AppendResult.Refused(
              AppendResult.Reason.OUT_OF_ORDER_SEQUENCE,
              "Producer "
                  + batch.producerId()
                  + " sent sequence "
                  + batch.baseSequence()
                  + ", expected was "
                  + expected);
      case ProducerState.Verdict.Fenced(short epoch) ->
          new AppendResult.Refused(
              AppendResult.Reason.INVALID_PRODUCER_EPOCH,
              "Producer "
                  + batch.producerId()
                  + " has epoch "
                  + batch.producerEpoch()
                  + ", a newer instance has "
                  + epoch);
    };
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
    state.replay(batch);
    round.hold(append.lease());
    partition.tail().add(baseOffset, bytes, append.lease());
    admission.retained(batch.sizeBytes());
    round.add(new JournalItem.Batches(partition.id(), baseOffset, bytes), batch.sizeBytes());
    round.moved(partition);
    return new AppendResult.Appended(
        baseOffset, batch.lastOffset(), logAppendTimeMs, partition.logStartOffset());
  }

  private AppendResult.Appended assignOurs(Partition partition, ByteBuffer bytes, Round round) {
    return assign(new PartitionAppend(partition, bytes), round);
  }

  private void force(Round round) throws IOException {
    JournalEntry entry = new JournalEntry(journal.nextSequence(), round.items());
    boolean[] durable = {false};
    journal.append(entry, () -> durable[0] = true);
    if (!durable[0]) {
      throw new IllegalStateException(
          "The journal came back before entry " + entry.sequence() + " was durable");
    }
    durableEntry = new DurableEntry(entry, round.leases());
  }

  /// Shows readers what is durable. Segments get it only then: who reads in a file looks at no mark.
  private void publish(Round round) {
    for (Partition partition : round.moved()) {
      partition.mark().advance(partition.appending().nextOffset());
      partition.startsAt(partition.appending().startOffset());
    }
    catalogue.publish();
    if (durableEntry != null) {
      segmentWriter.put(durableEntry, round.sizeBytes());
      durableEntry = null;
    }
    round.tellAll();
  }
}
