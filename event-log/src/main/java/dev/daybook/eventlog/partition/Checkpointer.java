package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.Checkpoint;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.journal.PartitionMark;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.log.Replacement;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.time.RetentionClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forces segments, names the place in the checkpoint, lets the journal forget what lies before it, and
/// unlinks the files of deleted topics and of segments below their log's start: in this order, so that replay never misses a file and no journal
/// entry goes before its bytes are safe elsewhere. When the machine stops anywhere in between, the former
/// checkpoint still holds and a little more is replayed.
///
/// Also watches the disk's free space for [Admission], and grows the [Reserve]: what is only a convenience (the producers
/// file, the journal's next file) is left out on a full disk, and the reserve makes room for what is not. Where it can not,
/// the checkpoint under way is named later.
final class Checkpointer implements Owner {
  /// The name under which a checkpoint remembers how far [RetentionClock] has come, in ms since 1970.
  private static final String RETENTION_CLOCK = "retention.clock.ms";

  private static final long SECOND_NS = 1_000_000_000L;

  /// What a checkpoint should carry for each partition beyond the first few, so that its cost follows the bytes that
  /// were appended: it forces each partition that got any, and a force costs about as much as so many bytes.
  private static final long WORTH_A_FORCE_BYTES = 64 << 10;

  private static final int FEW_PARTITIONS = 64;

  /// More than what a checkpoint writes of a partition.
  private static final long MARK_BYTES = 64;

  /// So many intervals go by at most, be it worth it or not.
  private static final int MOST_INTERVALS = 12;

  /// A first start, and whatever wants to be quick at once, comes before the reserve.
  private static final long RESERVE_AFTER_NS = 10 * SECOND_NS;

  /// While nobody appends it grows sooner, and step after step.
  private static final long RESERVE_IN_QUIET_AFTER_NS = 3 * SECOND_NS;

  private static final long QUIET_NS = SECOND_NS / 2;
  private static final long RESERVE_STEP_IN_QUIET_NS = SECOND_NS / 10;

  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
  private static final long HOUR_MS = 3_600_000L;

  private final Disk disk;
  private final ShardFiles files;
  private final Checkpoint checkpoint;
  private final Journal journal;
  private final PartitionLogs logs;
  private final SegmentWriter segmentWriter;
  private final Admission admission;
  private final Reserve reserve;
  private final SpareRoom room;
  private final Leftovers leftovers;
  private final Snapshots snapshots;
  private final RetentionClock retentionClock;
  private final Clock clock;
  private final long urgentBytes;
  private final long intervalNs;
  private final Errands errands = new Errands();
  private volatile Runnable wakeAppender = () -> {};
  private volatile Measurements measurements = Measurements.NONE;
  private @Nullable CompletableFuture<SegmentMarks> awaited;
  private long checkpointedSequence;
  private final long startedNs;
  private long lastCheckpointNs;
  private long usedAtCheckpoint;
  private long lastSequence;
  private long quietSinceNs;
  private long lastLookAtSpaceNs;
  private long lastGrowthNs;

  /// Before this, what found no room is not tried again.
  private long prepareNotBeforeNs;

  private long nameNotBeforeNs;
  private long growNotBeforeNs;
  private long rememberedMs;

  /// Whether the last checkpoint found no room.
  private boolean foundNoRoom;

  /// Topics that are gone by marks for which there was no room: who asks for others does not hear of them again.
  private final Set<TopicId> deletedTopics = new HashSet<>();

  Checkpointer(
      Disk disk,
      ShardFiles files,
      Checkpoint checkpoint,
      Journal journal,
      PartitionLogs logs,
      SegmentWriter segmentWriter,
      Admission admission,
      Reserve reserve,
      SpareRoom room,
      Leftovers leftovers,
      RetentionClock retentionClock,
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
    this.reserve = reserve;
    this.room = room;
    this.leftovers = leftovers;
    this.snapshots = new Snapshots(disk, files, journal);
    this.retentionClock = retentionClock;
    this.rememberedMs = retentionClock.believedMs();
    this.clock = clock;
    this.urgentBytes = urgentBytes;
    this.intervalNs = intervalNs;
    this.checkpointedSequence = checkpointedSequence;
    this.startedNs = clock.monotonicNs();
    this.lastCheckpointNs = startedNs;
    this.lastLookAtSpaceNs = startedNs - SECOND_NS;
    this.lastGrowthNs = startedNs;
    this.prepareNotBeforeNs = startedNs;
    this.nameNotBeforeNs = startedNs;
    this.growNotBeforeNs = startedNs;
  }

