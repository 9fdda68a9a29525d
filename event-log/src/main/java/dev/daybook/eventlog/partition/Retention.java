package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks for the end of records that nobody wants to keep: by age (`retention.ms`, by the youngest record of a segment) and
/// by size (`retention.bytes`). It looks at whole segments, the oldest first, and ends at the first one that stays. Only
/// topics whose `cleanup.policy` contains delete, never internal ones, and only where somebody set a limit: by default a
/// daybook keeps everything.
///
/// A partition with damage that nobody has decided about is left alone.
///
/// It decides nothing and deletes nothing: it reads indexes on a thread of its own and asks the appender to raise the
/// log's start, which goes through the journal. When the machine stops before that, it asks again. Age goes by a
/// [RetentionClock]; a record dated ahead keeps its segment, and a segment without any date stays.
final class Retention implements Owner {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final long IDLE_NS = 1_000_000_000L;
  private static final long HURRY_NS = 5_000_000_000L;

  private final Supplier<Iterable<Topic>> topics;
  private final Partitions partitions;
  private final Request request;
  private final Admission admission;
  private final RetentionClock retentionClock;
  private final Clock clock;
  private final long intervalNs;
  private long lastCheckNs;

  /// What was asked and not answered yet.
  private final List<CompletableFuture<LogStartResult>> asked = new ArrayList<>();

  Retention(
      Supplier<Iterable<Topic>> topics,
      Partitions partitions,
      Request request,
      Admission admission,
      RetentionClock retentionClock,
      Clock clock,
      long intervalNs) {
    this.topics = topics;
    this.partitions = partitions;
    this.request = request;
    this.admission = admission;
    this.retentionClock = retentionClock;
    this.clock = clock;
    this.intervalNs = intervalNs;
    this.lastCheckNs = clock.monotonicNs();
  }

  /// Looks at all partitions when it is time to; more often while the disk is nearly full, but not before all is answered
  /// that was asked: an appender that waits would find the same once for each look.
  @Override
  public int doWork() {
    long nowNs = clock.monotonicNs();
    long waitNs = admission.isDiskFull() ? Math.min(HURRY_NS, intervalNs) : intervalNs;
    asked.removeIf(CompletableFuture::isDone);
    if (nowNs - lastCheckNs < waitNs || !asked.isEmpty()) {
      return 0;
    }
    lastCheckNs = nowNs;
    long nowMs = retentionClock.nowMs();
    int raised = 0;
    for (Topic topic : topics.get()) {
      if (isLimited(topic)) {
        raised += check(topic, nowMs);
      }
    }
    return raised;
  }

  @Override
  public long idleNs() {
    return Math.min(IDLE_NS, intervalNs);
  }

  private static boolean isLimited(Topic topic) {
    TopicConfig config = topic.config();
    return !topic.internal()
        && config.deletesOld()
        && (config.retentionMs() >= 0 || config.retentionBytes() >= 0);
  }

  private int check(Topic topic, long nowMs) {
    int raised = 0;
    for (int index = 0; index < topic.partitions(); index++) {
      Partition partition = partitions.of(topic, index);
      if (partition != null && !partition.damage().isOpen() && check(partition, nowMs)) {
        raised++;
      }
    }
    return raised;
  }

  private boolean check(Partition partition, long nowMs) {
    long end;
    try {
      end = endOfUnwanted(partition, nowMs);
    } catch (IOException e) {
      // A log that is going, or damage: its readers will tell, and nothing is deleted.
      LOG.warn("retention passes over partition={} reason={}", partition.id(), e.toString());
      return false;
    }
    if (end <= partition.logStartOffset()) {
      return false;
    }
    LOG.info(
        "retention topic={} partition={} start={} newStart={}",
        partition.topic().name(),
        partition.id().index(),
        partition.logStartOffset(),
        end);
    asked.add(request.raise(partition, end));
    return true;
  }

  private static long endOfUnwanted(Partition partition, long nowMs) throws IOException {
    TopicConfig config = partition.topic().config();
    PartitionLog log = partition.log();
    long end = log.startOffset();
    if (config.retentionMs() >= 0) {
      end = Math.max(end, log.endOfOlderThan(nowMs - config.retentionMs()));
    }
    if (config.retentionBytes() >= 0) {
      end = Math.max(end, log.endOfSurplus(config.retentionBytes()));
    }
    return end;
  }

  /// Finds live partitions.
  @FunctionalInterface
  interface Partitions {
    @Nullable Partition of(Topic topic, int index);
  }

  /// Asks the appender that a partition's start is raised, by whole segments. What came of it is seen at the next look.
  @FunctionalInterface
  interface Request {
    CompletableFuture<LogStartResult> raise(Partition partition, long newStart);
  }
}
