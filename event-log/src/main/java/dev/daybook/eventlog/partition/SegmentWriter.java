package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.Room;
import dev.daybook.eventlog.journal.JournalEntry;
import dev.daybook.eventlog.journal.JournalItem;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings durable entries into segments: the one road into a segment. While running it is fed by the appender,
/// after a crash by the journal; both come through [#write]. It follows behind lazily, in large runs for each
/// partition, because fresh file pages are the dearest thing on the way of a record and nobody waits for
/// them: until a run is written, its batches are read from memory.
///
/// Owns every change of a partition's segments, and a second copy of what can be derived from them
/// ([SegmentState]), so that a checkpoint names a state that belongs to one exact entry. When the machine stops
/// half-way through a run, recovery writes it again from the journal.
///
/// What it has taken is a row of steps, each of which can be tried again when it finds the disk full: bytes go to a place
/// of their own, and are published last. Where nobody has room to give ([Room]), the row waits as it is, and no checkpoint
/// is named in the middle of it: the journal keeps the entries, memory serves them.
final class SegmentWriter implements Owner {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);

  /// What a footer or a name may take.
  private static final long BLOCK_BYTES = 4096;

  /// So long it waits before it looks for room again.
  private static final long PAUSE_NS = 1_000_000_000L;

  private final Inbox<DurableEntry> inbox;
  private final PartitionLogs logs;
  private final SegmentState state;
  private final WrittenListener written;
  private final Clock clock;
  private final Pace pace;
  private final SegmentRate rate;
  private final Room room;
  private final Deque<Step> steps = new ArrayDeque<>();
  private final AtomicReference<@Nullable Question> asked = new AtomicReference<>();
  private final Errands errands = new Errands();
  private volatile Runnable wakeUp = () -> {};
  private long waitingSinceNs;
  private boolean waiting;
  private boolean waitsForRoom;

  /// Whether the first step found no room, and has not found any since.
  private boolean lacksRoom;

  /// Before this, what found no room is not tried again.
  private long notBeforeNs;

  SegmentWriter(
      Inbox<DurableEntry> inbox,
      PartitionLogs logs,
      SegmentState state,
      WrittenListener written,
      Clock clock,
      Pace pace,
      SegmentRate rate,
      Room room) {
    this.inbox = inbox;
    this.logs = logs;
    this.state = state;
    this.written = written;
    this.clock = clock;
    this.pace = pace;
    this.rate = rate;
    this.room = room;
  }

  @Override
  public int doWork() throws IOException {
    int taken = follow() + errands.run();
    Question question = asked.get();
    if (question != null && steps.isEmpty() && state.sequence() >= question.upTo) {
      // Between two runs any moment will do; under load the inbox is never empty.
      asked.set(null);
      question.answer.complete(state.marks(logs));
      return taken + 1;
    }
    return taken;
  }

  @Override
  public long idleNs() {
    return pace.lingerNs();
  }

  /// Says how to wake the owner of this. Called once, before anything is asked.
  void wakes(Runnable owner) {
    wakeUp = owner;
    errands.wakes(owner);
  }

  /// What others ask this owner to do between two runs.
  Errands errands() {
    return errands;
  }

  /// Asks for the last batch of each producer of a partition, as of the last entry written.
  CompletableFuture<LastBatches> askLastBatches(PartitionId id) {
    return errands.ask(() -> state.lastBatchesOf(id));
  }

  /// Writes all that waits, without waiting for more.
  ///
  /// @throws IOException also when there is no room for it: then it may be asked for again
  void drain() throws IOException {
    carryOut();
    while (!inbox.isEmpty()) {
      plan(take());
      carryOut();
    }
  }

  /// Where the segments end; only when no thread steps the segment writer, and nothing waits for room.
  SegmentMarks marks() {
    if (!steps.isEmpty()) {
      throw new IllegalStateException("Segments are half-way between two entries");
    }
    return state.marks(logs);
  }

  /// What a partition knows of its producers; only when no thread steps the segment writer.
  ProducerState producersOf(PartitionId id) {
    return state.producersOf(id);
  }

  /// Asks where the segments end, as of the last entry written, or as soon as the entry `upTo` is. Called by the
  /// checkpointer, one question at a time.
  CompletableFuture<SegmentMarks> askMarks(long upTo) {
    Question question = new Question(upTo, new CompletableFuture<>());
    asked.set(question);
    wakeUp.run();
    return question.answer;
  }

  /// Brings entries into segments when it is time to; first those for which there was no room.
  ///
  /// @return how many entries these were
  private int follow() throws IOException {
    if (waitsForRoom && clock.monotonicNs() - notBeforeNs < 0) {
      return 0;
    }
    int taken = 0;
    if (steps.isEmpty() && timeToWrite()) {
      List<DurableEntry> durable = take();
      plan(durable);
      taken = durable.size();
    }
    try {
      carryOut();
      return taken;
    } catch (IOException e) {
      if (!DiskFull.isCauseOf(e)) {
        throw e;
      }
      waitForRoom(e);
      return 0;
    }
  }

  private void waitForRoom(IOException full) {
    if (!waitsForRoom) {
      waitsForRoom = true;
      LOG.warn(
          "no room for what segments lack, it waits in the journal and in memory: free some space or add a larger disk reason={}",
          full.getMessage());
    }
    notBeforeNs = clock.monotonicNs() + PAUSE_NS;
    room.waits(true);
  }

  private void plan(List<DurableEntry> durable) {
    planEntries(durable.stream().map(DurableEntry::entry).toList());
    steps.add(new Step(0, () -> durable.forEach(DurableEntry::release)));
  }

  /// Writes these entries, which follow each other and all that was written before.
  ///
  /// @throws IOException also when there is no room for them
  void write(List<JournalEntry> entries) throws IOException {
    planEntries(entries);
    carryOut();
  }

  private void carryOut() throws IOException {
    while (!steps.isEmpty()) {
      Step step = steps.getFirst();
      try {
        step.work.run();
        steps.removeFirst();
        tellOfHelp();
      } catch (IOException e) {
        lacksRoom = true;
        if (!DiskFull.isCauseOf(e) || !room.give(step.bytes)) {
          throw e;
        }
      }
    }
    if (waitsForRoom) {
      waitsForRoom = false;
      room.waits(false);
      LOG.info("segments have room again");
    }
  }

  private void tellOfHelp() {
    if (lacksRoom) {
      lacksRoom = false;
      room.helped();
    }
  }

  private void planEntries(List<JournalEntry> entries) {
    Map<PartitionId, Run> runs = new LinkedHashMap<>();
    for (JournalEntry entry : entries) {
      for (JournalItem item : entry.items()) {
        switch (item) {
          case JournalItem.Batches batches ->
              runs.computeIfAbsent(batches.partition(), id -> new Run(batches.baseOffset()))
                  .add(batches.bytes());
          case JournalItem.Roll roll -> {
            planFlush(roll.partition(), runs.remove(roll.partition()));
            steps.add(new Step(BLOCK_BYTES, () -> roll(roll)));
          }
          case JournalItem.LogStart start -> {
            planFlush(start.partition(), runs.remove(start.partition()));
            steps.add(new Step(0, () -> raiseStart(start)));
          }
          case JournalItem.ForgetProducer forget -> {
            planFlush(forget.partition(), runs.remove(forget.partition()));
            steps.add(new Step(0, () -> state.forget(forget.partition(), forget.producerId())));
          }
        }
      }
    }
    runs.forEach(this::planFlush);
    if (!entries.isEmpty()) {
      steps.add(new Step(0, () -> state.applied(entries.getLast().sequence())));
    }
  }

  private void planFlush(PartitionId id, @Nullable Run run) {
    if (run != null) {
      steps.add(new Step(run.sizeBytes + BLOCK_BYTES, () -> flush(id, run)));
    }
  }

  private void roll(JournalItem.Roll roll) throws IOException {
    if (!state.isDeleted(roll.partition())) {
      logs.get(roll.partition()).roll(roll.baseOffset());
    }
  }

  private void raiseStart(JournalItem.LogStart start) {
    if (!state.isDeleted(start.partition())) {
      logs.get(start.partition()).raiseStart(start.startOffset());
      state.producersOf(start.partition()).startsAt(start.startOffset());
    }
  }

  private void flush(PartitionId id, Run run) throws IOException {
    if (state.isDeleted(id)) {
      // Nobody reads it any more, but the memory it took must come back.
      written.written(id, run.baseOffset, run.sizeBytes);
      return;
    }
    PartitionLog log = logs.get(id);
    log.append(run.baseOffset, run.batches, state.policyOf(id), rate.wayOf(run.sizeBytes));
    state.replay(id, run.batches);
    written.written(id, log.nextOffset(), run.sizeBytes);
    for (PartitionId gone : state.takeDeletedPartitions()) {
      logs.retire(gone);
    }
  }

  /// Large runs are worth a short wait; a checkpoint, or memory filling up, is not kept waiting.
  private boolean timeToWrite() {
    if (inbox.isEmpty()) {
      waiting = false;
      return false;
    }
    if (!waiting) {
      waiting = true;
      waitingSinceNs = clock.monotonicNs();
    }
    return asked.get() != null
        || inbox.bytes() >= pace.runBytes()
        || clock.monotonicNs() - waitingSinceNs >= pace.lingerNs();
  }

  private List<DurableEntry> take() {
    List<DurableEntry> entries = new ArrayList<>();
    long before = inbox.bytes();
    DurableEntry entry = inbox.take();
    while (entry != null) {
      entries.add(entry);
      entry = before - inbox.bytes() < pace.runBytes() ? inbox.take() : null;
    }
    waiting = false;
    return entries;
  }

  /// A part of the way of some entries, and the room that it takes. Tried again, it does the same.
  private record Step(long bytes, Work work) {}

  /// Does a step.
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  /// Where do the segments end, once they have the entry `upTo`?
  private record Question(long upTo, CompletableFuture<SegmentMarks> answer) {}

  /// How lazily to follow: a run of so many bytes is written at once, a smaller one after so long.
  record Pace(long runBytes, long lingerNs) {}

  /// Told after each run, on the segment writer's thread: the segments hold everything below `nextOffset`.
  @FunctionalInterface
  interface WrittenListener {
    void written(PartitionId id, long nextOffset, long sizeBytes);
  }

  private static final class Run {
    private final long baseOffset;
    private final List<ByteBuffer> batches = new ArrayList<>();
    private long sizeBytes;

    private Run(long baseOffset) {
      this.baseOffset = baseOffset;
    }

    private void add(ByteBuffer batch) {
      batches.add(batch.duplicate());
      sizeBytes += batch.remaining();
    }
  }
}
