package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.disk.ForceFailedException;
import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.log.Compaction;
import dev.daybook.eventlog.log.CompactionPolicy;
import dev.daybook.eventlog.log.CompactionRequest;
import dev.daybook.eventlog.log.CompactionResult;
import dev.daybook.eventlog.log.Dirt;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.log.Replacement;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compacts the logs of topics whose `cleanup.policy` contains compact: the one with the largest dirty share first, one at a
/// time, in small steps, at its pace and at a tenth of it while the journal is busy. How old records and tombstones are goes
/// by a [RetentionClock]. It writes new segments beside the logs;
/// the checkpointer gives them their names and unlinks the old ones, the segment writer shows them to readers.
///
/// When the machine stops, what was written and has no name yet is removed by the next start; nothing else is lost but work.
/// A cleaning that fails leaves the log as it is, and the partition is left alone until the next start.
final class Cleaner implements Owner, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);

  private static final int STEP_BYTES = 256 << 10;
  private static final long WAIT_NS = 5_000_000L;

  private final Disk disk;
  private final ShardFiles files;
  private final PartitionLogs logs;
  private final Supplier<Iterable<Topic>> topics;
  private final Retention.Partitions partitions;
  private final SegmentWriter segmentWriter;
  private final Checkpointer checkpointer;
  private final Admission admission;
  private final BusyJournal journal;
  private final RetentionClock retentionClock;
  private final Clock clock;
  private final CleanerSettings settings;
  private final CleanerCounts counts;
  private final CleanedMarks marks;

  /// Partitions that could not be compacted.
  private final Set<PartitionId> failed = new HashSet<>();

  /// Partitions where a cleaning came to nothing, because a transaction is open where their dirty part begins, and how much
  /// was dirty then. Another cleaning would find the same, and keep all other partitions from theirs.
  private final Map<PartitionId, Long> stuck = new HashMap<>();

  private @Nullable Partition partition;
  private long chosenDirtyBytes;
  private @Nullable Compaction compaction;
  private @Nullable Awaited<?> awaited;
  private long notBeforeNs;

  Cleaner(
      Disk disk,
      ShardFiles files,
      PartitionLogs logs,
      Supplier<Iterable<Topic>> topics,
      Retention.Partitions partitions,
      SegmentWriter segmentWriter,
      Checkpointer checkpointer,
      Admission admission,
      Journal journal,
      RetentionClock retentionClock,
      Clock clock,
      CleanerSettings settings,
      CleanerCounts counts) {
    this.disk = disk;
    this.files = files;
    this.logs = logs;
    this.topics = topics;
    this.partitions = partitions;
    this.segmentWriter = segmentWriter;
    this.checkpointer = checkpointer;
    this.admission = admission;
    this.journal = new BusyJournal(journal, clock);
    this.retentionClock = retentionClock;
    this.clock = clock;
    this.settings = settings;
    this.counts = counts;
    this.marks = new CleanedMarks(disk, files.cleaned());
    this.notBeforeNs = clock.monotonicNs();
  }

  /// Removes what an earlier process was writing.
  static void giveUp(Disk disk, ShardFiles files) throws IOException {
    if (disk.exists(files.cleaning())) {
      DurableFiles.deleteDirectory(disk, files.cleaning());
    }
  }

  /// Leaves a process that has just started to itself for a while.
  void rest() {
    notBeforeNs = clock.monotonicNs() + settings.backoff().toNanos();
  }

  @Override
  public int doWork() throws IOException {
    long nowNs = clock.monotonicNs();
    if (settings.isOff() || nowNs - notBeforeNs < 0) {
      return 0;
    }
    journal.look(nowNs);
    try {
      return work(nowNs);
    } catch (CompletionException e) {
      return failed(e.getCause() instanceof IOException cause ? cause : new IOException(e));
    } catch (UncheckedIOException | IllegalStateException e) {
      // Whatever is strange about one partition's segments must not keep the server from starting.
      return failed(new IOException(e));
    } catch (IOException e) {
      return failed(e);
    }
  }

  @Override
  public long idleNs() {
    if (settings.isOff()) {
      return Long.MAX_VALUE;
    }
    return awaited != null ? WAIT_NS : Math.max(1, notBeforeNs - clock.monotonicNs());
  }

  @Override
  public void close() throws IOException {
    giveUp();
  }

  private int work(long nowNs) throws IOException {
    Awaited<?> question = awaited;
    if (question != null) {
      if (!question.answer.isDone()) {
        return 0;
      }
      awaited = null;
      question.goOn();
      return 1;
    }
    Compaction running = compaction;
    if (running == null) {
      return begin(nowNs) ? 1 : 0;
    }
    if (admission.isDiskFull()) {
      LOG.warn("compaction waits for space on the disk partition={}", running.log().id());
      giveUp();
      rest();
      return 1;
    }
    long bytes = running.step(STEP_BYTES);
    counts.bytes.add(bytes);
    notBeforeNs = nowNs + journal.restNs(bytes, settings.bytesPerSecond());
    if (running.ready().isPresent()) {
      putInPlace(running, running.ready().get());
    } else if (running.result().isPresent()) {
      finish(running, running.result().get());
    }
    return 1;
  }

  /// Looks for the log that needs it most, and asks for what only the segment writer knows of it.
  private boolean begin(long nowNs) {
    Optional<Candidate> found = admission.isDiskFull() ? Optional.empty() : filthiest();
    if (found.isEmpty()) {
      notBeforeNs = nowNs + settings.backoff().toNanos();
      return false;
    }
    Partition chosen = found.get().partition;
    partition = chosen;
    chosenDirtyBytes = found.get().dirtyBytes;
    await(
        segmentWriter.askLastBatches(chosen.id()),
        lastBatches -> {
          DurableFiles.createDirectories(disk, files.cleaning());
          compaction =
              chosen
                  .log()
                  .compact(
                      new CompactionRequest(
                          marks.of(chosen.id()).upTo(),
                          policyOf(chosen),
                          lastBatches,
                          workFile(),
                          settings.keyBytes(),
                          retentionClock.nowMs(),
                          retentionClock.dateMs()));
        });
    return true;
  }

  private Optional<Candidate> filthiest() {
    Candidate best = null;
    for (Topic topic : topics.get()) {
      for (int index = 0; topic.config().compacted() && index < topic.partitions(); index++) {
        Partition found = partitions.of(topic, index);
        Candidate candidate = found == null ? null : look(found);
        if (candidate != null && (best == null || candidate.isBefore(best))) {
          best = candidate;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private @Nullable Candidate look(Partition found) {
    PartitionLog log = found.log();
    if (failed.contains(found.id()) || log.isDamagedAboveStart()) {
      return null;
    }
    CleanedMarks.Mark mark = marks.of(found.id());
    CompactionPolicy policy = policyOf(found);
    long nowMs = retentionClock.nowMs();
    try {
      Dirt dirt = log.dirt(mark.upTo(), policy, nowMs);
      boolean horizonIsOver = mark.nextHorizonMs() <= nowMs;
      boolean mayComeOn =
          dirt.dirtyBytes() > 0 && stuck.getOrDefault(found.id(), -1L) != dirt.dirtyBytes();
      boolean isWorthIt = mayComeOn && dirt.ratio() >= policy.minDirtyRatio();
      boolean isOverdue = mayComeOn && dirt.overdue();
      return isWorthIt || isOverdue || horizonIsOver
          ? new Candidate(found, isOverdue, dirt.ratio(), dirt.dirtyBytes())
          : null;
    } catch (IOException e) {
      LOG.warn("compaction passes over partition={} reason={}", found.id(), e.toString());
      return null;
    }
  }

  private static CompactionPolicy policyOf(Partition partition) {
    TopicConfig config = partition.topic().config();
    return new CompactionPolicy(
        config.segmentBytes(),
        config.indexIntervalBytes(),
        config.deleteRetentionMs(),
        config.minCompactionLagMs(),
        config.maxCompactionLagMs(),
        config.minCleanableDirtyRatio());
  }

  /// Name, then show, then let go of the old files: each asked of its owner, and awaited.
  private void putInPlace(Compaction running, Replacement replacement) {
    PartitionLog log = running.log();
    await(
        checkpointer.errands().ask(() -> isLive(log) && named(replacement)),
        isNamed -> {
          if (isNamed) {
            show(running, replacement);
          } else {
            replacement.abandon();
            giveUp();
          }
        });
  }

  private static boolean named(Replacement replacement) throws IOException {
    replacement.giveName();
    return true;
  }

  private void show(Compaction running, Replacement replacement) {
    await(
        segmentWriter.errands().ask(() -> isLive(running.log()) && replacement.show()),
        isShown -> {
          if (isShown) {
            running.replaced();
            checkpointer.replaced(replacement);
            LOG.debug("compaction replaced {}", replacement);
          } else {
            // Segments were dropped, or the topic is gone.
            takeBack(running.log(), replacement);
          }
        });
  }

  private void takeBack(PartitionLog log, Replacement replacement) {
    await(
        checkpointer
            .errands()
            .ask(
                () -> {
                  if (isLive(log)) {
                    replacement.takeBack();
                  }
                  return true;
                }),
        done -> giveUp());
  }

  private void finish(Compaction done, CompactionResult result) throws IOException {
    PartitionId id = done.log().id();
    counts.cleanings.increment();
    counts.records.add(result.records());
    counts.dropped.add(result.dropped());
    counts.reclaimedBytes.add(Math.max(0, result.bytesBefore() - result.bytesAfter()));
    stuck.keySet().retainAll(logs.byId().keySet());
    if (done.cameToNothing()) {
      stuck.put(id, chosenDirtyBytes);
    } else {
      stuck.remove(id);
    }
    marks.put(
        id,
        new CleanedMarks.Mark(result.cleanedUpTo(), result.nextHorizonMs()),
        logs.byId().keySet());
    LOG.info(
        "compacted topic={} partition={} upTo={} records={} dropped={} bytesBefore={} bytesAfter={}",
        Objects.requireNonNull(partition).topic().name(),
        id.index(),
        result.cleanedUpTo(),
        result.records(),
        result.dropped(),
        result.bytesBefore(),
        result.bytesAfter());
    giveUp();
  }

  /// A cleaning changes nothing that anybody relies on before it is durable, so none of its failures but a failed force is
  /// the process's end.
  private int failed(IOException cause) throws IOException {
    Partition concerned = partition;
    if (concerned == null || isFailedForce(cause)) {
      throw cause;
    }
    Compaction running = compaction;
    boolean isOvertaken = running != null && running.isOvertaken();
    giveUp();
    if (DiskFull.isCauseOf(cause)) {
      LOG.warn("compaction waits for space on the disk partition={}", concerned.id());
      rest();
    } else if (isOvertaken) {
      LOG.debug("compaction begins anew partition={} reason={}", concerned.id(), cause.toString());
    } else if (logs.byId().get(concerned.id()) == concerned.log()) {
      counts.failures.increment();
      failed.add(concerned.id());
      LOG.error(
          "compaction leaves a partition alone until the next start topic={} partition={}",
          concerned.topic().name(),
          concerned.id().index(),
          cause);
    }
    return 1;
  }

  private static boolean isFailedForce(Throwable failure) {
    @Nullable Throwable at = failure;
    while (at != null && !(at instanceof ForceFailedException)) {
      at = at.getCause();
    }
    return at != null;
  }

  private void giveUp() throws IOException {
    Compaction running = compaction;
    compaction = null;
    partition = null;
    awaited = null;
    if (running != null) {
      running.close();
    }
  }

  private boolean isLive(PartitionLog log) {
    return logs.byId().get(log.id()) == log;
  }

  private Path workFile() {
    return files.cleaning().resolve("segment");
  }

  private <T> void await(CompletableFuture<T> answer, Continuation<T> next) {
    awaited = new Awaited<>(answer, next);
  }

  /// A log that may be compacted, and how much it needs it.
  private record Candidate(Partition partition, boolean overdue, double ratio, long dirtyBytes) {
    boolean isBefore(Candidate other) {
      return overdue != other.overdue ? overdue : ratio > other.ratio;
    }
  }

  /// What another owner was asked, and what comes after.
  private record Awaited<T>(CompletableFuture<T> answer, Continuation<T> next) {
    void goOn() throws IOException {
      next.take(answer.join());
    }
  }

  /// Goes on with an answer.
  @FunctionalInterface
  private interface Continuation<T> {
    void take(T answer) throws IOException;
  }
}
