package dev.daybook.eventlog.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The machine stops, or the process, or the disk fails, at every change that a journal and its checkpoint
/// make, in recovery too. See [JournalScene] for what must hold.
class JournalCrashTest {
  private static final int STEPS = 30;

  @Test
  void keepsEveryDurableEntryWhereverPowerFails() throws Exception {
    cutPowerAtEveryChange(0, 60);
  }

  @Test
  void keepsEveryDurableEntryWhateverOperationFails() throws Exception {
    failEveryOperation(0, 20);
  }

  @Test
  @Tag("long")
  void keepsEveryDurableEntryWhereverPowerFailsForLong() throws Exception {
    cutPowerAtEveryChange(1_000_000, 20_000);
  }

  @Test
  @Tag("long")
  void keepsEveryDurableEntryWhateverOperationFailsForLong() throws Exception {
    failEveryOperation(1_000_000, 5_000);
  }

  private static void cutPowerAtEveryChange(long firstSeed, int seeds) throws Exception {
    long points = 0;
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (int change = 1; liveUntilCut(seed, change); change++) {
        points++;
      }
    }
    assertTrue(points > 50L * seeds, "only " + points + " crash points");
  }

  /// @return whether there was such a change in the first life
  private static boolean liveUntilCut(long seed, int change) throws Exception {
    try {
      JournalScene scene = new JournalScene(seed);
      scene.disk().cutPowerAt(change);
      boolean cut = endsEarly(scene);
      liveOn(scene, new SplittableRandom(seed * 31 + change));
      return cut;
    } catch (Throwable failure) {
      throw new AssertionError("seed=" + seed + " change=" + change, failure);
    }
  }

  private static void failEveryOperation(long firstSeed, int seeds) throws Exception {
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (Operation operation : Operation.values()) {
        for (int nth = 1; liveUntilFailure(seed, operation, nth); nth++) {}
      }
    }
  }

  private static boolean liveUntilFailure(long seed, Operation operation, int nth)
      throws Exception {
    try {
      JournalScene scene = new JournalScene(seed);
      scene.disk().failAt(operation, nth);
      SimulatedDisk disk = scene.disk();
      endsEarly(scene);
      liveOn(scene, new SplittableRandom(seed * 31 + nth));
      return !disk.failureIsAhead(operation);
    } catch (Throwable failure) {
      throw new AssertionError("seed=" + seed + " " + operation + " " + nth, failure);
    }
  }

  /// Some more lives, each of which may end early as well, most of them while they recover.
  private static void liveOn(JournalScene scene, RandomGenerator random) throws IOException {
    for (int lives = random.nextInt(4); lives > 0; lives--) {
      stop(scene, random);
      if (random.nextInt(4) == 0) {
        Operation[] operations = Operation.values();
        scene.disk().failAt(operations[random.nextInt(operations.length)], 1 + random.nextInt(5));
      } else {
        scene.disk().cutPowerAt(1 + random.nextInt(random.nextBoolean() ? 12 : 60));
      }
      endsEarly(scene);
    }
    stop(scene, random);
    scene.live(0);
    stop(scene, random);
    scene.checkThatOpeningChangesNothing();
    scene.live(STEPS / 2);
    stop(scene, random);
    scene.live(0);
  }

  private static void stop(JournalScene scene, RandomGenerator random) {
    if (random.nextInt(3) == 0) {
      scene.killProcess();
    } else {
      scene.cutPower();
    }
  }

  private static boolean endsEarly(JournalScene scene) throws IOException {
    return PowerCut.endsEarly(() -> scene.live(STEPS));
  }
}
