package dev.daybook.eventlog.group;

import dev.daybook.eventlog.log.Damage;
import dev.daybook.eventlog.partition.Append;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Lease;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.partition.Slice;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// A log in memory, with an appender's thread of its own and faults one can switch on: a disk that does not
/// answer, a full one, a whole log that hangs, a crash.
public final class MemoryGroupLog implements GroupLog, AutoCloseable {
  private static final int LAST_OFFSET_DELTA_AT = 23;

  private final RetentionClock retentionClock;
  private final ExecutorService appender =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("appender").factory());
  private final Map<PartitionId, Damage> damages = new ConcurrentHashMap<>();
  private final Map<PartitionId, Contents> partitions = new ConcurrentHashMap<>();
  private final List<Consumer<TopicCatalog>> topicListeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> notForced = new ArrayList<>();
  private final CountDownLatch held = new CountDownLatch(1);
  private final AtomicInteger failingReads = new AtomicInteger();
  private volatile TopicCatalog topics = TopicCatalog.empty();
  private volatile AppendResult.@Nullable Reason refusing;
  private volatile boolean holdingForces;
  private volatile boolean hanging;

  public MemoryGroupLog() {
    this(new RetentionClock(Clock.system(), OptionalLong.empty()));
  }

  /// @param retentionClock by which offsets expire
  public MemoryGroupLog(RetentionClock retentionClock) {
    this.retentionClock = retentionClock;
  }

  /// Appends are decided, but nothing becomes durable.
  public void holdForces() {
    holdingForces = true;
  }

  /// Returns when an append was decided whose force is held.
  public void awaitHeldForce() throws InterruptedException {
    if (!held.await(90, TimeUnit.SECONDS)) {
      throw new IllegalStateException("Nothing was appended");
    }
  }

  /// What was held becomes durable.
  public void releaseForces() {
    appender.execute(
        () -> {
          holdingForces = false;
          notForced.forEach(Runnable::run);
          notForced.clear();
        });
  }

  /// Appends are refused for this reason; null takes them again.
  public void refuse(AppendResult.@Nullable Reason reason) {
    refusing = reason;
  }

  /// The next reads fail.
  public void failReads(int count) {
    failingReads.set(count);
  }

  /// So much of a partition is known to be damaged.
  public void damage(PartitionId partition, Damage damage) {
    damages.put(partition, damage);
  }

  /// The batches from this offset on can not be read any more.
  public void lose(PartitionId partition, long fromOffset) {
    contents(partition).batches.removeIf(batch -> batch.nextOffset() > fromOffset);
  }

  /// Appends are never decided.
  public void hang() {
    hanging = true;
  }

  /// The log as it is found after a crash: only what was durable, and nobody listening.
  public MemoryGroupLog afterCrash() {
    MemoryGroupLog found = new MemoryGroupLog(retentionClock);
    found.topics = topics;
    partitions.forEach((id, contents) -> found.partitions.put(id, contents.durablePart()));
    return found;
  }

  public Topic create(String name, int partitions) {
    createTopic(new NewTopic(name, partitions, Map.of())).join();
    return topics.byName(name).orElseThrow();
  }

  public void delete(Topic topic) {
    CompletableFuture.runAsync(() -> replay(topics.delete(topic.id())), appender).join();
  }

  @Override
  public TopicCatalog topics() {
    return topics;
  }

  @Override
  public void onTopics(Consumer<TopicCatalog> listener) {
    topicListeners.add(listener);
  }

  @Override
  public RetentionClock retentionClock() {
    return retentionClock;
  }

  @Override
  public CompletableFuture<CatalogDecision> createTopic(NewTopic topic) {
    return CompletableFuture.supplyAsync(
        () -> replay(topics.create(topic, TopicId::random)), appender);
  }

  @Override
  public CompletableFuture<Optional<AppendResult.Refused>> joinTransaction(
      PartitionId partition,
      String transactionalId,
      long producerId,
      short producerEpoch,
      boolean joins) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public Append append(PartitionId partition, ByteBuffer batch) {
    CompletableFuture<List<AppendResult>> decided = new CompletableFuture<>();
    CompletableFuture<List<AppendResult>> durable = new CompletableFuture<>();
    if (!hanging) {
      appender.execute(() -> append(contents(partition), batch, decided, durable));
    }
    return new Append(decided, durable);
  }

  @Override
  public ReadResult read(PartitionId partition, long offset, int maxBytes) throws IOException {
    if (failingReads.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
      throw new IOException("A read failed, as the test asked for");
    }
    return contents(partition).read(offset);
  }

  @Override
  public long highWatermark(PartitionId partition) {
    return contents(partition).highWatermark;
  }

  @Override
  public Damage damage(PartitionId partition) {
    return damages.getOrDefault(partition, Damage.NONE);
  }

  @Override
  public Subscription onHighWatermark(PartitionId partition, LongConsumer listener) {
    List<LongConsumer> listeners = contents(partition).listeners;
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    appender.shutdownNow();
  }

  private CatalogDecision replay(CatalogDecision decision) {
    if (decision instanceof CatalogDecision.Accepted(var records)) {
      records.forEach(record -> topics = topics.replay(record));
      topicListeners.forEach(listener -> listener.accept(topics));
    }
    return decision;
  }

  private Contents contents(PartitionId partition) {
    return partitions.computeIfAbsent(partition, id -> new Contents());
  }

  private void append(
      Contents contents,
      ByteBuffer batch,
      CompletableFuture<List<AppendResult>> decided,
      CompletableFuture<List<AppendResult>> durable) {
    AppendResult.Reason reason = refusing;
    if (reason != null) {
      List<AppendResult> refusal = List.of(new AppendResult.Refused(reason, "Refused by the test"));
      decided.complete(refusal);
      durable.complete(refusal);
      return;
    }
    List<AppendResult> results = List.of(contents.append(batch));
    decided.complete(results);
    Runnable force =
        () -> {
          contents.force();
          durable.complete(results);
        };
    if (holdingForces) {
      notForced.add(force);
      held.countDown();
    } else {
      force.run();
    }
  }

  /// One partition: batches as they were given, with their offsets.
  private static final class Contents {
    private final List<Batch> batches = new CopyOnWriteArrayList<>();
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    private volatile long nextOffset;
    private volatile long highWatermark;

    AppendResult append(ByteBuffer bytes) {
      long base = nextOffset;
      bytes.putLong(0, base);
      nextOffset = base + bytes.getInt(LAST_OFFSET_DELTA_AT) + 1;
      batches.add(new Batch(nextOffset, bytes));
      return new AppendResult.Appended(base, nextOffset - 1, -1, 0);
    }

    void force() {
      if (highWatermark < nextOffset) {
        highWatermark = nextOffset;
        listeners.forEach(listener -> listener.accept(highWatermark));
      }
    }

    ReadResult read(long offset) {
      Optional<Batch> first =
          batches.stream()
              .filter(batch -> batch.nextOffset() > offset && batch.nextOffset() <= highWatermark)
              .findFirst();
      List<Slice> slices =
          first.<List<Slice>>map(batch -> List.of(batch.slice())).orElse(List.of());
      return new ReadResult.Batches(slices, 0, highWatermark, 0);
    }

    Contents durablePart() {
      Contents found = new Contents();
      batches.stream()
          .filter(batch -> batch.nextOffset() <= highWatermark)
          .forEach(found.batches::add);
      found.nextOffset = highWatermark;
      found.highWatermark = highWatermark;
      return found;
    }
  }

  private record Batch(long nextOffset, ByteBuffer bytes) {
    Slice slice() {
      return new Slice.Memory(bytes.asReadOnlyBuffer(), Lease.COLLECTED);
    }
  }
}
