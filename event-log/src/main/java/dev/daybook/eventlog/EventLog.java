package dev.daybook.eventlog;

import dev.daybook.eventlog.disk.DirectoryLock;
import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.maintenance.Backup;
import dev.daybook.eventlog.maintenance.DataDirectory;
import dev.daybook.eventlog.maintenance.DataFormat;
import dev.daybook.eventlog.maintenance.Manifest;
import dev.daybook.eventlog.maintenance.Progress;
import dev.daybook.eventlog.partition.ActiveProducer;
import dev.daybook.eventlog.partition.Append;
import dev.daybook.eventlog.partition.AppendPart;
import dev.daybook.eventlog.partition.Appending;
import dev.daybook.eventlog.partition.CleanerCounts;
import dev.daybook.eventlog.partition.ColdPace;
import dev.daybook.eventlog.partition.Decided;
import dev.daybook.eventlog.partition.LogStartResult;
import dev.daybook.eventlog.partition.Measurements;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.partition.RecoveryReport;
import dev.daybook.eventlog.partition.ScrubCounts;
import dev.daybook.eventlog.partition.Shard;
import dev.daybook.eventlog.partition.ShardConfig;
import dev.daybook.eventlog.partition.ShardState;
import dev.daybook.eventlog.partition.Snapshot;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.ConfigChange;
import dev.daybook.eventlog.topic.EpochRaise;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.TopicCatalog;
import dev.daybook.eventlog.transaction.TransactionLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The event log in this process: topics, appends and reads, durable by default. It knows nothing of
/// sockets; the broker and the coordinators are its callers.
///
/// All methods may be called from any thread. Futures complete on the appender's thread: hop to your own before
/// you do anything that takes time. Opening recovers what an earlier process left; closing leaves nothing to
/// recover.
public final class EventLog implements TransactionLog, AutoCloseable {
  private final Path dataDirectory;
  private final DirectoryLock lock;
  private final DataFormat format;
  private final Shard shard;
  private final ExecutorService readers;
  private final ExecutorService coldReader = threads("daybook-cold-reader-", 1);
  private final RecordValidator validator;
  private volatile Measurements measurements = Measurements.NONE;

  private EventLog(
      Path dataDirectory,
      DirectoryLock lock,
      DataFormat format,
      Shard shard,
      ExecutorService readers,
      RecordValidator validator) {
    this.dataDirectory = dataDirectory;
    this.lock = lock;
    this.format = format;
    this.shard = shard;
    this.readers = readers;
    this.validator = validator;
  }

