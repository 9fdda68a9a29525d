package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.EpochRaise;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A shard through many lives on one simulated disk, all owners stepped by one thread, and what must be true:
/// every acknowledged batch is there, once, at its offset, byte for byte; of what was under way a prefix may be
/// there; no mark, stable offset or start that was seen goes back, and what was deleted stays so; topics acknowledged are there; ids are never given twice.
final class ShardScene {
  private static final Path DATA = Path.of("/data");

  private final Random random;
  private final Shape shape;
  private final Answers answers = new Answers();
  private final FakeClock clock = new FakeClock();
  private final Map<TopicId, PartitionModel> models = new HashMap<>();
  private final Map<TopicId, LedgerModel> ledgers = new HashMap<>();
  private final Map<String, TopicId> acknowledgedTopics = new HashMap<>();
  private final Map<String, Integer> undecided = new HashMap<>();
  private final Set<Long> producerIds = new HashSet<>();
  private int highestEpoch;
  private SimulatedDisk disk;

  ShardScene(long seed) {
    this.random = Random.from(new SplittableRandom(seed));
    this.shape = Shape.draw(random);
    this.disk = new SimulatedDisk(seed);
  }

  SimulatedDisk disk() {
    return disk;
  }

  void stop() {
    disk = random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerCut();
  }

  int acknowledgedBatches() {
    return models.values().stream().mapToInt(PartitionModel::acknowledgedBatches).sum();
  }

  /// One process: recovers, checks what it finds, works for a while, and maybe closes in order.
  void live(int steps) throws IOException {
    try {
      recoverAndWork(steps);
    } finally {
      answers.check();
    }
  }

  private void recoverAndWork(int steps) throws IOException {
    Shard shard = Shard.open(disk, DATA, shape.shard(), this::openJournal, clock, this::topicId);
    checkTopics(shard);
    assertTrue(shard.topics().leaderEpoch() >= highestEpoch, "an epoch that was told of went back");
    for (Topic topic : shard.topics().all()) {
      modelOf(topic).checkAfterRecovery(partition(shard, topic));
      ledgerOf(topic).check(ledger(shard, topic), random);
    }
    for (Topic topic : shard.topics().all()) {
      modelOf(topic).sendAgain(shard, partition(shard, topic));
      ledgerOf(topic).sendAgain(shard, ledger(shard, topic));
    }
    Scrub scrub = shard.background().scrub(new ScrubPace(1 << 30, Duration.ofMillis(100)));
    for (int step = 0; step < steps; step++) {
      work(shard);
      scrub.doWork();
    }
    if (random.nextBoolean()) {
      shard.settle();
      for (Topic topic : shard.topics().all()) {
        modelOf(topic).checkAllIsAcknowledged(partition(shard, topic));
        ledgerOf(topic).checkAllIsAcknowledged(ledger(shard, topic), random);
      }
      checkNothingIsLeftBelowTheStart(shard);
      shard.close();
    }
  }

