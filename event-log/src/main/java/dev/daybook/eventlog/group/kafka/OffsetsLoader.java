package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupLog;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.partition.Slice;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.coordinator.common.runtime.CoordinatorLoader;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the coordinator's state back from the log, on a thread of its own that goes when nothing is left to
/// load. A record that cannot be replayed is skipped and told: one bad record must not take all groups of its
/// partition away.
final class OffsetsLoader implements CoordinatorLoader<CoordinatorRecord> {
  private static final Logger LOG = LoggerFactory.getLogger(OffsetsLoader.class);

  private final GroupLog log;
  private final Topic topic;
  private final OffsetsWriter writer;
  private final DamagedGroups damaged;
  private final int readBytes;
  private final IntConsumer loadAgain;
  private final ThreadPoolExecutor thread = newThread();
  private final Map<Integer, CompletableFuture<Void>> loads = new ConcurrentHashMap<>();
  private final Set<CommittedTopic> committedTopics = ConcurrentHashMap.newKeySet();

  OffsetsLoader(
      GroupLog log,
      Topic topic,
      OffsetsWriter writer,
      DamagedGroups damaged,
      int readBytes,
      IntConsumer loadAgain) {
    this.loadAgain = loadAgain;
    this.log = log;
    this.topic = topic;
    this.writer = writer;
    this.damaged = damaged;
    this.readBytes = readBytes;
  }

  /// Completes when the partition's first load is done, for better or worse, and the coordinator has been told, so that whatever is
  /// asked of it from then on does not find the partition loading.
  CompletableFuture<Void> loaded(int partition) {
    return loads.computeIfAbsent(partition, index -> new CompletableFuture<>());
  }

  /// The topics for which offsets were committed, as the log has them; some may be gone.
  Set<CommittedTopic> committedTopics() {
    return Set.copyOf(committedTopics);
  }

  @Override
  public CompletableFuture<LoadSummary> load(
      TopicPartition partition, CoordinatorPlayback<CoordinatorRecord> playback) {
    CompletableFuture<LoadSummary> summary = new CompletableFuture<>();
    long askedMs = System.currentTimeMillis();
    try {
      thread.execute(() -> run(partition, playback, askedMs, summary));
    } catch (RejectedExecutionException e) {
      summary.completeExceptionally(new NotLeaderOrFollowerException("The coordinator stops"));
    }
    return summary;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private static ThreadPoolExecutor newThread() {
    ThreadPoolExecutor thread =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("group-loader").factory());
    thread.allowCoreThreadTimeOut(true);
    return thread;
  }

  private void run(
      TopicPartition partition,
      CoordinatorPlayback<CoordinatorRecord> playback,
      long askedMs,
      CompletableFuture<LoadSummary> summary) {
    CompletableFuture<Void> loaded = loaded(partition.partition());
    try {
      LoadSummary found = replayAll(partition, playback, askedMs);
      awaitListener(summary);
      summary.complete(found);
    } catch (DamagedGroupsException e) {
      // Nor will it be whole before the next start.
      LOG.error("groups not loaded: partition={} reason=\"{}\"", partition, e.getMessage());
      summary.completeExceptionally(e);
    } catch (IOException | InterruptedException | RuntimeException e) {
      LOG.error(
          "groups not loaded: partition={} reason=\"{}\"; trying again", partition, e.toString());
      summary.completeExceptionally(e);
      loadAgain.accept(partition.partition());
    }
    loaded.complete(null);
  }

  /// The coordinator listens only when it has been handed what it listens to, and a short load can end before that. Who
  /// waits for [#loaded] would then come before it, and be told that the partition still loads.
  private static void awaitListener(CompletableFuture<LoadSummary> summary)
      throws InterruptedException {
    while (summary.getNumberOfDependents() == 0) {
      Thread.sleep(1);
    }
  }

  private LoadSummary replayAll(
      TopicPartition partition, CoordinatorPlayback<CoordinatorRecord> playback, long askedMs)
      throws IOException, InterruptedException {
    long startedMs = System.currentTimeMillis();
    PartitionId id = topic.partition(partition.partition());
    damaged.requireWhole(partition.partition());
    long end = awaitEnd(partition, id);
    Replay replay = new Replay(partition, playback, committedTopics);
    long offset = 0;
    while (offset < end && !Thread.currentThread().isInterrupted()) {
      offset = replayFrom(id, offset, replay);
    }
    return new LoadSummary(
        startedMs,
        System.currentTimeMillis(),
        startedMs - askedMs,
        replay.recordCount(),
        replay.sizeBytes());
  }

  /// A load is about all that was written, also what this coordinator wrote before it failed and is not
  /// durable yet; the log shows it to readers in a moment.
  private long awaitEnd(TopicPartition partition, PartitionId id) throws InterruptedException {
    long written = writer.nextOffset(partition);
    while (log.highWatermark(id) < written) {
      Thread.sleep(1);
    }
    return log.highWatermark(id);
  }

  private long replayFrom(PartitionId id, long offset, Replay replay) throws IOException {
    return switch (log.read(id, offset, readBytes)) {
      case ReadResult.Batches batches -> replayed(id, batches, offset, replay);
      case ReadResult.OffsetOutOfRange(long highWatermark, long logStartOffset) -> {
        if (offset >= logStartOffset) {
          throw new IOException(id + " has nothing at " + offset + " below " + highWatermark);
        }
        yield logStartOffset;
      }
      case ReadResult.UnknownPartition() -> throw new NotLeaderOrFollowerException(id + " is gone");
    };
  }

  private long replayed(PartitionId id, ReadResult.Batches batches, long offset, Replay replay)
      throws IOException {
    long next = offset;
    try (batches) {
      for (Slice slice : batches.slices()) {
        for (RecordBatch batch : MemoryRecords.readableRecords(slice.read()).batches()) {
          replay.batch(batch);
          next = batch.nextOffset();
        }
      }
    }
    if (next == offset) {
      next = behindLoss(id, offset);
      replay.skipTo(next);
    }
    return next;
  }

  /// Where the last offsets are lost, and that was accepted, a read finds nothing.
  private long behindLoss(PartitionId id, long offset) throws IOException {
    return log.damage(id).accepted().stream()
        .filter(range -> range.fromOffset() <= offset && offset < range.toOffset())
        .mapToLong(DamagedRange::toOffset)
        .findFirst()
        .orElseThrow(() -> new IOException("A read at offset " + offset + " found no whole batch"));
  }
}
