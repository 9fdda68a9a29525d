package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The machine stops, or the process, or an operation of the disk fails, at any change that a shard makes, also
/// while it recovers. See [ShardScene] for what must hold. A failure names its seed and its change.
///
/// `-Ddaybook.points` and `-Ddaybook.minutes` say how far the longest of these goes, `-Ddaybook.seed` where it begins.
class ShardCrashTest {
  private static final int STEPS = 120;
  private static final Executor THREADS = command -> Thread.ofPlatform().daemon().start(command);

  @Test
  void losesNothingAcknowledgedWhereverPowerFails() {
    cutPowerAtEveryChange(0, 12);
  }

  @Test
  void losesNothingAcknowledgedWhicheverOperationFails() {
    failEveryOperation(0, 1);
  }

  @Test
  @Tag("ci")
  void losesNothingAcknowledgedInTwentyThousandPlaces() {
    // So many seeds have these places; which of them are lived must not depend on how quick the
    // threads are.
    Points points = cutPower(new Points(10_000, 84), 1_000_000, Duration.ofHours(1));
    assertTrue(points.count.get() >= 20_000 && points.nested.get() > 2_000, points::toString);
  }

  @Test
  @Tag("ci")
  void losesNothingAcknowledgedWhicheverOperationFailsInMoreLives() {
    failEveryOperation(10_000, 4);
  }

  @Test
  @Tag("long")
  void losesNothingAcknowledgedInTwoMillionPlaces() {
    cutPower(
        new Points(Long.getLong("daybook.seed", 1_000_000), 1_000_000_000),
        Integer.getInteger("daybook.points", 2_000_000),
        Duration.ofMinutes(Integer.getInteger("daybook.minutes", 75)));
  }

  private static void cutPowerAtEveryChange(long firstSeed, int seeds) {
    Points points = new Points(firstSeed, seeds);
    while (points.takeNextSeed()) {}
    System.out.println(points);
    assertTrue(points.count.get() > 50L * seeds, points::toString);
  }

  /// Every change of one life after the other, on two threads, until there were so many, or no more, or time is up.
  private static Points cutPower(Points points, int wanted, Duration limit) {
    long endNs = System.nanoTime() + limit.toNanos();
    Runnable work =
        () -> {
          while (points.count.get() < wanted
              && System.nanoTime() < endNs
              && points.takeNextSeed()) {}
        };
    CompletableFuture.allOf(
            CompletableFuture.runAsync(work, THREADS), CompletableFuture.runAsync(work, THREADS))
        .join();
    System.out.println(points);
    return points;
  }

  private static void failEveryOperation(long firstSeed, int seeds) {
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (Operation operation : Operation.values()) {
        failEvery(operation, seed);
      }
    }
  }

  /// What those builds must not survive that treat a failed force wrongly: see the labs' sabotages.
  private static void failEveryForce(long firstSeed, int seeds) {
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      failEvery(Operation.FORCE, seed);
    }
  }

  private static void failEvery(Operation operation, long seed) {
    int step = operation == Operation.READ ? 17 : 1;
    for (int nth = 1; liveUntilFailure(seed, operation, nth); nth += step) {}
  }

  /// @return whether the first life came to that failure
  private static boolean liveUntilFailure(long seed, Operation operation, int nth) {
    try {
      ShardScene scene = new ShardScene(seed);
      SimulatedDisk disk = scene.disk();
      Random random = chance(seed, nth);
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
  ///
  /// @return how many did
  private static int liveOn(ShardScene scene, Random random) throws IOException {
    int early = 0;
    for (int lives = random.nextInt(4); lives > 0; lives--) {
      scene.stop();
      scene.disk().cutPowerAt(1 + random.nextInt(random.nextBoolean() ? 15 : 80));
      early += endsEarly(scene) ? 1 : 0;
    }
    scene.stop();
    scene.live(0);
    scene.stop();
    scene.live(STEPS / 3);
    scene.stop();
    scene.live(0);
    return early;
  }

  private static boolean endsEarly(ShardScene scene) throws IOException {
    return PowerCut.endsEarly(() -> scene.live(STEPS));
  }

  private static Random chance(long seed, int point) {
    return Random.from(new SplittableRandom(seed * 31 + point));
  }

  /// Places where the power was cut, counted. Any thread takes the next seed.
  private static final class Points {
    private final long firstSeed;
    private final long endSeed;
    private final long startedNs = System.nanoTime();
    private final AtomicLong nextSeed;
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong nested = new AtomicLong();

    private Points(long firstSeed, int seeds) {
      this.firstSeed = firstSeed;
      this.endSeed = firstSeed + seeds;
      this.nextSeed = new AtomicLong(firstSeed);
    }

    /// Cuts the power in front of every change of one seed's first life.
    ///
    /// @return whether there was a seed left
    private boolean takeNextSeed() {
      long seed = nextSeed.getAndIncrement();
      if (seed >= endSeed) {
        return false;
      }
      for (int change = 1; liveUntilCut(seed, change); change++) {
        count.incrementAndGet();
      }
      return true;
    }

    /// @return whether there was such a change in the first life
    private boolean liveUntilCut(long seed, int change) {
      try {
        ShardScene scene = new ShardScene(seed);
        scene.disk().cutPowerAt(change);
        boolean cut = endsEarly(scene);
        nested.addAndGet(liveOn(scene, chance(seed, change)));
        return cut;
      } catch (Exception | AssertionError failure) {
        throw new AssertionError("seed=" + seed + " change=" + change, failure);
      }
    }

    @Override
    public String toString() {
      return "crash points: %d, and %d nested in a recovery after these; seeds %d to %d, %d seconds"
          .formatted(
              count.get(),
              nested.get(),
              firstSeed,
              Math.min(nextSeed.get(), endSeed) - 1,
              (System.nanoTime() - startedNs) / 1_000_000_000);
    }
  }
}
