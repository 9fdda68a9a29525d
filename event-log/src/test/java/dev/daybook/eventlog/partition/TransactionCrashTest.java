package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The machine stops, or the process, at any change of the disk while producers have transactions open, also while what
/// an earlier stop left is completed. See [TransactionScene] for what must hold. A failure names its seed and change.
class TransactionCrashTest {
  private static final int STEPS = 400;

  @Test
  void everyTransactionEndsInAllOfItsPartitionsWhereverPowerFails() {
    cut(0, 1);
  }

  @Test
  @Tag("ci")
  void everyTransactionEndsInAllOfItsPartitionsInManyLives() {
    cut(1_000, 12);
  }

  @Test
  @Tag("long")
  void everyTransactionEndsInAllOfItsPartitionsInVeryManyLives() {
    cut(Long.getLong("daybook.seed", 1_000_000), Integer.getInteger("daybook.seeds", 2_000));
  }

  private static void cut(long firstSeed, int seeds) {
    int places = 0;
    int committed = 0;
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      int change = 1;
      int found = liveUntilCut(seed, change);
      while (found >= 0) {
        committed += found;
        places++;
        change++;
        found = liveUntilCut(seed, change);
      }
    }
    System.out.printf(
        "crash points: %d, commits answered: %d, seeds %d to %d%n",
        places, committed, firstSeed, firstSeed + seeds - 1);
    assertTrue(places > 30 * seeds, places + " places");
    assertTrue(committed > places, committed + " commits");
  }

  /// @return how many commits were answered in all lives; -1 when the first one had no such change
  private static int liveUntilCut(long seed, int change) {
    try {
      Random random = Random.from(new SplittableRandom(seed * 31 + change));
      TransactionScene scene = new TransactionScene(seed);
      scene.disk().cutPowerAt(change);
      boolean cut = PowerCut.cuts(() -> scene.live(STEPS));
      for (int lives = random.nextInt(3); lives > 0; lives--) {
        scene.stop();
        scene.disk().cutPowerAt(1 + random.nextInt(60));
        PowerCut.cuts(() -> scene.live(STEPS));
      }
      scene.stop();
      scene.settle();
      return cut ? scene.committed() : -1;
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("seed=" + seed + " change=" + change, failure);
    }
  }
}
