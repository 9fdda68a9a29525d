package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.journal.JournalEntry;
import dev.daybook.eventlog.journal.JournalItem;
import dev.daybook.eventlog.journal.LostEntries;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.log.PartitionLog;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the journal's entries into the segments after a crash, also where the journal has lost some. Of what it lost, the
/// segments' own copy is taken where it carries the offsets on: the segment writer wrote it only after it was durable
/// in the journal. What remains is a hole, when a later batch shows where it ends. A partition of which no later batch
/// is there may have lost its end: it counts as damaged from there on.
///
/// Everything is derived from the same bytes in the same order, so a recovery of a recovery finds the same.
final class JournalReplay implements Journal.EntryReader {
  private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

  /// So much is written to segments at once.
  private static final long RUN_BYTES = 8L << 20;

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

  /// Takes what the segments hold behind the journal's end, and notes which partitions may have lost theirs. To be called when
  /// all was read. The catalogue goes first, for it knows the others.
  void finish() throws IOException {
    writeRun();
    boolean more = takeCopy(PartitionId.CATALOGUE, Long.MAX_VALUE) > 0;
    for (PartitionId id : partitions()) {
      more |= takeCopy(id, Long.MAX_VALUE) > 0;
    }
    if (more && losses.isEmpty()) {
      // Nothing comes into a segment that was not durable in the journal.
      noteLoss(new LostEntries(state.sequence() + 1, LostEntries.UNKNOWN_END, Optional.empty()));
    }
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
    PartitionLog log = logs.get(id);
    if (log.nextOffset() < baseOffset) {
      if (id.equals(PartitionId.CATALOGUE) && !takesLosses) {
        throw new IOException(
            "The catalogue of topics has lost its offsets %d to %d: the journal's copy is damaged and the segments have none. Nothing is served. Restore the data directory from a backup, or accept the loss with `daybook repair`"
                .formatted(log.nextOffset(), baseOffset - 1));
      }
      log.skipTo(baseOffset, "the journal's copy is damaged, and the segments have none");
    }
  }

  /// @return how many batches were taken
  private int takeCopy(PartitionId id, long limitOffset) throws IOException {
    PartitionLog log = logs.get(id);
    int taken = 0;
    List<ByteBuffer> run = log.behindEnd(limitOffset);
    while (!run.isEmpty()) {
      if (log.rollsBehindEnd()) {
        log.roll(log.nextOffset());
      }
      log.append(log.nextOffset(), run, state.policyOf(id));
      state.replay(id, run);
      state.takeDeletedPartitions().forEach(logs::retire);
      taken += run.size();
      run = log.behindEnd(limitOffset);
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
    int shown = shownLosses.getOrDefault(id, 0);
    for (LostEntries loss : losses.subList(shown, losses.size())) {
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
