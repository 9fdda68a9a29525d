package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.ManualScheduler;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import dev.daybook.eventlog.topic.TopicSettings;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionReply;
import dev.daybook.eventlog.transaction.TransactionSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a transaction costs: each round of the appender that has something to write is one force.
class ForcesPerTransactionTest {
  private static final short RISING = Transaction.RAISES_EPOCH;

  private SteppedShard scene;
  private TransactionCoordinator coordinator;
  private ProducerIdentity producer;
  private final Queue<Runnable> groups = new ArrayDeque<>();
  private int forces;

  @BeforeEach
  void begin() throws IOException {
    scene = new SteppedShard(new SimulatedDisk(1));
    ManualScheduler scheduler = new ManualScheduler(scene.clock);
    coordinator =
        new TransactionCoordinator(
            new ShardForTransactions(scene.shard),
            TransactionSettings.DEFAULTS,
            scene.clock,
            scheduler);
    coordinator.start(this::writeMarker);
    producer = done(coordinator.init("t", 60_000, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 100})
  void anEndCostsOneForceHoweverManyPartitionsTookPart(int count) throws IOException {
    List<Partition> partitions = create("wide", count);
    produce(partitions);
    forces = 0;

    producer = done(coordinator.end("t", producer, true, RISING));
    assertEquals(1, forces);
    partitions.forEach(
        partition -> assertEquals(partition.highWatermark(), partition.lastStableOffset()));

    produce(partitions.subList(0, 1));
    forces = 0;
    done(coordinator.end("t", producer, false, RISING));
    assertEquals(1, forces);
  }

  @Test
  void partitionsJoinWithTheForceOfTheirFirstBatches() throws IOException {
    List<Partition> partitions = create("some", 7);
    forces = 0;

    produce(partitions);

    assertEquals(1, forces);
  }

  @Test
  void anEndWithGroupOffsetsCostsTwoForces() throws IOException {
    List<Partition> partitions = create("data", 3);
    Partition offsets = create(TopicNames.GROUP_OFFSETS, 1).getFirst();
    produce(partitions);
    CompletableFuture<Optional<AppendResult.Refused>> joined =
        coordinator.join("t", producer, 0, true);
    step();
    assertEquals(Optional.empty(), joined.join());
    answer(coordinator.appendOffsets(0, new PartitionAppend(offsets, batch(-1))).durable());
    forces = 0;

    done(coordinator.end("t", producer, true, RISING));

    assertEquals(2, forces);
    assertEquals(offsets.highWatermark(), offsets.lastStableOffset());
  }

  private void produce(List<Partition> partitions) {
    List<PartitionAppend> appends =
        partitions.stream().map(partition -> new PartitionAppend(partition, batch(0))).toList();
    answer(coordinator.append("t", true, appends).durable())
        .forEach(result -> assertInstanceOf(AppendResult.Appended.class, result));
  }

  /// The group coordinator writes on a thread of its own, so a round goes by before it does.
  private CompletableFuture<Void> writeMarker(int partition, TransactionMarker marker) {
    return CompletableFuture.runAsync(() -> {}, groups::add)
        .thenCompose(
            turn ->
                coordinator
                    .appendOffsets(
                        partition,
                        new PartitionAppend(
                            scene.partition(TopicNames.GROUP_OFFSETS),
                            marker.batch(scene.clock.wallMs())))
                    .durable())
        .thenAccept(results -> assertInstanceOf(AppendResult.Appended.class, results.getFirst()));
  }

  private ProducerIdentity done(CompletableFuture<TransactionReply> reply) {
    return assertInstanceOf(TransactionReply.Done.class, answer(reply)).producer();
  }

  private <T> T answer(CompletableFuture<T> reply) {
    for (int round = 0; !reply.isDone() && round < 10; round++) {
      step();
    }
    assertTrue(reply.isDone(), "no answer");
    return reply.join();
  }

  private void step() {
    try {
      if (scene.shard.appender().doWork() > 0) {
        forces++;
      }
      scene.shard.segmentWriter().drain();
      while (!groups.isEmpty()) {
        groups.remove().run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ByteBuffer batch(int sequence) {
    return RecordBatchBuilder.uncompressed()
        .producer(producer.id(), producer.epoch(), sequence)
        .transactional()
        .append(1, ByteBuffer.allocate(1), ByteBuffer.allocate(1))
        .build();
  }

  private List<Partition> create(String name, int count) throws IOException {
    var created =
        scene.shard.createTopic(
            new NewTopic(name, count, Map.of(TopicSettings.CLEANUP_POLICY, "compact")));
    scene.step();
    assertInstanceOf(CatalogDecision.Accepted.class, created.join());
    Topic topic = scene.shard.topics().byName(name).orElseThrow();
    return IntStream.range(0, count)
        .mapToObj(index -> Objects.requireNonNull(scene.shard.partition(topic.partition(index))))
        .toList();
  }
}