  @Override
  public int doWork() throws IOException {
    lookAtTraffic();
    growReserve();
    lookAtFreeSpace();
    prepareJournal();
    errands.run();
    if (leftovers.unlink(clock.monotonicNs(), admission.isDiskFull()) > 0) {
      tellOfRoom();
    }
    CompletableFuture<SegmentMarks> question = awaited;
    if (question == null) {
      boolean isAsked = foundNoRoom || due() || snapshots.isAsked();
      if (!isAsked || clock.monotonicNs() - nameNotBeforeNs < 0) {
        return 0;
      }
      awaited = segmentWriter.askMarks(snapshots.upTo());
      return 1;
    }
    if (!question.isDone()) {
      return 0;
    }
    awaited = null;
    return checkpointIfRoom(question.join());
  }

  /// Where there is no room to name them, later ones are, which may need less. Until then the former checkpoint holds.
  private int checkpointIfRoom(SegmentMarks marks) throws IOException {
    try {
      checkpoint(marks);
      return 1;
    } catch (IOException e) {
      if (!DiskFull.isCauseOf(e)) {
        throw e;
      }
      LOG.warn("no room for a checkpoint sequence={} reason={}", marks.sequence(), e.getMessage());
      foundNoRoom = true;
      nameNotBeforeNs = clock.monotonicNs() + SECOND_NS;
      return 0;
    }
  }

  @Override
  public long idleNs() {
    if (admission.doWritesWait()) {
      // No answer will come before there is room.
      return RESERVE_STEP_IN_QUIET_NS;
    }
    if (awaited != null) {
      return SECOND_NS / 500;
    }
    // While there is work the journal's files fill quickly, and each must find the next one
    // prepared.
    return isBehind() ? SECOND_NS / 50 : RESERVE_STEP_IN_QUIET_NS;
  }

  /// Says whom to tell of checkpoints.
  void measuredBy(Measurements teller) {
    measurements = teller;
  }

  /// What others ask this owner to do between two checkpoints.
  Errands errands() {
    return errands;
  }

  /// A segment is shown to readers in the place of others: their files may go when their time has come. Called by any
  /// thread.
  void replaced(Replacement replacement) {
    var _ =
        errands.ask(
            () -> {
              leftovers.replaced(replacement, clock.monotonicNs());
              return true;
            });
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
    deletedTopics.addAll(marks.deletedTopics());
    for (PartitionLog log : logs.all()) {
      log.force();
      prepareJournal();
    }
    keepProducers(marks);
    retentionClock.nowMs();
    rememberedMs = retentionClock.believedMs();
    CheckpointMarks named = named(marks);
    name(named);
    snapshots.checkpointed(named);
    logs.checkpointed(marks.ends());
    journal.trim(marks.sequence());
    logs.forget(deletedTopics);
    unlink(deletedTopics);
    deletedTopics.clear();
    foundNoRoom = false;
    noteLeftovers(marks);
    dropOldProducers(marks.sequence());
    checkpointedSequence = marks.sequence();
    lastCheckpointNs = clock.monotonicNs();
    usedAtCheckpoint = journal.usedBytes();
    tellOfRoom();
    // What was appended meanwhile is counted against what was freed, so this may be a little less.
    event.freedBytes = Math.max(0, usedBytes - journal.usedBytes());
    event.sequence = marks.sequence();
    event.partitions = marks.ends().size();
    event.commit();
    measurements.checkpoint(lastCheckpointNs - begunNs, event.freedBytes);
  }

  /// The journal has an old file to use again, perhaps, and the disk has the room of what was unlinked.
  private void tellOfRoom() throws IOException {
    observeFreeSpace();
    room.mayHaveMore();
    wakeAppender.run();
  }

  /// A new file of the journal must not take the last of the disk, nor what was just given up for somebody else. Where there is
  /// not as much room, a small one does: then a checkpoint can give up the one in use, to be used again. Without any the
  /// appender waits for an old one.
  private void prepareJournal() throws IOException {
    long needed = journal.bytesToPrepare();
    if (needed == 0) {
      journal.prepareAhead();
      return;
    }
    boolean others = admission.doWritesWait() || (admission.isDiskFull() && journal.hasRoomAhead());
    if (others || clock.monotonicNs() - prepareNotBeforeNs < 0) {
      return;
    }
    boolean foundRoom;
    if (room.makeRoom(needed)) {
      foundRoom = journal.prepareAhead();
    } else if (!journal.hasRoomAhead() && hasRoomForSmallFile()) {
      foundRoom = journal.prepareSmall();
    } else {
      return;
    }
    if (foundRoom) {
      room.helped();
    } else {
      // Somebody else takes the disk, and would take all that is given up, bit by bit.
      prepareNotBeforeNs = clock.monotonicNs() + SECOND_NS;
      room.ranOut(needed);
      observeFreeSpace();
    }
  }

  private boolean hasRoomForSmallFile() throws IOException {
    long needed = journal.bytesToPrepareSmall();
    return needed == 0 || room.makeRoom(needed);
  }

