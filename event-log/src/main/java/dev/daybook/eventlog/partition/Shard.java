package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.Checkpoint;
import dev.daybook.eventlog.journal.CheckpointCheck;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.log.SealedSegment;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.EpochRaise;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The unit of ownership: one journal, its appender and followers, its partitions. A process has one, number
/// 0; files and ids carry the number already, and no promise reaches across shards.
///
/// Opening recovers. After that the owners are stepped: by threads of their own once [#start] was called, or by
/// a test, one step at a time.
public final class Shard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

  private final ShardFiles files;
  private final Clock clock;
  private final Inbox<Command> inbox = new Inbox<>();
  private final Intake intake;
  private final Inbox<DurableEntry> durable = new Inbox<>();
  private final Journal journal;
  private final PartitionLogs logs;
  private final Catalogue catalogue;
  private final Appender appender;
  private final SegmentWriter segmentWriter;
  private final Checkpointer checkpointer;
  private final RetentionClock retentionClock;
  private final Retention retention;
  private final Supplier<TopicId> topicIds;
  private final ShardConfig config;
  private final Checkpoint checkpoint;
  private final Admission admission;
  private final SpareRoom room;
  private final OwnerThreads threads = new OwnerThreads();
  private final Background background;
  private RecoveryReport recovery;

  private Shard(
      Disk disk,
      ShardFiles files,
      ShardConfig config,
      Journal journal,
      Checkpoint checkpoint,
      Recovery.Recovered recovered,
      Reserve reserve,
      Clock clock,
      Supplier<TopicId> topicIds)
      throws IOException {
    this.files = files;
    this.clock = clock;
    this.journal = journal;
    this.intake = new Intake(inbox, journal, config.entryBytes());
    this.logs = recovered.logs();
    this.config = config;
    this.checkpoint = checkpoint;
    this.topicIds = topicIds;
    this.recovery = recovered.report();
    this.admission =
        new Admission(
            journal,
            config.journalBytes(),
            config.entryBytes(),
            config.retainedBytes(),
            config.reserveBytes());
    this.room = new SpareRoom(admission, reserve, journal);
    journal.asksForRoom(room);
    SegmentState state = recovered.state();
    PartitionOpening opening = new PartitionOpening(logs, state, clock);
    Partition home = opening.home();
    this.catalogue =
        new Catalogue(home, state.catalogue(), opening.ofTopics(), logs, admission, clock);
    this.appender =
        new Appender(inbox, journal, catalogue, durable, admission, clock, config.entryBytes());
    this.segmentWriter =
        new SegmentWriter(
            durable,
            logs,
            state,
            (id, nextOffset, bytes) -> {
              admission.released(bytes);
              Partition written = id.equals(PartitionId.CATALOGUE) ? home : catalogue.partition(id);
              if (written != null) {
                written.tail().dropBelow(nextOffset);
                written.transactions().dropBelow(nextOffset);
              }
              threads.wakeAppender();
            },
            clock,
            new SegmentWriter.Pace(config.runBytes(), config.runLingerNs()),
            new SegmentRate(clock, SegmentRate.DEFAULT_CACHED_BYTES_PER_SECOND),
            room);
    this.retentionClock = new RetentionClock(clock, Checkpointer.rememberedMs(checkpoint));
    this.retention =
        new Retention(
            () -> catalogue.published().all(),
            (topic, index) -> catalogue.partition(topic.partition(index)),
            this::raiseLogStartBySegments,
            admission,
            retentionClock,
            clock,
            config.retentionCheckNs());
    this.checkpointer =
        new Checkpointer(
            disk,
            files,
            checkpoint,
            journal,
            logs,
            segmentWriter,
            admission,
            reserve,
            room,
            new Leftovers(this::deleteDelayNs),
            retentionClock,
            clock,
            config.journalBytes() / 4,
            config.checkpointIntervalNs(),
            recovered.checkpointedSequence());
    this.background =
        new Background(
            disk,
            files,
            logs,
            catalogue,
            segmentWriter,
            checkpointer,
            admission,
            journal,
            retentionClock,
            clock,
            (partition, idleFor) -> {
              var _ = expireProducers(partition, idleFor);
            },
            threads);
    if (state.sequence() > recovered.checkpointedSequence() || state.hasFilesToUnlink()) {
      checkpointer.checkpoint(state.marks(logs));
    }
    checkpointer.foundLeftovers();
    checkpointer.observeFreeSpace();
  }

  /// Opens shard 0 below the data directory, recovering what is there.
  ///
  /// @param journals opens the journal, given its directory
  public static Shard open(
      Disk disk,
      Path dataDirectory,
      ShardConfig config,
      JournalOpener journals,
      Clock clock,
      Supplier<TopicId> topicIds)
      throws IOException {
    return open(disk, dataDirectory, config, journals, clock, topicIds, false);
  }

  /// As [#open], also when records of the catalogue are lost: so that a repair can take what is left.
  public static Shard openForRepair(
      Disk disk,
      Path dataDirectory,
      ShardConfig config,
      JournalOpener journals,
      Clock clock,
      Supplier<TopicId> topicIds)
      throws IOException {
    return open(disk, dataDirectory, config, journals, clock, topicIds, true);
  }

  private static Shard open(
      Disk disk,
      Path dataDirectory,
      ShardConfig config,
      JournalOpener journals,
      Clock clock,
      Supplier<TopicId> topicIds,
      boolean takesLosses)
      throws IOException {
    RecoveryEvent event = new RecoveryEvent();
    event.begin();
    long begunNs = clock.monotonicNs();
    ShardFiles files = ShardFiles.of(dataDirectory, 0);
    DurableFiles.createDirectories(disk, files.directory());
    requireCheckpoint(disk, files);
    Reserve reserve = Reserve.open(disk, files, config.reserveBytes());
    Snapshots.giveUp(disk, files);
    Cleaner.giveUp(disk, files);
    Checkpoint checkpoint = Checkpoint.open(disk, files.checkpoint());
    Journal journal = journals.open(files.journal(), checkpoint.latest());
    Recovery.Recovered recovered =
        new Recovery(disk, files, journal, clock, config.topicDefaults(), takesLosses, reserve)
            .run(checkpoint.latest());
    Shard shard =
        new Shard(disk, files, config, journal, checkpoint, recovered, reserve, clock, topicIds);
    shard.raiseEpochAfterUncleanStop();
    event.entries = recovered.report().entries();
    event.partitions = recovered.logs().byId().size();
    event.commit();
    shard.recovery = recovered.report().took(clock.monotonicNs() - begunNs);
    return shard;
  }

  /// Slots are made before everything else of a log. Where it is there and they are not, taking that for a first start would
  /// begin every log anew.
  private static void requireCheckpoint(Disk disk, ShardFiles files) throws IOException {
    if (CheckpointCheck.isMissing(disk, files.checkpoint()) && files.holdLog(disk)) {
      throw new IOException(
          "Both checkpoints in %s are gone, though there is a log beside them. Nothing was changed. Keep a copy of the data directory and check the disk. Then bring the directory back or restore the data directory from a backup, or let `daybook repair DIR --accept-loss` make a checkpoint from the segments and the journal."
              .formatted(files.checkpoint()));
    }
  }

  /// Where appends are acknowledged before they are forced, some of them may be gone after an unclean stop: clients learn
  /// of it by a higher leader epoch, before they hear anything else.
  private void raiseEpochAfterUncleanStop() throws IOException {
    if (journal.wasLeftCleanly() || !catalogue.releasesWritten()) {
      return;
    }
    CompletableFuture<CatalogDecision> raised =
        raiseEpoch(
            EpochRaise.Reason.UNCLEAN_STOP,
            "what was acknowledged and not forced yet (daybook.durability=written) may be gone");
    while (!raised.isDone()) {
      if (appender.doWork() == 0) {
        checkpointer.checkpointNow();
        if (appender.doWork() == 0 && !raised.isDone()) {
          throw new IOException(
              "No space left on device: the journal in %s takes no entry; free some space, then start again"
                  .formatted(files.journal()));
        }
      }
      segmentWriter.drain();
    }
  }

  /// What it holds now. May be asked from any thread.
  public ShardState state() {
    return new ShardState(
        admission.retainedBytes(), journal.usedBytes(), Math.max(0, admission.freeBytes()));
  }

  /// Says whom to tell of what the owners do from now on.
  public void measuredBy(Measurements measurements) {
    appender.measuredBy(measurements);
    checkpointer.measuredBy(measurements);
  }

  /// Gives each owner a thread.
  ///
  /// @param onFatal told once when an owner can not go on; the process must stop
  public void start(Consumer<Throwable> onFatal) {
    OwnerThread appending = new OwnerThread("daybook-appender", appender, onFatal);
    OwnerThread writing = new OwnerThread("daybook-segment-writer", segmentWriter, onFatal);
    OwnerThread checkpointing = new OwnerThread("daybook-checkpointer", checkpointer, onFatal);
    inbox.wakes(appending::wake);
    durable.wakes(
        () -> {
          if (durable.bytes() >= config.runBytes()) {
            writing.wake();
          }
        });
    segmentWriter.wakes(writing::wake);
    checkpointer.wakesAppender(appending::wake);
    checkpointer.errands().wakes(checkpointing::wake);
    OwnerThread retaining = new OwnerThread("daybook-retention", retention, onFatal);
    room.mayWait(true);
    threads.start(List.of(appending, writing, checkpointing, retaining));
  }

  /// What opening found.
  public RecoveryReport recovery() {
    return recovery;
  }

  /// A pace for who reads old records beside those who append. Each thread that reads takes its own.
  public ColdPace coldPace() {
    return new ColdPace(clock, journal);
  }

  /// The owners that work in the background.
  public Background background() {
    return background;
  }

  /// The segments of a partition that a durable checkpoint counts as sealed, ascending. Those whose footer has a proof
  /// are never written to any more.
  public List<SealedSegment> sealedSegments(PartitionId id) {
    PartitionLog log = logs.byId().get(id);
    return log == null ? List.of() : log.sealedSegments();
  }

  public TopicCatalog topics() {
    return catalogue.published();
  }

  /// Tells each newly published catalogue, in order, on the appender's thread.
  public void onTopics(Consumer<TopicCatalog> listener) {
    catalogue.listen(listener);
  }

  public CompletableFuture<CatalogDecision> createTopic(NewTopic topic) {
    return decide(catalog -> catalog.create(topic, topicIds));
  }

  public CompletableFuture<CatalogDecision> deleteTopic(TopicId id) {
    return decide(catalog -> catalog.delete(id));
  }

  /// Asks the catalogue something, in its turn, and writes down what it decides; completes when that is durable, or was
  /// refused.
  public CompletableFuture<CatalogDecision> decide(
      Function<TopicCatalog, CatalogDecision> question) {
    return intake.ask(reply -> new Command.AskCatalogue(question, reply));
  }

  /// What can be done about damage. Only when no thread steps the owners.
  public ShardRepair repair() {
    return new ShardRepair(logs, segmentWriter);
  }

  /// Raises the leader epoch of all partitions, so that clients which saw more than there is now learn of it, and
  /// skips ids that may have been handed out. Completes when that is durable.
  public CompletableFuture<CatalogDecision> raiseEpoch(EpochRaise.Reason reason, String details) {
    return intake.ask(reply -> new Command.RaiseEpoch(reason, details, reply));
  }

  /// A snapshot of everything that is durable now. It must be closed, and there is one at a time.
  ///
  /// @throws IOException when no thread steps the owners, so that this did, and that failed
  public CompletableFuture<Snapshot> snapshot() throws IOException {
    CompletableFuture<Snapshot> answer = checkpointer.snapshots().ask();
    while (!threads.areStarted() && !answer.isDone()) {
      segmentWriter.doWork();
      checkpointer.doWork();
    }
    if (intake.isClosed()) {
      checkpointer.snapshots().refuse();
    }
    return answer;
  }

  public CompletableFuture<Long> newProducerId() {
    return intake.ask(Command.NewProducerId::new);
  }

  /// What a partition knows of its producers; completes when all of that is durable.
  public CompletableFuture<List<ActiveProducer>> producers(Partition partition) {
    return intake.ask(reply -> new Command.DescribeProducers(partition, reply));
  }

  /// Forgets producers of a partition that have written nothing for so long.
  CompletableFuture<Integer> expireProducers(Partition partition, Duration idleFor) {
    return intake.ask(reply -> new Command.ExpireProducers(partition, idleFor.toNanos(), reply));
  }

  /// Keeps nothing of this partition below an offset any more; completes when that is durable, or was refused.
  public CompletableFuture<LogStartResult> raiseLogStart(Partition partition, long startOffset) {
    return intake.ask(reply -> new Command.RaiseLogStart(partition, startOffset, false, reply));
  }

  /// The time that all goes by which ages and is deleted then.
  public RetentionClock retentionClock() {
    return retentionClock;
  }

  /// How far the wall clock is ahead of the time that retention goes by, or, below zero, behind it.
  public Duration retentionLag() {
    return Duration.ofMillis(retentionClock.wallAheadMs());
  }

  private CompletableFuture<LogStartResult> raiseLogStartBySegments(
      Partition partition, long startOffset) {
    return intake.ask(reply -> new Command.RaiseLogStart(partition, startOffset, true, reply));
  }

  public @Nullable Partition partition(PartitionId id) {
    return catalogue.partition(id);
  }

  /// Appends these batches and markers, each by itself, with one force.
  public Append append(List<? extends AppendPart> parts) {
    return intake.append(parts, false);
  }

  /// Appends all of these batches and markers or, when one of them is refused, none.
  public Append appendTogether(List<? extends AppendPart> parts) {
    return intake.append(parts, true);
  }

  /// Runs a decision on the appender's thread, in order with all appends. What it appends comes into one journal entry.
  /// It decides from memory and never waits; should it throw after it appended something, the process stops.
  ///
  /// @param bytes about how much it may append
  public <R> Decided<R> decide(long bytes, Function<Appending, R> decision) {
    Decided<R> reply = new Decided<>();
    intake.put(new Command.Decide<>(decision, reply), bytes);
    return reply;
  }

  /// Refuses new appends, finishes those under way, brings all into segments and writes a checkpoint, so that the
  /// next start has nothing to recover.
  @Override
  public void close() throws IOException {
    intake.stop();
    room.mayWait(false);
    threads.close();
    try {
      if (!threads.anyFailed()) {
        settle();
        journal.endCleanly();
      }
    } catch (IOException e) {
      if (!DiskFull.isCauseOf(e)) {
        throw e;
      }
      LOG.warn(
          "no room to bring all into segments: the journal keeps it for the next start reason={}",
          e.getMessage());
    } finally {
      intake.close();
      background.close();
      checkpointer.snapshots().refuse();
      for (PartitionLog log : logs.all()) {
        log.close();
      }
      journal.close();
      checkpoint.close();
    }
  }

  /// Steps the owners until none has anything to do, and writes a checkpoint.
  public void settle() throws IOException {
    segmentWriter.drain();
    while (!inbox.isEmpty()) {
      if (appender.doWork() == 0) {
        // The journal is full; memory is not, for all is written.
        checkpointer.checkpointNow();
        if (appender.doWork() == 0) {
          break;
        }
      }
      segmentWriter.drain();
    }
    checkpointer.checkpointNow();
  }

  Appender appender() {
    return appender;
  }

  SegmentWriter segmentWriter() {
    return segmentWriter;
  }

  SpareRoom room() {
    return room;
  }

  Checkpointer checkpointer() {
    return checkpointer;
  }

  Retention retention() {
    return retention;
  }

  private long deleteDelayNs(PartitionId id) {
    Partition partition = catalogue.partition(id);
    return partition == null
        ? 0
        : TimeUnit.MILLISECONDS.toNanos(partition.topic().config().fileDeleteDelayMs());
  }

  /// Opens the journal of a shard.
  @FunctionalInterface
  public interface JournalOpener {
    /// Opens it.
    ///
    /// @param checkpoint how far the segments are forced; entries up to there are not needed
    Journal open(Path directory, Optional<CheckpointMarks> checkpoint) throws IOException;
  }
}