  private void work(Shard shard) throws IOException {
    if (random.nextInt(12) < shape.appends()) {
      append(shard);
      return;
    }
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> shard.appender().doWork();
      case 3, 4 -> shard.segmentWriter().doWork();
      case 5 -> shard.checkpointer().doWork();
      case 6 -> clock.advanceMs(random.nextInt(40));
      default -> rarely(shard);
    }
  }

  private void rarely(Shard shard) throws IOException {
    switch (random.nextInt(12)) {
      case 9, 10 -> raiseStart(shard);
      case 11 -> expireProducers(shard);
      case 0, 1, 2 -> create(shard, anyName());
      case 3 -> delete(shard, anyName());
      case 4 ->
          answers.look(
              shard.newProducerId(),
              id -> assertTrue(producerIds.add(id), "producer id " + id + " was given twice"));
      case 5, 6 -> read(shard);
      case 7 ->
          answers.look(
              shard.raiseEpoch(EpochRaise.Reason.LOSS_ACCEPTED, "by a scene"),
              decision -> highestEpoch = shard.topics().leaderEpoch());
      default -> clock.advanceMs(6_000);
    }
  }

  private void append(Shard shard) {
    List<Topic> topics = List.copyOf(shard.topics().all());
    if (topics.isEmpty()) {
      create(shard, anyName());
    } else {
      Topic topic = topics.get(random.nextInt(topics.size()));
      if (random.nextInt(3) < shape.transactions()) {
        ledgerOf(topic).send(shard, ledger(shard, topic), random, clock.wallMs());
      } else {
        modelOf(topic).send(shard, partition(shard, topic), random, clock.wallMs());
      }
    }
  }

  private void raiseStart(Shard shard) {
    for (Topic topic : shard.topics().all()) {
      modelOf(topic).raiseStart(shard, partition(shard, topic), random);
    }
  }

  /// Only those of transactions: an idempotent one may have batches under way, and would not be recognised.
  private void expireProducers(Shard shard) {
    for (Topic topic : shard.topics().all()) {
      ledgerOf(topic).expire(shard, ledger(shard, topic), Duration.ofMillis(random.nextInt(60)));
    }
  }

  /// Files of segments below the start are gone once a checkpoint names it and their delay is over.
  private void checkNothingIsLeftBelowTheStart(Shard shard) throws IOException {
    clock.advanceMs(Shape.DELETE_DELAY_MS + 1);
    shard.checkpointer().doWork();
    for (Topic topic : shard.topics().all()) {
      PartitionId id = topic.partition(0);
      long start = partition(shard, topic).logStartOffset();
      List<Long> below =
          disk.list(DATA.resolve("shard-0/partitions").resolve(id.directoryName())).stream()
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".log"))
              .map(name -> Long.parseLong(name.substring(0, 20)))
              .filter(baseOffset -> baseOffset < start)
              .toList();
      assertTrue(below.size() <= 1, () -> "segments " + below + " below start " + start);
    }
  }

  private void read(Shard shard) throws IOException {
    for (Topic topic : shard.topics().all()) {
      modelOf(topic).checkRead(partition(shard, topic), random);
      ledgerOf(topic).check(ledger(shard, topic), random);
    }
  }

  private void create(Shard shard, String name) {
    undecided.merge(name, 1, Integer::sum);
    answers.look(
        shard.createTopic(new NewTopic(name, 2, shape.topicSettings())),
        decision -> {
          undecided.merge(name, -1, Integer::sum);
          switch (decision) {
            case CatalogDecision.Accepted _ ->
                acknowledgedTopics.put(name, shard.topics().byName(name).orElseThrow().id());
            case CatalogDecision.Refused refused -> {
              assertEquals(CatalogDecision.Reason.NAME_TAKEN, refused.reason());
              assertTrue(
                  acknowledgedTopics.containsKey(name),
                  () -> name + " is said to be there, and it is not durable yet");
            }
          }
        });
  }

  private void delete(Shard shard, String name) {
    shard
        .topics()
        .byName(name)
        .ifPresent(
            topic -> {
              undecided.merge(name, 1, Integer::sum);
              answers.look(
                  shard.deleteTopic(topic.id()),
                  decision -> {
                    undecided.merge(name, -1, Integer::sum);
                    if (decision instanceof CatalogDecision.Accepted) {
                      acknowledgedTopics.remove(name);
                    }
                  });
            });
  }

  private void checkTopics(Shard shard) {
    for (String name : shape.names()) {
      TopicId found = shard.topics().byName(name).map(Topic::id).orElse(null);
      if (undecided.getOrDefault(name, 0) == 0) {
        assertEquals(acknowledgedTopics.get(name), found, name);
      }
      undecided.remove(name);
      if (found == null) {
        acknowledgedTopics.remove(name);
      } else {
        acknowledgedTopics.put(name, found);
      }
    }
  }

  private PartitionModel modelOf(Topic topic) {
    return models.computeIfAbsent(
        topic.id(), id -> new PartitionModel(models.size() + 1, shape, answers));
  }

  private LedgerModel ledgerOf(Topic topic) {
    return ledgers.computeIfAbsent(
        topic.id(), id -> new LedgerModel(1_000 + 10L * ledgers.size(), answers));
  }

  private static Partition partition(Shard shard, Topic topic) {
    return partition(shard, topic, 0);
  }

  /// The one that transactional producers write to.
  private static Partition ledger(Shard shard, Topic topic) {
    return partition(shard, topic, 1);
  }

  private static Partition partition(Shard shard, Topic topic, int index) {
    @Nullable Partition partition = shard.partition(topic.partition(index));
    assertNotNull(partition);
    return assertInstanceOf(Partition.class, partition);
  }

  private FileJournal openJournal(Path directory, java.util.Optional<CheckpointMarks> checkpoint)
      throws IOException {
    return FileJournal.open(
        disk,
        directory,
        shape.journal(),
        checkpoint.map(CheckpointMarks::sequence).orElse(0L),
        random);
  }

  private TopicId topicId() {
    return new TopicId(random.nextLong(), random.nextLong());
  }

  private String anyName() {
    return shape.names().get(random.nextInt(shape.names().size()));
  }

  private static final class FakeClock implements Clock {
    private long nowMs = 1_700_000_000_000L;

    void advanceMs(long ms) {
      nowMs += ms;
    }

    @Override
    public long wallMs() {
      return nowMs;
    }

    @Override
    public long monotonicNs() {
      return nowMs * 1_000_000;
    }
  }
}
