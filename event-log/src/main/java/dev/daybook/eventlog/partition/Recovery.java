package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.journal.JournalEntry;
import dev.daybook.eventlog.journal.PartitionMark;
import dev.daybook.eventlog.log.FoundLog;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.TopicCatalog;
import dev.daybook.eventlog.topic.TopicDefaults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the segments of a shard to where the journal ends, before anybody may read or append.
///
/// Segments are opened at the last checkpoint and written on from there; what lies behind it is not trusted, whatever it looks like, for
/// after a failed force the page cache may show what the disk lost. The catalogue comes first. Then every
/// journal entry behind the checkpoint takes the one road into the segments. What is derived is read where
/// it fits the checkpoint and rebuilt where it does not. Folders nobody knows are put aside, never deleted.
///
/// A crash in here changes nothing that the next recovery needs: the checkpoint and the journal stay as they are
/// until the first new checkpoint is forced.
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Disk disk;
  private final ShardFiles files;
  private final Journal journal;
  private final Clock clock;
  private final PartitionLogs logs;
  private final TopicDefaults topicDefaults;
  private final boolean takesLosses;
  private final Reserve reserve;

  /// @param takesLosses whether holes in the catalogue are gone over: in a repair
  /// @param reserve for segments that find the disk full
  Recovery(
      Disk disk,
      ShardFiles files,
      Journal journal,
      Clock clock,
      TopicDefaults topicDefaults,
      boolean takesLosses,
      Reserve reserve) {
    this.reserve = reserve;
    this.topicDefaults = topicDefaults;
    this.takesLosses = takesLosses;
    this.disk = disk;
    this.files = files;
    this.journal = journal;
    this.clock = clock;
    this.logs = new PartitionLogs(disk, files.partitions(), files.quarantine());
  }

  /// Runs the recovery.
  ///
  /// @param checkpoint the last one; empty on the very first start
  Recovered run(Optional<CheckpointMarks> checkpoint) throws IOException {
    long startedNs = clock.monotonicNs();
    DurableFiles.createDirectories(disk, files.partitions());
    long sequence = checkpoint.map(CheckpointMarks::sequence).orElse(0L);
    for (PartitionMark mark : checkpoint.map(CheckpointMarks::partitions).orElse(List.of())) {
      logs.open(mark.id(), endOf(mark));
    }
    SegmentState state = derivedState(sequence);
    logs.byId()
        .forEach((id, log) -> log.continueTransactions(state.producersOf(id).firstOffsets()));
    SegmentWriter replayer =
        new SegmentWriter(
            new Inbox<>(),
            logs,
            state,
            (id, nextOffset, bytes) -> {},
            clock,
            new SegmentWriter.Pace(0, 0),
            new SegmentRate(clock, 0),
            reserve);
    JournalReplay replay = new JournalReplay(logs, state, replayer, clock, takesLosses);
    journal.replay(sequence + 1, replay);
    replay.takeWhatSegmentsHave();
    if (holdsUnknownLog(state)) {
      replay.foundUnknownLog();
    }
    replay.finish();
    for (PartitionLog log : logs.byId().values()) {
      log.cutBehindEnd();
    }
    if (replay.foundLosses()) {
      // What is damaged is noted at each partition by now. An entry behind the losses, and the
      // checkpoint that follows it, keep the next recovery from finding them again, when they were
      // accepted perhaps. Folders that nobody knows stay where they are: who knew them may be lost.
      anchor(state);
    }
    if (takesLosses || !replay.foundLosses()) {
      setAsideUnknown(state);
    }
    LOG.info(
        "recovered shard={} checkpoint={} entries={} partitions={} ms={}",
        files.directory().getFileName(),
        sequence,
        state.sequence() - sequence,
        logs.byId().size(),
        (clock.monotonicNs() - startedNs) / 1_000_000);
    RecoveryReport report =
        new RecoveryReport(
            state.sequence() - sequence,
            clock.monotonicNs() - startedNs,
            journal.tornTails(),
            replay.losses(),
            replay.salvagedBatches(),
            (int) logs.byId().values().stream().filter(log -> log.damage().isOpen()).count());
    if (state.sequence() == 0) {
      // A log is born. From the checkpoint of its first entry on, a journal without it is lost.
      anchor(state);
    }
    return new Recovered(logs, state, sequence, report);
  }

  /// Appends an empty entry, for the first checkpoint to name.
  private void anchor(SegmentState state) throws IOException {
    JournalEntry anchor = new JournalEntry(journal.nextSequence(), List.of());
    journal.append(anchor, () -> state.applied(anchor.sequence()));
  }

  /// The catalogue and the producers as of the checkpoint.
  private SegmentState derivedState(long sequence) throws IOException {
    Map<PartitionId, ProducerState> producers =
        logs.byId().isEmpty() ? Map.of() : producers(sequence);
    SegmentState state = new SegmentState(TopicCatalog.empty(topicDefaults), producers, sequence);
    PartitionLog catalogue = logs.byId().get(PartitionId.CATALOGUE);
    if (catalogue != null && takesLosses) {
      catalogue.forEachWholeBatch(catalogue.startOffset(), batch -> state.replayCatalogue(batch));
    } else if (catalogue != null) {
      catalogue.forEachBatch(catalogue.startOffset(), batch -> state.replayCatalogue(batch));
    }
    return state;
  }

  private Map<PartitionId, ProducerState> producers(long sequence) throws IOException {
    Path file = files.producers(sequence);
    if (disk.exists(file)) {
      Optional<Map<PartitionId, ProducerState>> read =
          ProducersFile.decode(DurableFiles.read(disk, file), 0, sequence);
      if (read.isPresent()) {
        return read.get();
      }
    }
    LOG.warn("rebuilding producer state from segments file={}", file);
    Map<PartitionId, ProducerState> rebuilt = new HashMap<>();
    for (Map.Entry<PartitionId, PartitionLog> log : logs.byId().entrySet()) {
      rebuilt.put(log.getKey(), ProducersLeft.alone(log.getValue()));
    }
    return rebuilt;
  }

  /// Whether there are records of a topic that nobody knows: it was made before them, by an entry that is lost. Once the catalogue is
  /// known to be damaged, nothing new is told by that.
  private boolean holdsUnknownLog(SegmentState state) throws IOException {
    if (logs.get(PartitionId.CATALOGUE).damage().isOpen()) {
      return false;
    }
    for (Path directory : disk.list(files.partitions())) {
      Optional<PartitionId> id =
          PartitionLogs.idOf(directory)
              .filter(found -> !logs.byId().containsKey(found))
              .filter(found -> !state.catalogue().wasDeleted(found.topic()));
      if (id.isPresent() && new FoundLog(disk, directory, id.get()).holdsBatches()) {
        return true;
      }
    }
    return false;
  }

  /// Puts folders aside that belong to no partition there is; those of deleted topics wait for the next
  /// checkpoint, which no longer names them.
  private void setAsideUnknown(SegmentState state) throws IOException {
    for (Path directory : disk.list(files.partitions())) {
      Optional<PartitionId> id = PartitionLogs.idOf(directory);
      if (id.isPresent() && logs.byId().containsKey(id.get())) {
        continue;
      }
      if (id.isPresent() && state.catalogue().wasDeleted(id.get().topic())) {
        state.mayUnlink(id.get().topic());
      } else {
        quarantine(directory);
      }
    }
  }

  private void quarantine(Path path) throws IOException {
    DurableFiles.createDirectories(disk, files.quarantine());
    int number = 0;
    Path target;
    do {
      target = files.quarantine().resolve(path.getFileName() + "." + number++);
    } while (disk.exists(target));
    DurableFiles.rename(disk, path, target);
    LOG.warn("set aside what no checkpoint names path={} to={}", path, target);
  }

  private static LogEnd endOf(PartitionMark mark) {
    return new LogEnd(
        mark.startOffset(), mark.nextOffset(), mark.segmentBaseOffset(), mark.segmentPosition());
  }

  /// What the recovery found.
  ///
  /// @param checkpointedSequence the entry up to which the last checkpoint reaches
  /// @param report for those who watch
  record Recovered(
      PartitionLogs logs, SegmentState state, long checkpointedSequence, RecoveryReport report) {}
}
