package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The machine stops, or the process, or an operation of the disk fails, at any change that a shard makes, also
/// while it recovers. See [ShardScene] for what must hold. A failure names its seed and its change.
class ShardCrashTest {
  private static final int STEPS = 120;

  @Test
  void losesNothingAcknowledgedWhereverPowerFails() {
    cutPowerAtEveryChange(0, 12);
  }

  @Test
  void losesNothingAcknowledgedWhicheverOperationFails() {
    failEveryOperation(0, 3);
  }

  @Test
  @Tag("ci")
  void losesNothingAcknowledgedWhereverPowerFailsInManyRuns() {
    cutPowerAtEveryChange(10_000, 60);
  }

  @Test
  @Tag("long")
  void losesNothingAcknowledgedWhereverPowerFailsForLong() {
    cutPowerAtEveryChange(1_000_000, 6_000);
  }

  private static void cutPowerAtEveryChange(long firstSeed, int seeds) {
    long points = 0;
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (int change = 1; liveUntilCut(seed, change); change++) {
        points++;
      }
    }
    System.out.println("crash points: " + points + " from seed " + firstSeed);
    assertTrue(points > 50L * seeds, "only " + points + " crash points");
  }

  /// @return whether there was such a change in the first life
  private static boolean liveUntilCut(long seed, int change) {
    try {
      ShardScene scene = new ShardScene(seed);
      scene.disk().cutPowerAt(change);
      boolean cut = endsEarly(scene);
      liveOn(scene, new Random(seed * 31 + change));
      return cut;
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("seed=" + seed + " change=" + change, failure);
    }
  }

  private static void failEveryOperation(long firstSeed, int seeds) {
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (Operation operation : Operation.values()) {
        int step = operation == Operation.READ ? 17 : 1;
        for (int nth = 1; liveUntilFailure(seed, operation, nth); nth += step) {}
      }
    }
  }

  /// @return whether the first life came to that failure
  private static boolean liveUntilFailure(long seed, Operation operation, int nth) {
    try {
      ShardScene scene = new ShardScene(seed);
      SimulatedDisk disk = scene.disk();
      Random random = new Random(seed * 31 + nth);
      disk.failAt(operation, nth);
      if (random.nextBoolean()) {
        disk.cutPowerAfterFailure(1 + random.nextInt(12));
      }
      endsEarly(scene);
      liveOn(scene, random);
      return !disk.failureIsAhead(operation);
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("seed=" + seed + " " + operation + " " + nth, failure);
    }
  }

  /// More lives, some of which end early as well, most of them while they recover.
  private static void liveOn(ShardScene scene, Random random) throws IOException {
    for (int lives = random.nextInt(3); lives > 0; lives--) {
      scene.stop();
      scene.disk().cutPowerAt(1 + random.nextInt(random.nextBoolean() ? 15 : 80));
      endsEarly(scene);
    }
    scene.stop();
    scene.live(0);
    scene.stop();
    scene.live(STEPS / 3);
    scene.stop();
    scene.live(0);
  }

  private static boolean endsEarly(ShardScene scene) throws IOException {
    try {
      scene.live(STEPS);
      return false;
    } catch (PowerCut _) {
      return true;
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).startsWith("Simulated"), () -> String.valueOf(e));
      return true;
    }
  }
}
