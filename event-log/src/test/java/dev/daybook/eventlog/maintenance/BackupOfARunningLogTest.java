package dev.daybook.eventlog.maintenance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Backups are made while idempotent producers write to several partitions, topics come and go, and the oldest records of
/// two partitions are given up. Restored, each is a prefix of what was sent (from where the partition starts), holds
/// everything that was acknowledged before it began, and goes on as a log of its own.
@Timeout(900)
class BackupOfARunningLogTest {
  private static final int PARTITIONS = 4;
  private static final int PAD = 1_000;

  /// What a producer may send in one round, so that a fast log does not fill the disk: about 1 MB.
  private static final int ROUND = 1_000;

  /// Topics that may pass in one round, so that a slow machine does not make them for ever.
  private static final int PASSING = 200;

  private final FileDisk disk = new FileDisk();
  private final AtomicReference<Throwable> fatal = new AtomicReference<>();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicInteger deletedTopics = new AtomicInteger();
  private volatile int mayDelete;
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  @TempDir private Path directory;

  @Test
  void aBackupHoldsAllThatWasAcknowledgedAndNothingTorn() throws Exception {
    backUpUnderLoad(3, 1);
  }

  @Test
  @Tag("ci")
  void manyBackupsHoldAllThatWasAcknowledgedAndNothingTorn() throws Exception {
    backUpUnderLoad(30, Long.getLong("daybook.seed", 20_261_123));
  }

  private void backUpUnderLoad(int rounds, long seed) throws Exception {
    System.out.println("backups: rounds=" + rounds + " seed=" + seed);
    Random random = new Random(seed);
    List<Taken> taken = new ArrayList<>();
    try (EventLog log = open(directory.resolve("data"));
        ExecutorService threads = Executors.newCachedThreadPool()) {
      Topic orders = create(log, "orders", PARTITIONS);
      List<Producer> producers = new ArrayList<>();
      for (int index = 0; index < PARTITIONS; index++) {
        producers.add(new Producer(log, partition(log, orders, index), 100 + index));
      }
      List<Future<?>> running = new ArrayList<>();
      producers.forEach(producer -> running.add(threads.submit(producer)));
      running.add(threads.submit(() -> createAndDeleteTopics(log)));
      running.add(threads.submit(() -> giveUpTheOldest(log, producers.subList(0, 2))));
      try {
        for (int round = 0; round < rounds; round++) {
          producers.forEach(producer -> producer.mayReach = producer.acknowledged + ROUND);
          mayDelete = deletedTopics.get() + PASSING;
          await(producers, running, 40 + random.nextInt(200));
          int deleted = round + 1;
          await(running, () -> deletedTopics.get() > deleted);
          await(
              running, () -> producers.get(0).startsBehind(0) && producers.get(1).startsBehind(0));
          taken.add(backUp(log, producers, directory.resolve("backup-" + round)));
        }
      } finally {
        stop.set(true);
      }
      for (Future<?> thread : running) {
        thread.get();
      }
    }
    assertEquals(List.of(), List.copyOf(failures));
    assertTrue(deletedTopics.get() > rounds, deletedTopics + " topics were deleted meanwhile");
    for (Taken one : taken) {
      restoreAndCompare(one);
    }
    assertEquals(null, fatal.get());
  }

  /// What was acknowledged before a backup began, by partition, and where it is.
  private record Taken(Path backup, List<Integer> acknowledged) {}

  private Taken backUp(EventLog log, List<Producer> producers, Path target) throws Exception {
    List<Integer> acknowledged = producers.stream().map(one -> one.acknowledged).toList();
    log.backUp(target, Progress.NONE);
    return new Taken(target, acknowledged);
  }

  private void restoreAndCompare(Taken taken) throws Exception {
    Manifest manifest = Backup.verify(disk, taken.backup, Progress.NONE);
    Path restored = taken.backup.resolveSibling(taken.backup.getFileName() + "-restored");
    int epoch =
        Restore.run(ClosedLog.in(disk, restored, Clock.system()), taken.backup, Progress.NONE)
            .epoch();
    try (EventLog log = open(restored)) {
      assertEquals(manifest.clusterId(), log.clusterId());
      Topic orders = log.topics().byName("orders").orElseThrow();
      for (int index = 0; index < PARTITIONS; index++) {
        Partition partition = partition(log, orders, index);
        List<String> values = Values.in(partition);
        int start = (int) partition.logStartOffset();
        int end = start + values.size();
        assertTrue(
            end >= taken.acknowledged.get(index),
            "acknowledged " + taken.acknowledged.get(index) + ", restored " + end);
        for (int i = start; i < end; i++) {
          assertEquals(value(100 + index, i), values.get(i - start));
        }
        assertTrue(index >= 2 || start > 0, "partition " + index + " starts at " + start);
        assertEquals(epoch, partition.leaderEpoch());
        assertEquals(end, partition.epochs().endOf(0, Long.MAX_VALUE).offset());
        // It goes on, and still knows what its producers sent last.
        assertInstanceOf(
            AppendResult.Duplicate.class, append(log, partition, 100 + index, end - 1).getFirst());
        assertInstanceOf(
            AppendResult.Appended.class, append(log, partition, 100 + index, end).getFirst());
      }
      assertTrue(log.newProducerId().join() >= 1_000_000);
    }
  }