  /// A checkpoint is as good without the file: a recovery would read the segments instead.
  private void keepProducers(SegmentMarks marks) throws IOException {
    ByteBuffer producers = marks.producers();
    Write write =
        () -> DurableFiles.write(disk, files.producers(marks.sequence()), producers.duplicate());
    try {
      // The reserve may give for it; a file of the journal would be too much.
      askingForRoom(write, () -> room.giveWhole(producers.remaining()));
    } catch (IOException e) {
      if (!DiskFull.isCauseOf(e)) {
        throw e;
      }
      LOG.warn("no room for the state of producers sequence={}", marks.sequence());
    }
  }

  private void name(CheckpointMarks marks) throws IOException {
    long bytes = (marks.partitions().size() + 1L) * MARK_BYTES;
    askingForRoom(() -> checkpoint.writeBoth(marks), () -> room.give(2 * bytes));
  }

  /// Tries again once when it found no room and got some.
  private void askingForRoom(Write write, Gift gift) throws IOException {
    try {
      write.run();
    } catch (IOException e) {
      if (!DiskFull.isCauseOf(e) || !gift.isGiven()) {
        throw e;
      }
      write.run();
      room.helped();
    }
  }

  /// Writes a file.
  @FunctionalInterface
  private interface Write {
    void run() throws IOException;
  }

  /// Asks for room.
  @FunctionalInterface
  private interface Gift {
    boolean isGiven() throws IOException;
  }

  /// Takes up what a former life had no time to unlink; once, after the first checkpoint is as the logs are.
  void foundLeftovers() throws IOException {
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

  private CheckpointMarks named(SegmentMarks marks) {
    List<PartitionMark> partitions =
        marks.ends().entrySet().stream()
            .map(entry -> mark(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparing(PartitionMark::id))
            .toList();
    return new CheckpointMarks(marks.sequence(), partitions, Map.of(RETENTION_CLOCK, rememberedMs));
  }

  /// How far the [RetentionClock] had come when this checkpoint was written.
  static OptionalLong rememberedMs(Checkpoint checkpoint) {
    return checkpoint
        .latest()
        .map(marks -> marks.reserved().get(RETENTION_CLOCK))
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  private static PartitionMark mark(PartitionId id, LogEnd end) {
    return new PartitionMark(
        id, end.startOffset(), end.nextOffset(), end.segmentBaseOffset(), end.segmentPosition());
  }

  private boolean due() {
    long now = clock.monotonicNs();
    long sinceNs = now - lastCheckpointNs;
    if (!isBehind()) {
      return sinceNs >= intervalNs && forgetsTime();
    }
    return journal.usedBytes() >= urgentBytes
        || (sinceNs >= SECOND_NS / 10 && admission.isDiskFull() && !journal.hasRoomAhead())
        || (sinceNs >= intervalNs
            && (isWorthIt()
                || now - quietSinceNs >= intervalNs / 5
                || sinceNs >= MOST_INTERVALS * intervalNs));
  }

  private boolean isWorthIt() {
    long forces = Math.max(0, logs.byId().size() - FEW_PARTITIONS);
    return journal.usedBytes() - usedAtCheckpoint >= forces * WORTH_A_FORCE_BYTES;
  }

  private void lookAtTraffic() {
    long sequence = journal.nextSequence();
    if (sequence != lastSequence) {
      lastSequence = sequence;
      quietSinceNs = clock.monotonicNs();
    }
  }

  /// Whether a stop now would throw the retention clock far back, though nothing was written.
  private boolean forgetsTime() {
    retentionClock.nowMs();
    return Math.abs(retentionClock.believedMs() - rememberedMs) >= HOUR_MS;
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
      observeFreeSpace();
    }
  }

  /// Tells [Admission] what the disk has left.
  void observeFreeSpace() throws IOException {
    room.observe();
  }

  /// One small step at a time, so that no force takes long; soon after a start, if nobody appends, or if appends wait for it.
  /// What others wait for is not taken from them.
  private void growReserve() throws IOException {
    long now = clock.monotonicNs();
    if (!reserve.isLacking() || admission.doWritesWait() || now - growNotBeforeNs < 0) {
      return;
    }
    boolean quiet = room.doubtsDisk() || now - quietSinceNs >= QUIET_NS;
    long afterNs = quiet ? RESERVE_IN_QUIET_AFTER_NS : RESERVE_AFTER_NS;
    long paceNs = quiet ? RESERVE_STEP_IN_QUIET_NS : SECOND_NS;
    if (now - startedNs >= afterNs && now - lastGrowthNs >= paceNs) {
      lastGrowthNs = now;
      if (!reserve.grow()) {
        growNotBeforeNs = now + SECOND_NS;
      } else if (room.doubtsDisk()) {
        tellOfRoom();
      }
    }
  }
}
