package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.ConfigChange;
import dev.daybook.eventlog.topic.EpochRaise;
import dev.daybook.eventlog.topic.LeaderEpochs;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Topics whose appends are acknowledged when they are written (`daybook.durability=written`), beside one whose are not.
class WrittenDurabilityTest {
  private static final Map<String, String> WRITTEN = Map.of("daybook.durability", "written");

  @Test
  void anAppendIsToldAndReadBeforeItIsForcedAndOnlyThere() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    SteppedShard scene = new SteppedShard(disk);
    Partition quick = scene.create("quick", WRITTEN);
    Partition safe = scene.create("safe");
    Append quickly = scene.append(quick, scene.batch(10));
    Append safely = scene.append(safe, scene.batch(10));
    Append both =
        scene.shard.append(
            List.of(
                new PartitionAppend(quick, scene.batch(10)),
                new PartitionAppend(safe, scene.batch(10))));
    disk.failAt(Operation.FORCE, 1);

    assertThrows(IOException.class, scene::step);

    assertInstanceOf(AppendResult.Appended.class, quickly.durable().join().getFirst());
    assertEquals(2, quick.highWatermark());
    assertEquals(0, quick.lastStableOffset(), "who reads what is committed waits for the force");
    assertFalse(safely.durable().isDone());
    assertFalse(both.durable().isDone(), "one of its batches is not to be acknowledged yet");
    assertEquals(0, safe.highWatermark());
  }

  @Test
  void whatIsLostIsOnlyOfSuchTopicsAndTheEpochTellsWhereItWasCut() {
    int lost = 0;
    int points = 0;
    for (int seed = 0; seed < 6; seed++) {
      for (int change = 1; ; change++) {
        Life life = new Life(seed, change);
        if (!life.liveUntilCut()) {
          break;
        }
        points++;
        lost += life.checkAfterwards() ? 1 : 0;
      }
    }
    System.out.println(
        "the power failed at " + points + " points, " + lost + " times records went");
    assertTrue(points > 100, points + " points");
    assertTrue(lost > 0, "nothing was ever lost, so this shows nothing");
  }

  @Test
  void aMarkerThatIsLostLeavesItsTransactionOpen() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    SteppedShard scene = new SteppedShard(disk);
    Partition quick = scene.create("quick", WRITTEN);
    PartitionAppend batch =
        new PartitionAppend(
            quick,
            RecordBatchBuilder.uncompressed()
                .producer(7, (short) 0, 0)
                .transactional()
                .append(scene.clock.wallMs(), null, ByteBuffer.allocate(1))
                .build());
    scene.shard.append(List.of(batch.with(quick.guard(7, (short) 0).orElseThrow())));
    scene.step();
    Append marker =
        scene.shard.append(
            List.of(new MarkerAppend(quick, new TransactionMarker(7, (short) 0, 0, true))));
    disk.failAt(Operation.FORCE, 1);

    assertThrows(IOException.class, scene::step);

    assertFalse(marker.durable().isDone(), "the end of a transaction is told when it is durable");
    assertEquals(0, quick.lastStableOffset());
    SteppedShard again = new SteppedShard(disk.afterPowerCut(), new ManualClock(), random(9));
    Partition recovered = again.partition("quick");
    assertEquals(1, recovered.highWatermark());
    assertEquals(0, recovered.lastStableOffset());
    assertEquals(1, recovered.leaderEpoch());
    again.shard.append(
        List.of(new MarkerAppend(recovered, new TransactionMarker(7, (short) 0, 0, false))));
    again.step();
    assertEquals(2, recovered.lastStableOffset());
    assertEquals(1, recovered.abortedTransactions(0, 2).size());
  }

  @Test
  void aCleanStopRaisesNothing() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    SteppedShard scene = new SteppedShard(disk);
    Partition quick = scene.create("quick", WRITTEN);
    scene.append(quick, scene.batch(10));
    scene.step();
    scene.shard.close();

    SteppedShard again = new SteppedShard(disk.afterKill());

    assertEquals(0, again.partition("quick").leaderEpoch());
    assertEquals(1, again.partition("quick").highWatermark());
  }

  @Test
  void aTopicThatWantsForcedAppendsAgainHasThem() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    SteppedShard scene = new SteppedShard(disk);
    Partition quick = scene.create("quick", WRITTEN);
    scene.shard.decide(
        topics ->
            topics.configure(
                quick.id().topic(),
                List.of(new ConfigChange.Assign("daybook.durability", "forced"))));
    scene.step();
    Append append = scene.append(quick, scene.batch(10));
    disk.failAt(Operation.FORCE, 1);

    assertThrows(IOException.class, scene::step);

    assertFalse(append.durable().isDone());
    SteppedShard again = new SteppedShard(disk.afterPowerCut(), new ManualClock(), random(9));
    assertEquals(0, again.partition("quick").leaderEpoch());
  }

  @Test
  void internalTopicsDoNotTakeIt() {
    CatalogDecision decision =
        TopicCatalog.empty()
            .create(
                new NewTopic(
                    "__consumer_offsets",
                    1,
                    Map.of("cleanup.policy", "compact", "daybook.durability", "written")),
                dev.daybook.eventlog.record.TopicId::random);

    assertEquals(
        CatalogDecision.Reason.ILLEGAL_CONFIG,
        assertInstanceOf(CatalogDecision.Refused.class, decision).reason());
  }

  private static Random random(long seed) {
    return Random.from(new SplittableRandom(seed));
  }

  /// One life of a shard whose power fails, with a topic of each kind, and the next.
  private static final class Life {
    private final int seed;
    private final int change;
    private final SimulatedDisk disk;
    private final Random random;
    private long toldQuick;
    private long toldSafe;
    private boolean created;

    private Life(int seed, int change) {
      this.seed = seed;
      this.change = change;
      this.disk = new SimulatedDisk(seed);
      this.random = WrittenDurabilityTest.random(seed);
      disk.cutPowerAt(change);
    }

    /// @return whether it failed
    private boolean liveUntilCut() {
      try {
        live();
        return false;
      } catch (PowerCut _) {
        return true;
      } catch (IOException e) {
        throw new AssertionError(where(), e);
      }
    }

    private void live() throws IOException {
      SteppedShard scene = new SteppedShard(disk, new ManualClock(), random);
      Partition quick = scene.create("quick", WRITTEN);
      Partition safe = scene.create("safe");
      created = true;
      for (int step = 0; step < 40; step++) {
        switch (random.nextInt(6)) {
          case 0 -> scene.shard.checkpointer().doWork();
          case 1 -> scene.shard.segmentWriter().drain();
          case 2 ->
              told(
                  scene.append(safe, scene.batch(random.nextInt(3_000))),
                  offset -> toldSafe = offset);
          case 3, 4 ->
              told(
                  scene.append(quick, scene.batch(random.nextInt(3_000))),
                  offset -> toldQuick = offset);
          default -> scene.shard.appender().doWork();
        }
      }
    }

    private static void told(Append append, java.util.function.LongConsumer next) {
      CompletableFuture<List<AppendResult>> durable = append.durable();
      durable.thenAccept(
          results -> next.accept(((AppendResult.Appended) results.getFirst()).lastOffset() + 1));
    }

    /// @return whether something that was acknowledged is gone
    private boolean checkAfterwards() {
      try {
        SteppedShard again =
            new SteppedShard(
                disk.afterPowerCut(), new ManualClock(), WrittenDurabilityTest.random(seed + 99));
        return created && check(again);
      } catch (IOException | AssertionError e) {
        throw new AssertionError(where(), e);
      }
    }

    private boolean check(SteppedShard again) throws IOException {
      Partition quick = again.partition("quick");
      Partition safe = again.partition("safe");
      assertTrue(safe.highWatermark() >= toldSafe, "an acknowledged record is lost");
      assertEquals(0, safe.leaderEpoch(), "who loses nothing need not be told");
      assertEquals(1, quick.leaderEpoch());
      assertEquals(
          new LeaderEpochs.EpochEnd(0, quick.highWatermark()),
          quick.epochs().endOf(0, quick.highWatermark()));
      assertEquals(quick.highWatermark(), quick.lastStableOffset());
      assertEquals(
          EpochRaise.Reason.UNCLEAN_STOP, again.shard.topics().epochRaises().getLast().reason());
      long cut = quick.highWatermark();
      again.append(quick, again.batch(10));
      again.append(safe, again.batch(10));
      again.step();
      assertEquals(cut + 1, quick.highWatermark());
      assertEquals(1, quick.epochs().at(cut));
      return cut < toldQuick;
    }

    private String where() {
      return "seed=" + seed + " change=" + change;
    }
  }
}