  private void createAndDeleteTopics(EventLog log) {
    while (!stop.get()) {
      if (deletedTopics.get() >= mayDelete) {
        LockSupport.parkNanos(1_000_000);
        continue;
      }
      Topic topic = create(log, "passing-" + deletedTopics.get(), 1);
      append(log, partition(log, topic, 0), 7, 0);
      assertInstanceOf(CatalogDecision.Accepted.class, log.deleteTopic(topic.id()).join());
      deletedTopics.incrementAndGet();
    }
  }

  /// Keeps the newest records only, as retention does, a segment or two behind the producer.
  private void giveUpTheOldest(EventLog log, List<Producer> producers) {
    while (!stop.get()) {
      for (Producer producer : producers) {
        long start = producer.acknowledged - 30;
        if (start > producer.partition.logStartOffset()) {
          log.raiseLogStart(producer.partition, start).join();
        }
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /// One partition's only producer: five batches are under way at once.
  private final class Producer implements Runnable {
    private final EventLog log;
    private final Partition partition;
    private final int id;
    private volatile int acknowledged;
    private volatile int mayReach;

    private Producer(EventLog log, Partition partition, int id) {
      this.log = log;
      this.partition = partition;
      this.id = id;
    }

    private boolean startsBehind(long offset) {
      return partition.logStartOffset() > offset;
    }

    @Override
    public void run() {
      int sent = 0;
      while (!stop.get()) {
        // A bundle a millisecond or less, so that most of a backup has company.
        LockSupport.parkNanos(1_000_000);
        if (sent >= mayReach) {
          continue;
        }
        List<java.util.concurrent.CompletableFuture<List<AppendResult>>> underWay =
            new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          underWay.add(
              log.append(List.of(new PartitionAppend(partition, batch(id, sent++)))).durable());
        }
        for (var answer : underWay) {
          if (answer.join().getFirst() instanceof AppendResult.Appended) {
            acknowledged++;
          } else {
            failures.add(new AssertionError(answer.join().toString()));
          }
        }
      }
    }
  }

  private static void await(List<Producer> producers, List<Future<?>> running, int more)
      throws Exception {
    // Of all at once: who is asked last has gone on meanwhile, and may not reach so much more.
    List<Integer> wanted = producers.stream().map(one -> one.acknowledged + more).toList();
    for (int index = 0; index < producers.size(); index++) {
      Producer producer = producers.get(index);
      int enough = wanted.get(index);
      await(running, () -> producer.acknowledged >= enough);
    }
  }

  /// A thread that ended early ended by an error, which is then the test's.
  private static void await(List<Future<?>> running, BooleanSupplier condition) throws Exception {
    while (!condition.getAsBoolean()) {
      for (Future<?> thread : running) {
        if (thread.isDone()) {
          thread.get();
        }
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private EventLog open(Path data) throws IOException {
    return EventLog.open(
        EventLogConfig.in(data),
        (topic, records) -> new RecordValidator.Verdict.Accepted(),
        fatal::set);
  }

  private static Topic create(EventLog log, String name, int partitions) {
    Map<String, String> settings = Map.of("segment.bytes", Integer.toString(1 << 20));
    assertInstanceOf(
        CatalogDecision.Accepted.class,
        log.createTopic(new NewTopic(name, partitions, settings)).join());
    return log.topics().byName(name).orElseThrow();
  }

  private static Partition partition(EventLog log, Topic topic, int index) {
    return Objects.requireNonNull(log.partition(topic.partition(index)));
  }

  private static List<AppendResult> append(
      EventLog log, Partition partition, int producer, int sequence) {
    return log.append(List.of(new PartitionAppend(partition, batch(producer, sequence))))
        .durable()
        .join();
  }

  private static ByteBuffer batch(int producer, int sequence) {
    return RecordBatchBuilder.uncompressed()
        .producer(producer, (short) 0, sequence)
        .append(
            System.currentTimeMillis(),
            null,
            ByteBuffer.wrap(value(producer, sequence).getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  private static String value(int producer, int sequence) {
    return producer + ":" + sequence + "x".repeat(PAD);
  }
}