  /// Opens the log in its directory.
  ///
  /// @param validator checks contracts, where a topic asks for it
  /// @param onFatal told once when the log can not go on (a failed force, a broken promise): the process must
  ///     stop, and the next start recovers
  /// @throws IOException when the directory can not be used, with a sentence that says why
  public static EventLog open(
      EventLogConfig config, RecordValidator validator, Consumer<Throwable> onFatal)
      throws IOException {
    Disk disk = new FileDisk();
    DirectoryLock lock = DataDirectory.take(disk, config.dataDirectory());
    try {
      DataFormat format = DataFormat.of(disk, config.dataDirectory());
      Shard shard =
          Shard.open(
              disk,
              config.dataDirectory(),
              shardConfig(config, disk.totalBytes(config.dataDirectory())),
              (directory, checkpoint) ->
                  FileJournal.open(
                      disk,
                      directory,
                      journalConfig(config),
                      checkpoint.map(CheckpointMarks::sequence).orElse(0L)),
              Clock.system(),
              TopicId::random);
      format.markBorn(disk, config.dataDirectory());
      shard.start(onFatal);
      shard.background().startScrub(config.scrub(), onFatal);
      shard.background().startCleaner(config.cleaner(), onFatal);
      shard.background().startProducerExpiry(config.producerExpiry(), onFatal);
      ExecutorService readers = threads("daybook-reader-", config.readerThreads());
      return new EventLog(config.dataDirectory(), lock, format, shard, readers, validator);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /// The name of this log that clients know it by, the same for ever.
  public String clusterId() {
    return format.clusterId();
  }

  /// Where everything lies.
  public Path dataDirectory() {
    return dataDirectory;
  }

  /// What opening the log had to do, and what it found.
  public RecoveryReport recovery() {
    return shard.recovery();
  }

  /// The topics there durably are.
  @Override
  public TopicCatalog topics() {
    return shard.topics();
  }

  /// Tells each newly published catalogue, in order, on the appender's thread.
  public void onTopics(Consumer<TopicCatalog> listener) {
    shard.onTopics(listener);
  }

  /// Creates a topic; completes when that is durable, or was refused.
  @Override
  public CompletableFuture<CatalogDecision> createTopic(NewTopic topic) {
    return shard.createTopic(topic);
  }

  /// Deletes a topic; completes when that is durable, or was refused.
  public CompletableFuture<CatalogDecision> deleteTopic(TopicId id) {
    return shard.deleteTopic(id);
  }

  /// Changes a topic's settings, which hold from then on; completes when that is durable, or was refused.
  public CompletableFuture<CatalogDecision> configureTopic(TopicId id, List<ConfigChange> changes) {
    return shard.decide(topics -> topics.configure(id, changes));
  }

  /// Gives a topic these settings and no others; completes when that is durable, or was refused.
  public CompletableFuture<CatalogDecision> configureTopicAnew(
      TopicId id, Map<String, String> given) {
    return shard.decide(topics -> topics.configureAnew(id, given));
  }

  /// Gives a topic more partitions; completes when that is durable, or was refused.
  ///
  /// @param partitions how many it shall have then
  public CompletableFuture<CatalogDecision> addPartitions(TopicId id, int partitions) {
    return shard.decide(topics -> topics.addPartitions(id, partitions));
  }

  /// Keeps nothing of this partition below an offset any more; completes when that is durable, or was refused. The
  /// segments' files follow.
  public CompletableFuture<LogStartResult> raiseLogStart(Partition partition, long startOffset) {
    return shard.raiseLogStart(partition, startOffset);
  }

  /// What a partition knows of its producers; completes when all of that is durable.
  public CompletableFuture<List<ActiveProducer>> producers(Partition partition) {
    return shard.producers(partition);
  }

  /// A producer id that was never given before and never will be again.
  public CompletableFuture<Long> newProducerId() {
    return shard.newProducerId();
  }

  /// Raises the leader epoch of all partitions; completes when that is durable.
  public CompletableFuture<CatalogDecision> raiseEpoch(EpochRaise.Reason reason, String details) {
    return shard.raiseEpoch(reason, details);
  }

  /// Makes a backup of everything that is acknowledged now, beside whatever goes on. Blocks for as long as it takes; one
  /// at a time.
  ///
  /// @param target a directory that is not there yet, or empty
  /// @throws IOException when it can not be made; then there is none, and the log goes on
  public Manifest backUp(Path target, Progress progress) throws IOException {
    return backUp(target, Backup.OnDamage.REFUSE, progress);
  }

  /// As [#backUp(Path, Progress)].
  ///
  /// @param onDamage what is done when the log is damaged
  public Manifest backUp(Path target, Backup.OnDamage onDamage, Progress progress)
      throws IOException {
    Disk disk = new FileDisk();
    Backup.requireOutside(disk, dataDirectory, target);
    Backup.requireEmpty(disk, target);
    Instant askedAt = Instant.now();
    try (Snapshot snapshot = shard.snapshot().join()) {
      return Backup.write(disk, snapshot, format, topics(), askedAt, target, onDamage, progress);
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  /// The live partition; null when there is none.
  @Override
  public @Nullable Partition partition(PartitionId id) {
    return shard.partition(id);
  }

  /// Appends these batches and markers, each by itself, in one journal entry. Appends are decided in the order of these
  /// calls, so far as the calls have an order.
  public Append append(List<? extends AppendPart> parts) {
    return shard.append(parts);
  }

  /// Appends all of these batches and markers in one journal entry: after a crash all are there or none. When one of
  /// them is refused, nothing is appended, and the others are answered with [AppendResult.Reason#OTHERS_REFUSED].
  public Append appendTogether(List<? extends AppendPart> parts) {
    return shard.appendTogether(parts);
  }

  /// Runs a decision in order with all appends, on the appender's thread: it looks at what is decided so far, and what it
  /// appends comes into one journal entry. It decides from memory and never waits.
  ///
  /// @param bytes about how much it may append
  @Override
  public <R> Decided<R> decide(long bytes, Function<Appending, R> decision) {
    return shard.decide(bytes, decision);
  }

  /// What of the sealed segments was read in the background since the start.
  public ScrubCounts scrubbed() {
    return shard.background().scrubbed();
  }

  /// What was compacted since the start.
  public CleanerCounts cleaned() {
    return shard.background().cleaned();
  }

  /// The time that all goes by which ages and is deleted then.
  @Override
  public RetentionClock retentionClock() {
    return shard.retentionClock();
  }

  /// How far the wall clock is ahead of the time that retention goes by, which never leaps; below zero: behind it.
  public Duration retentionLag() {
    return shard.retentionLag();
  }

  /// Where blocking reads run.
  @Override
  public Executor readers() {
    return readers;
  }

  /// The one thread that waits for the disk to bring old records.
  public Executor coldReader() {
    return coldReader;
  }

  /// How fast that thread may read.
  public ColdPace coldPace() {
    return shard.coldPace();
  }

  /// Says whom to tell of what the log does from now on.
  public void measuredBy(Measurements teller) {
    measurements = teller;
    shard.measuredBy(teller);
  }

  /// Who is told of what the log does.
  public Measurements measurements() {
    return measurements;
  }

  /// What the log holds now.
  public ShardState state() {
    return shard.state();
  }

  /// Who checks contracts.
  public RecordValidator validator() {
    return validator;
  }

  /// Refuses new appends, finishes those under way and leaves nothing to recover.
  @Override
  public void close() throws IOException {
    readers.close();
    coldReader.close();
    try {
      shard.close();
    } finally {
      lock.close();
    }
  }

  private static ExecutorService threads(String name, int count) {
    return Executors.newFixedThreadPool(count, Thread.ofPlatform().name(name, 0).factory());
  }

  private static ShardConfig shardConfig(EventLogConfig config, long diskBytes) {
    return new ShardConfig(
        config.journalBytes(),
        config.entryBytes(),
        config.retainedBytes(),
        config.reserveBytesOn(diskBytes),
        config.runBytes(),
        config.runLinger().toNanos(),
        config.checkpointInterval().toNanos(),
        config.retentionCheckInterval().toNanos(),
        config.topicDefaults());
  }

  private static JournalConfig journalConfig(EventLogConfig config) {
    return new JournalConfig(config.firstJournalFileBytes(), config.journalFileBytes());
  }
}
