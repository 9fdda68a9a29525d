package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.CatalogRecord;
import dev.daybook.eventlog.topic.ConfigChange;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Topics change and the power fails, at any change that the shard makes on its disk: afterwards the catalogue is as it was
/// after one of the decisions, and none before the last that was acknowledged; every partition there is takes records.
class CatalogueCrashTest {
  private static final int STEPS = 50;

  @Test
  void changesOfTopicsHappenInTheirOrderOrNotAtAll() {
    cutPowerAtEveryChange(0, 8, 200);
  }

  @Test
  @Tag("ci")
  void changesOfTopicsHappenInTheirOrderOrNotAtAllInManyLives() {
    cutPowerAtEveryChange(10_000, 300, 10_000);
  }

  private static void cutPowerAtEveryChange(int firstSeed, int seeds, int expectedPoints) {
    int points = 0;
    for (int seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (int change = 1; liveUntil(seed, change); change++) {
        points++;
      }
    }
    System.out.println("the catalogue was cut at " + points + " points");
    assertTrue(points > expectedPoints, points + " points");
  }

  /// @return whether the power failed there
  private static boolean liveUntil(int seed, int change) {
    SimulatedDisk disk = new SimulatedDisk(seed);
    disk.cutPowerAt(change);
    Life life = new Life(random(seed));
    boolean cut = false;
    try {
      try {
        life.live(new SteppedShard(disk, new ManualClock(), random(seed)));
      } catch (PowerCut _) {
        cut = true;
      }
      life.check(new SteppedShard(disk.afterPowerCut(), new ManualClock(), random(seed + 1)));
      return cut;
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("seed=" + seed + " change=" + change, failure);
    }
  }

  private static Random random(long seed) {
    return Random.from(new SplittableRandom(seed));
  }

  /// What was asked of a shard, and what was decided.
  private static final class Life {
    private final Random random;
    private final List<TopicCatalog> decided = new ArrayList<>(List.of(TopicCatalog.empty()));
    private int acknowledged;

    private Life(Random random) {
      this.random = random;
    }

    private void live(SteppedShard scene) throws IOException {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(10)) {
          case 0 -> scene.shard.checkpointer().doWork();
          case 1, 2 -> scene.shard.segmentWriter().drain();
          case 3, 4, 5 -> scene.shard.appender().doWork();
          case 6 -> scene.clock.advance(Duration.ofSeconds(6));
          default -> ask(scene);
        }
      }
    }

    private void ask(SteppedShard scene) {
      String name = "t" + random.nextInt(3);
      int value = 1 + random.nextInt(1_000);
      int what = random.nextInt(6);
      decide(
          scene,
          topics ->
              topics
                  .byName(name)
                  .map(topic -> change(topics, topic, what, value))
                  .orElseGet(
                      () ->
                          topics.create(
                              new NewTopic(name, 1, Map.of()),
                              () -> SteppedShard.newTopicId(scene.disk))));
    }

    private static CatalogDecision change(TopicCatalog topics, Topic topic, int what, int value) {
      return switch (what) {
        case 0 -> topics.delete(topic.id());
        case 1, 2 -> topics.addPartitions(topic.id(), topic.partitions() + 1);
        case 3 -> topics.configureAnew(topic.id(), Map.of("segment.ms", "" + value));
        default ->
            topics.configure(
                topic.id(), List.of(new ConfigChange.Assign("retention.ms", "" + value)));
      };
    }

    private void decide(SteppedShard scene, Function<TopicCatalog, CatalogDecision> question) {
      int[] number = {0};
      scene
          .shard
          .decide(
              topics -> {
                CatalogDecision decision = question.apply(topics);
                if (decision instanceof CatalogDecision.Accepted(List<CatalogRecord> records)) {
                  TopicCatalog after = topics;
                  for (CatalogRecord record : records) {
                    after = after.replay(record);
                  }
                  decided.add(after);
                }
                number[0] = decided.size() - 1;
                return decision;
              })
          .thenAccept(decision -> acknowledged = number[0]);
    }

    private void check(SteppedShard again) throws IOException {
      List<Topic> found = List.copyOf(again.shard.topics().all());
      List<List<Topic>> possible =
          decided.subList(acknowledged, decided.size()).stream()
              .map(catalog -> List.copyOf(catalog.all()))
              .toList();
      assertTrue(possible.contains(found), () -> "found " + found + ", not one of " + possible);
      for (Topic topic : found) {
        for (int index = 0; index < topic.partitions(); index++) {
          Partition partition =
              Objects.requireNonNull(again.shard.partition(topic.partition(index)));
          assertEquals(topic, partition.topic());
          Append append = again.append(partition, again.batch(10));
          again.step();
          assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
        }
      }
    }
  }
}
