package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.journal.JournalEntry;
import dev.daybook.eventlog.journal.JournalItem;
import dev.daybook.eventlog.journal.LostEntries;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.log.RunWay;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the journal's entries into the segments after a crash, also where the journal has lost some. Of what it lost, the
/// segments' own copy is taken where it carries the offsets on: the segment writer wrote it only after it was durable
/// in the journal. Where that is damaged, too, it is taken up again behind the damage. What remains is a hole, when a later batch
/// shows where it ends. A partition of which no later batch is there may have lost its end: it counts as damaged from there on.
///
/// Everything is derived from the same bytes in the same order, so a recovery of a recovery finds the same.
final class JournalReplay implements Journal.EntryReader {
  private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

  /// So much is written to segments at once.
  private static final long RUN_BYTES = 8L << 20;

  private static final String WHY_DAMAGED =
      "the journal's copy is damaged, and the segments have none";

  private final PartitionLogs logs;
  private final SegmentState state;
  private final SegmentWriter segments;
  private final Clock clock;
  private final boolean takesLosses;
  private final List<LostEntries> losses = new ArrayList<>();

  /// Of how many losses a later batch of the partition shows what became of it.
  private final Map<PartitionId, Integer> shownLosses = new HashMap<>();

  /// Entries that carry on, not written yet, and where they will leave their partitions.
  private final List<JournalEntry> run = new ArrayList<>();

  private final Map<PartitionId, Long> runEnds = new HashMap<>();
  private long runBytes;
  private int salvagedBatches;

  /// @param takesLosses whether the catalogue may have holes, and the segments may be ahead: in a repair
  JournalReplay(
      PartitionLogs logs,
      SegmentState state,
      SegmentWriter segments,
      Clock clock,
      boolean takesLosses) {
    this.takesLosses = takesLosses;
    this.logs = logs;
    this.state = state;
    this.segments = segments;
    this.clock = clock;
  }

  @Override
  public void read(JournalEntry entry) throws IOException {
    if (carriesOn(entry)) {
      run.add(entry);
      runBytes += entry.batchBytes();
      if (runBytes >= RUN_BYTES) {
        writeRun();
      }
    } else {
      writeRun();
      for (JournalItem item : entry.items()) {
        if (takesLosses && isThereAlready(item)) {
          continue;
        }
        bridge(item.partition(), baseOffset(item));
        segments.write(List.of(new JournalEntry(entry.sequence(), List.of(item))));
      }
      state.applied(entry.sequence());
    }
    if (!losses.isEmpty()) {
      for (JournalItem item : entry.items()) {
        if (isAtTheEnd(item)) {
          shownLosses.put(item.partition(), losses.size());
        }
      }
    }
  }

  @Override
  public void lost(LostEntries entries) throws IOException {
    writeRun();
    noteLoss(entries);
  }

  private void noteLoss(LostEntries entries) {
    LOG.error("the journal has lost {}", entries);
    losses.add(entries);
    if (entries.toSequence() != LostEntries.UNKNOWN_END) {
      state.applied(entries.toSequence() - 1);
    }
  }

  /// Takes what the segments hold behind the journal's end. To be called when all was read. The catalogue goes first, for it
  /// knows the others.
  void takeWhatSegmentsHave() throws IOException {
    writeRun();
    boolean endIsLost = tellsOfMore(PartitionId.CATALOGUE);
    for (PartitionId id : partitions()) {
      endIsLost |= tellsOfMore(id);
    }
    if (endIsLost) {
      noteLostEnd();
    }
  }

  /// Whether a partition's files hold something behind the journal's end that none of the entries known to be lost can have
  /// brought.
  private boolean tellsOfMore(PartitionId id) throws IOException {
    return takeRest(id) && !mayHaveLostSome(id);
  }

  private boolean mayHaveLostSome(PartitionId id) {
    return lossesNotShown(id).stream().anyMatch(loss -> loss.mayConcern(id));
  }

  /// The losses behind the last entry that said where the partition ends.
  private List<LostEntries> lossesNotShown(PartitionId id) {
    return losses.subList(shownLosses.getOrDefault(id, 0), losses.size());
  }

  /// There are records of a topic that the catalogue does not know: nothing comes into a segment that was not durable in the
  /// journal, so this ends before its time, if no other loss tells where the topic went.
  void foundUnknownLog() {
    if (!mayHaveLostSome(PartitionId.CATALOGUE)) {
      noteLostEnd();
    }
  }

  private void noteLostEnd() {
    noteLoss(new LostEntries(state.sequence() + 1, LostEntries.UNKNOWN_END, Optional.empty()));
  }

  /// Notes which partitions may have lost their end.
  void finish() throws IOException {
    if (!losses.isEmpty()) {
      suspect(PartitionId.CATALOGUE);
      for (PartitionId id : partitions()) {
        suspect(id);
      }
    }
  }

  boolean foundLosses() {
    return !losses.isEmpty();
  }

  int losses() {
    return losses.size();
  }

  int salvagedBatches() {
    return salvagedBatches;
  }

  private List<PartitionId> partitions() {
    List<PartitionId> all = new ArrayList<>();
    for (Topic topic : state.catalogue().all()) {
      for (int index = 0; index < topic.partitions(); index++) {
        all.add(topic.partition(index));
      }
    }
    return all;
  }

