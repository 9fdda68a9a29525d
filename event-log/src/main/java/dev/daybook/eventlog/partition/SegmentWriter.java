package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.JournalEntry;
import dev.daybook.eventlog.journal.JournalItem;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Brings durable entries into segments: the one road into a segment. While running it is fed by the appender,
/// after a crash by the journal; both come through [#write]. It follows behind lazily, in large runs for each
/// partition, because fresh file pages are the dearest thing on the way of a record and nobody waits for
/// them: until a run is written, its batches are read from memory.
///
/// Owns every change of a partition's segments, and a second copy of what can be derived from them
/// ([SegmentState]), so that a checkpoint names a state that belongs to one exact entry. When the machine stops
/// half-way through a run, recovery writes it again from the journal.
final class SegmentWriter implements Owner {
  private final Inbox<DurableEntry> inbox;
  private final PartitionLogs logs;
  private final SegmentState state;
  private final WrittenListener written;
  private final Clock clock;
  private final Pace pace;
  private final AtomicReference<@Nullable Question> asked = new AtomicReference<>();
  private final Errands errands = new Errands();
  private volatile Runnable wakeUp = () -> {};
  private long waitingSinceNs;
  private boolean waiting;

  SegmentWriter(
      Inbox<DurableEntry> inbox,
      PartitionLogs logs,
      SegmentState state,
      WrittenListener written,
      Clock clock,
      Pace pace) {
    this.inbox = inbox;
    this.logs = logs;
    this.state = state;
    this.written = written;
    this.clock = clock;
    this.pace = pace;
  }

  @Override
  public int doWork() throws IOException {
    int taken = (timeToWrite() ? follow(take()) : 0) + errands.run();
    Question question = asked.get();
    if (question != null && state.sequence() >= question.upTo) {
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
  void drain() throws IOException {
    while (!inbox.isEmpty()) {
      follow(take());
    }
  }

  /// Where the segments end; only when no thread steps the segment writer.
  SegmentMarks marks() {
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

  /// Brings these entries into segments, which serve their batches from then on.
  private int follow(List<DurableEntry> durable) throws IOException {
    int written = write(durable.stream().map(DurableEntry::entry).toList());
    durable.forEach(DurableEntry::release);
    return written;
  }

  /// Writes these entries, which follow each other and all that was written before.
  ///
  /// @return how many entries these were
  int write(List<JournalEntry> entries) throws IOException {
    Map<PartitionId, Run> runs = new LinkedHashMap<>();
    for (JournalEntry entry : entries) {
      for (JournalItem item : entry.items()) {
        switch (item) {
          case JournalItem.Batches batches ->
              runs.computeIfAbsent(batches.partition(), id -> new Run(batches.baseOffset()))
                  .add(batches.bytes());
          case JournalItem.Roll roll -> {
            flush(roll.partition(), runs.remove(roll.partition()));
            if (!state.isDeleted(roll.partition())) {
              logs.get(roll.partition()).roll(roll.baseOffset());
            }
          }
          case JournalItem.LogStart start -> {
            flush(start.partition(), runs.remove(start.partition()));
            if (!state.isDeleted(start.partition())) {
              logs.get(start.partition()).raiseStart(start.startOffset());
              state.producersOf(start.partition()).startsAt(start.startOffset());
            }
          }
          case JournalItem.ForgetProducer forget -> {
            flush(forget.partition(), runs.remove(forget.partition()));
            state.forget(forget.partition(), forget.producerId());
          }
        }
      }
    }
    for (Map.Entry<PartitionId, Run> run : runs.entrySet()) {
      flush(run.getKey(), run.getValue());
    }
    if (!entries.isEmpty()) {
      state.applied(entries.getLast().sequence());
    }
    return entries.size();
  }

  private void flush(PartitionId id, @Nullable Run run) throws IOException {
    if (run == null) {
      return;
    }
    if (state.isDeleted(id)) {
      // Nobody reads it any more, but the memory it took must come back.
      written.written(id, run.baseOffset, run.sizeBytes);
      return;
    }
    PartitionLog log = logs.get(id);
    log.append(run.baseOffset, run.batches, state.policyOf(id));
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
