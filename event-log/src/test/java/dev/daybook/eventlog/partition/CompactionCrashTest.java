package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import java.io.IOException;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The machine stops at any change of the disk while a log is compacted, and again while it recovers: see
/// [CompactionCrashScene] for what must hold. A failure names its seed and its change.
class CompactionCrashTest {
  private static final int STEPS = 220;

  @Test
  void keepsTheLastRecordOfEachKeyWhereverPowerFails() {
    Tally tally = new Tally();
    cutPowerAtEveryChange(0, tally);
    System.out.println(tally);
    assertTrue(tally.points > 200 && tally.cleanings > tally.points, tally::toString);
  }

  @Test
  void keepsTheLastRecordOfEachKeyWhicheverForceFails() {
    failEvery(Operation.FORCE, 0);
  }

  @Test
  @Tag("ci")
  void keepsTheLastRecordOfEachKeyInFiveThousandPlaces() {
    Tally tally = new Tally();
    for (long seed = 1_000; tally.points < 5_000; seed++) {
      cutPowerAtEveryChange(seed, tally);
    }
    System.out.println(tally);
    assertTrue(tally.nested > 500, tally::toString);
  }

  @Test
  @Tag("ci")
  void keepsTheLastRecordOfEachKeyWhicheverOperationFails() {
    for (Operation operation : Operation.values()) {
      failEvery(operation, 2);
      failEvery(operation, 3);
    }
  }

  private static void cutPowerAtEveryChange(long seed, Tally tally) {
    long change = 1;
    while (cutPowerAt(seed, change, tally)) {
      tally.points++;
      change++;
    }
  }

  /// @return whether the first life came to that change
  private static boolean cutPowerAt(long seed, long change, Tally tally) {
    try {
      CompactionCrashScene scene = new CompactionCrashScene(seed);
      scene.disk().cutPowerAt(change);
      boolean came = endsEarly(scene);
      liveOn(scene, chance(seed, change), tally);
      return came;
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("seed=" + seed + " change=" + change, failure);
    }
  }

  private static void failEvery(Operation operation, long seed) {
    int step = operation == Operation.READ ? 17 : 1;
    Tally tally = new Tally();
    for (int nth = 1; failAt(operation, seed, nth, tally); nth += step) {}
  }

  private static boolean failAt(Operation operation, long seed, int nth, Tally tally) {
    try {
      CompactionCrashScene scene = new CompactionCrashScene(seed);
      var disk = scene.disk();
      scene.failAt(operation, nth);
      endsEarly(scene);
      liveOn(scene, chance(seed, nth), tally);
      return !disk.failureIsAhead(operation);
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("seed=" + seed + " " + operation + " " + nth, failure);
    }
  }

  /// More lives, some of which end early as well.
  private static void liveOn(CompactionCrashScene scene, Random random, Tally tally)
      throws IOException {
    for (int lives = random.nextInt(3); lives > 0; lives--) {
      scene.stop();
      scene.disk().cutPowerAt(1 + random.nextInt(random.nextBoolean() ? 15 : 80));
      tally.nested += endsEarly(scene) ? 1 : 0;
    }
    scene.stop();
    scene.live(STEPS / 2);
    scene.stop();
    scene.live(0);
    tally.cleanings += scene.cleanings();
  }

  private static boolean endsEarly(CompactionCrashScene scene) throws IOException {
    return PowerCut.endsEarly(() -> scene.live(STEPS));
  }

  private static Random chance(long seed, long point) {
    return Random.from(new SplittableRandom(seed * 1_000_003 + point));
  }

  private static final class Tally {
    private long points;
    private long nested;
    private long cleanings;

    @Override
    public String toString() {
      return "%d places, %d nested, %d cleanings".formatted(points, nested, cleanings);
    }
  }
}
