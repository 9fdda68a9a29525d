package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.partition.TransactionalClient.Attempt;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.time.ManualScheduler;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import dev.daybook.eventlog.topic.TopicSettings;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Transactional producers through many lives of one simulated disk, all owners stepped by one thread, and what must
/// be true: what was told to be committed is committed in every partition, what was told to be aborted in none; of what
/// nobody was told about, all or nothing; when time has passed after the last life, nothing is open.
final class TransactionScene {
  private static final ThreadLocal<List<AssertionError>> WRONG =
      ThreadLocal.withInitial(ArrayList::new);

  private static final int DATA_PARTITIONS = 3;
  private static final int OFFSETS_PARTITIONS = 2;

  private final Random random;
  private final List<TransactionalClient> clients = new ArrayList<>();
  private final ManualClock clock = new ManualClock();
  private SimulatedDisk disk;
  private int committed;

  TransactionScene(long seed) {
    this.random = Random.from(new SplittableRandom(seed));
    this.disk = new SimulatedDisk(seed);
    for (int i = 0; i < 3; i++) {
      clients.add(new TransactionalClient("client-" + i, random));
    }
    WRONG.get().clear();
  }

  /// An answer was not as it must be.
  static void wrong(AssertionError error) {
    WRONG.get().add(error);
  }

  SimulatedDisk disk() {
    return disk;
  }

  /// How many transactions were answered to be committed.
  int committed() {
    return committed;
  }

  void stop() {
    disk = random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerCut();
  }

  /// One process: recovers, loads, goes on, works for a while.
  void live(int steps) throws IOException {
    Process process = new Process();
    try {
      process.open();
      for (int step = 0; step < steps; step++) {
        process.work();
      }
    } finally {
      WRONG
          .get()
          .forEach(
              wrong -> {
                throw wrong;
              });
    }
  }

  /// The last process: nobody writes any more, and time passes.
  void settle() throws IOException {
    Process process = new Process();
    process.open();
    process.settle();
    process.check();
  }

  private final class Process {
    private final SteppedShard stepped = new SteppedShard(disk, clock, random);
    private final Shard shard = stepped.shard;
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final TransactionCoordinator coordinator =
        new TransactionCoordinator(
            new ShardForTransactions(shard),
            TransactionSettings.of(Map.of(TransactionSettings.STATE_PARTITIONS, "2")),
            clock,
            scheduler);
    private List<Partition> data = List.of();
    private List<Partition> offsets = List.of();
    private FakeGroups groups;

    Process() throws IOException {}

    void open() throws IOException {
      data = partitions("data", DATA_PARTITIONS);
      offsets = partitions(TopicNames.GROUP_OFFSETS, OFFSETS_PARTITIONS);
      groups = new FakeGroups(random, coordinator, offsets);
      coordinator.start(groups);
      clients.forEach(client -> client.begin(coordinator, data, offsets));
    }

    void work() throws IOException {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> shard.appender().doWork();
        case 3 -> groups.doWork();
        case 4 -> shard.segmentWriter().doWork();
        case 5 -> rarely();
        default -> clients.get(random.nextInt(clients.size())).step();
      }
    }

    private void rarely() throws IOException {
      switch (random.nextInt(12)) {
        case 0 -> scheduler.advance(Duration.ofMillis(TransactionalClient.TIMEOUT_MS));
        case 1, 2, 3 -> shard.checkpointer().doWork();
        case 4 -> checkNothingIsTorn(views(data));
        default -> scheduler.advance(Duration.ofMillis(random.nextInt(300)));
      }
    }

    void settle() throws IOException {
      for (int round = 0; round < 400; round++) {
        shard.settle();
        groups.doWork();
        scheduler.advance(Duration.ofSeconds(1));
      }
      shard.settle();
      assertTrue(groups.isIdle());
    }

    void check() throws IOException {
      List<TransactionView> views = views(data);
      List<TransactionView> offsetViews = views(offsets);
      for (TransactionalClient client : clients) {
        client.attempts.forEach(
            (value, attempt) -> {
              check(value, attempt, attempt.partitions, views);
              check(value, attempt, attempt.offsets, offsetViews);
              committed += attempt.answered && attempt.commit ? 1 : 0;
            });
      }
      List<TransactionView> all = new ArrayList<>(views);
      all.addAll(offsetViews);
      checkNothingIsTorn(all);
      all.forEach(view -> assertEquals(Set.of(), view.open, "open when time is up"));
    }

    /// A transaction is committed in all of its partitions or in none.
    private static void checkNothingIsTorn(List<TransactionView> views) {
      for (TransactionView one : views) {
        for (TransactionView other : views) {
          for (String value : one.committed) {
            assertTrue(
                !other.aborted.contains(value) && !other.open.contains(value),
                () -> value + " is torn");
          }
        }
      }
    }

    private static void check(
        String value, Attempt attempt, List<Integer> written, List<TransactionView> views) {
      for (int index : written) {
        TransactionView view = views.get(index);
        if (attempt.answered) {
          assertEquals(
              attempt.commit, view.committed.contains(value), () -> value + " in " + index);
        }
        if (!attempt.asked || !attempt.commit) {
          assertTrue(!view.committed.contains(value), () -> value + " was never to be committed");
        }
      }
    }

    private static List<TransactionView> views(List<Partition> partitions) throws IOException {
      List<TransactionView> views = new ArrayList<>();
      for (Partition partition : partitions) {
        views.add(TransactionView.of(partition));
      }
      return views;
    }

    private List<Partition> partitions(String name, int count) throws IOException {
      if (shard.topics().byName(name).isEmpty()) {
        var _ =
            shard.createTopic(
                new NewTopic(name, count, Map.of(TopicSettings.CLEANUP_POLICY, "compact")));
        shard.appender().doWork();
      }
      Topic topic = shard.topics().byName(name).orElseThrow();
      return IntStream.range(0, count)
          .mapToObj(index -> Objects.requireNonNull(shard.partition(topic.partition(index))))
          .toList();
    }
  }
}
