package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.Checkpoint;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.journal.PartitionMark;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Forces segments, names the place in the checkpoint, lets the journal forget what lies before it, and
/// unlinks the files of deleted topics and of segments below their log's start: in this order, so that replay never misses a file and no journal
/// entry goes before its bytes are safe elsewhere. When the machine stops anywhere in between, the former
/// checkpoint still holds and a little more is replayed.
///
/// Also watches the disk's free space for [Admission].
final class Checkpointer implements Owner {
  private static final long SECOND_NS = 1_000_000_000L;

  private final Disk disk;
  private final ShardFiles files;
  private final Checkpoint checkpoint;
  private final Journal journal;
  private final PartitionLogs logs;
  private final SegmentWriter segmentWriter;
  private final Admission admission;
  private final Leftovers leftovers;
  private final Snapshots snapshots;
  private final Clock clock;
  private final long urgentBytes;
  private final long intervalNs;
  private volatile Runnable wakeAppender = () -> {};
  private volatile Measurements measurements = Measurements.NONE;
  private @Nullable CompletableFuture<SegmentMarks> awaited;
  private long checkpointedSequence;
  private long lastCheckpointNs;
  private long lastLookAtSpaceNs;

  Checkpointer(
      Disk disk,
      ShardFiles files,
      Checkpoint checkpoint,
      Journal journal,
      PartitionLogs logs,
      SegmentWriter segmentWriter,
      Admission admission,
      Leftovers leftovers,
      Clock clock,
      long urgentBytes,
      long intervalNs,
      long checkpointedSequence) {
    this.disk = disk;
    this.files = files;
    this.checkpoint = checkpoint;
    this.journal = journal;
    this.logs = logs;
    this.segmentWriter = segmentWriter;
    this.admission = admission;
    this.leftovers = leftovers;
    this.snapshots = new Snapshots(disk, files, journal);
    this.clock = clock;
    this.urgentBytes = urgentBytes;
    this.intervalNs = intervalNs;
    this.checkpointedSequence = checkpointedSequence;
    this.lastCheckpointNs = clock.monotonicNs();
    this.lastLookAtSpaceNs = clock.monotonicNs() - SECOND_NS;
  }

  @Override
  public int doWork() throws IOException {
    lookAtFreeSpace();
    journal.prepareAhead();
    leftovers.unlink(clock.monotonicNs(), admission.isDiskFull());
    CompletableFuture<SegmentMarks> question = awaited;
    if (question == null) {
      if (!due() && !snapshots.isAsked()) {
        return 0;
      }
      awaited = segmentWriter.askMarks(snapshots.upTo());
      return 1;
    }
    if (!question.isDone()) {
      return 0;
    }
    awaited = null;
    checkpoint(question.join());
    return 1;
  }

  @Override
  public long idleNs() {
    if (awaited != null) {
      return SECOND_NS / 500;
    }
    // While there is work the journal's files fill quickly, and each must find the next one
    // prepared.
    return isBehind() ? SECOND_NS / 50 : SECOND_NS / 5;
  }

  /// Says whom to tell of checkpoints.
  void measuredBy(Measurements teller) {
    measurements = teller;
  }

  /// Takes snapshots for who asks here.
  Snapshots snapshots() {
    return snapshots;
  }

  /// Says how to wake an appender that waits for room in the journal.
  void wakesAppender(Runnable wake) {
    wakeAppender = wake;
  }

  /// Makes a checkpoint if anything changed since the last one; only when no thread steps the owners.
  void checkpointNow() throws IOException {
    awaited = null;
    if (isBehind()) {
      checkpoint(segmentWriter.marks());
    }
  }

  /// Forces everything these marks name, then names it.
  void checkpoint(SegmentMarks marks) throws IOException {
    CheckpointEvent event = new CheckpointEvent();
    event.begin();
    long begunNs = clock.monotonicNs();
    long usedBytes = journal.usedBytes();
    for (PartitionLog log : logs.all()) {
      log.force();
      journal.prepareAhead();
    }
    DurableFiles.write(disk, files.producers(marks.sequence()), marks.producers().duplicate());
    CheckpointMarks named = named(marks);
    checkpoint.write(named);
    snapshots.checkpointed(named);
    journal.trim(marks.sequence());
    logs.forget(marks.deletedTopics());
    unlink(marks.deletedTopics());
    noteLeftovers(marks);
    dropOldProducers(marks.sequence());
    checkpointedSequence = marks.sequence();
    lastCheckpointNs = clock.monotonicNs();
    wakeAppender.run();
    // What was appended meanwhile is counted against what was freed, so this may be a little less.
    event.freedBytes = Math.max(0, usedBytes - journal.usedBytes());
    event.sequence = marks.sequence();
    event.partitions = marks.ends().size();
    event.commit();
    measurements.checkpoint(lastCheckpointNs - begunNs, event.freedBytes);
  }

  /// Takes up what a former life had no time to unlink; once, after the first checkpoint is as the logs are.
  void foundLeftovers() {
    for (PartitionLog log : logs.all()) {
      leftovers.found(log, clock.monotonicNs());
    }
  }

  private void noteLeftovers(SegmentMarks marks) {
    for (PartitionLog log : logs.all()) {
      LogEnd named = marks.ends().get(log.id());
      if (named != null) {
        leftovers.checkpointed(log, named.startOffset(), clock.monotonicNs());
      }
    }
  }

  private static CheckpointMarks named(SegmentMarks marks) {
    List<PartitionMark> partitions =
        marks.ends().entrySet().stream()
            .map(entry -> mark(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparing(PartitionMark::id))
            .toList();
    return new CheckpointMarks(marks.sequence(), partitions, Map.of());
  }

  private static PartitionMark mark(PartitionId id, LogEnd end) {
    return new PartitionMark(
        id, end.startOffset(), end.nextOffset(), end.segmentBaseOffset(), end.segmentPosition());
  }

  private boolean due() {
    return isBehind()
        && (journal.usedBytes() >= urgentBytes
            || clock.monotonicNs() - lastCheckpointNs >= intervalNs);
  }

  private boolean isBehind() {
    return journal.nextSequence() - 1 > checkpointedSequence;
  }

  private void unlink(Set<TopicId> topics) throws IOException {
    if (topics.isEmpty()) {
      return;
    }
    for (Path directory : disk.list(files.partitions())) {
      Optional<PartitionId> id = PartitionLogs.idOf(directory);
      if (id.isPresent() && topics.contains(id.get().topic())) {
        DurableFiles.deleteDirectory(disk, directory);
      }
    }
  }

  private void dropOldProducers(long sequence) throws IOException {
    for (Path file : disk.list(files.directory())) {
      String name = file.getFileName().toString();
      if (ProducersFile.isName(name) && !name.equals(ProducersFile.name(sequence))) {
        disk.delete(file);
      }
    }
  }

  private void lookAtFreeSpace() throws IOException {
    long now = clock.monotonicNs();
    if (now - lastLookAtSpaceNs >= SECOND_NS) {
      lastLookAtSpaceNs = now;
      admission.observeFreeSpace(() -> disk.usableBytes(files.directory()));
    }
  }
}