  /// Whether every batch of the entry follows what is in its segment, or stands before it in the entry.
  private boolean carriesOn(JournalEntry entry) {
    Map<PartitionId, Long> next = new HashMap<>(runEnds);
    for (JournalItem item : entry.items()) {
      PartitionId id = item.partition();
      if (state.isDeleted(id) || item instanceof JournalItem.ForgetProducer) {
        continue;
      }
      long expected = next.computeIfAbsent(id, known -> logs.get(known).nextOffset());
      if (baseOffset(item) > expected || (takesLosses && baseOffset(item) < expected)) {
        return false;
      }
      next.merge(id, nextOffset(item), Math::max);
    }
    runEnds.putAll(next);
    return true;
  }

  /// Brings what was gathered into the segments, as the segment writer does while running: one entry alone would be a small
  /// write for each of its partitions.
  private void writeRun() throws IOException {
    segments.write(run);
    run.clear();
    runBytes = 0;
    runEnds.clear();
  }

  private static long baseOffset(JournalItem item) {
    return switch (item) {
      case JournalItem.Batches batches -> batches.baseOffset();
      case JournalItem.Roll roll -> roll.baseOffset();
      case JournalItem.LogStart start -> start.startOffset();
      case JournalItem.ForgetProducer _ -> 0;
    };
  }

  private static long nextOffset(JournalItem item) {
    long next = baseOffset(item);
    if (item instanceof JournalItem.Batches batches) {
      for (RecordBatch batch : RecordBatches.in(batches.bytes())) {
        next = batch.nextOffset();
      }
    }
    return next;
  }

  /// Whether the item says where its partition ends. A start may lie anywhere before that.
  private static boolean isAtTheEnd(JournalItem item) {
    return switch (item) {
      case JournalItem.Batches _, JournalItem.Roll _ -> true;
      case JournalItem.LogStart _, JournalItem.ForgetProducer _ -> false;
    };
  }

  private boolean isThereAlready(JournalItem item) {
    return isAtTheEnd(item) && baseOffset(item) < logs.get(item.partition()).nextOffset();
  }

  /// Sees to it that the partition's log stands at this offset.
  private void bridge(PartitionId id, long baseOffset) throws IOException {
    if (state.isDeleted(id) || logs.get(id).nextOffset() >= baseOffset) {
      return;
    }
    takeCopy(id, baseOffset);
    takeBehindDamage(id, baseOffset);
    PartitionLog log = logs.get(id);
    if (log.nextOffset() < baseOffset) {
      requireNoHoleInCatalogue(log, baseOffset);
      log.skipTo(baseOffset, WHY_DAMAGED);
    }
  }

  /// Takes all that a partition's files hold.
  ///
  /// @return whether they tell of anything behind the journal's end
  private boolean takeRest(PartitionId id) throws IOException {
    boolean more = takeCopy(id, Long.MAX_VALUE) > 0;
    if (logs.get(id).behindEnd().isAny()) {
      takeBehindDamage(id, Long.MAX_VALUE);
      return true;
    }
    return more;
  }

  /// Where the segment's copy is damaged as well, it goes on behind that.
  private void takeBehindDamage(PartitionId id, long limitOffset) throws IOException {
    PartitionLog log = logs.get(id);
    OptionalLong next = log.behindEnd().goesOn(limitOffset);
    while (next.isPresent()) {
      requireNoHoleInCatalogue(log, next.getAsLong());
      log.passDamage(next.getAsLong(), WHY_DAMAGED);
      takeCopy(id, limitOffset);
      next = log.behindEnd().goesOn(limitOffset);
    }
  }

  private void requireNoHoleInCatalogue(PartitionLog log, long toOffset) throws IOException {
    if (log.id().equals(PartitionId.CATALOGUE) && !takesLosses) {
      throw new IOException(
          "The catalogue of topics has lost its offsets %d to %d: the journal's copy is damaged and the segments have none. Nothing is served. Restore the data directory from a backup, or accept the loss with `daybook repair`"
              .formatted(log.nextOffset(), toOffset - 1));
    }
  }

  /// @return how many batches were taken
  private int takeCopy(PartitionId id, long limitOffset) throws IOException {
    PartitionLog log = logs.get(id);
    int taken = 0;
    List<ByteBuffer> run = log.behindEnd().batches(limitOffset);
    while (!run.isEmpty()) {
      if (log.behindEnd().batchesAreRolled()) {
        log.roll(log.nextOffset());
      }
      log.append(log.nextOffset(), run, state.policyOf(id), RunWay.PAST_CACHE);
      state.replay(id, run);
      state.takeDeletedPartitions().forEach(logs::retire);
      taken += run.size();
      run = log.behindEnd().batches(limitOffset);
    }
    if (taken > 0) {
      salvagedBatches += taken;
      LOG.warn(
          "took from the segment what the journal has lost partition={} batches={} nextOffset={}",
          id,
          taken,
          log.nextOffset());
    }
    return taken;
  }

  private void suspect(PartitionId id) throws IOException {
    for (LostEntries loss : lossesNotShown(id)) {
      if (loss.mayConcern(id)) {
        PartitionLog log = logs.get(id);
        log.markDamaged(
            new DamagedRange(
                log.nextOffset(),
                DamagedRange.UNKNOWN_END,
                "the journal has lost %s, which may have held more".formatted(loss),
                clock.wallMs()));
        return;
      }
    }
  }
}
