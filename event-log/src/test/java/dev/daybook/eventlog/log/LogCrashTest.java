package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The machine stops, or the process, or the disk fails, at every change that a log makes: while it appends, rolls and
/// forces, and while it recovers from the time before. See [LogCrashScene] for what must hold.
class LogCrashTest {
  private static final int STEPS = 12;

  @Test
  void holdsWhatTheJournalHoldsWhereverPowerFails() throws IOException {
    cutPowerAtEveryChange(0, 100);
  }

  @Test
  void holdsWhatTheJournalHoldsWhateverOperationFails() throws IOException {
    failEveryOperation(0, 8);
  }

  @Test
  @Tag("long")
  void holdsWhatTheJournalHoldsWhereverPowerFailsForLong() throws IOException {
    cutPowerAtEveryChange(1_000_000, 20_000);
  }

  @Test
  @Tag("long")
  void holdsWhatTheJournalHoldsWhateverOperationFailsForLong() throws IOException {
    failEveryOperation(1_000_000, 5_000);
  }

  private static void cutPowerAtEveryChange(long firstSeed, int seeds) throws IOException {
    long points = 0;
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (int change = 1; diesAtChange(seed, change); change++) {
        points++;
      }
    }
    assertTrue(points > 20L * seeds, "only " + points + " crash points");
  }

  /// @return whether the first life came to that change
  private static boolean diesAtChange(long seed, int change) throws IOException {
    LogCrashScene scene = new LogCrashScene(seed, "change " + change);
    scene.disk().cutPowerAt(scene.disk().changes() + change);
    return liveAndLiveOn(scene, new Random(seed * 31 + change));
  }

  private static void failEveryOperation(long firstSeed, int seeds) throws IOException {
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (Operation operation : Operation.values()) {
        for (int nth = 1; diesAtFailure(seed, operation, nth); nth++) {}
      }
    }
  }

  private static boolean diesAtFailure(long seed, Operation operation, int nth) throws IOException {
    LogCrashScene scene = new LogCrashScene(seed, operation + " " + nth);
    SimulatedDisk disk = scene.disk();
    disk.failAt(operation, nth);
    liveAndLiveOn(scene, new Random(seed * 31 + nth));
    return !disk.failureIsAhead(operation);
  }

  /// Some lives, each of which may end early, most of them while they recover; at last one that does not.
  private static boolean liveAndLiveOn(LogCrashScene scene, Random random) throws IOException {
    boolean diedFirst = diesEarly(scene);
    for (int lives = random.nextInt(3); lives > 0; lives--) {
      scene.stop(random.nextBoolean());
      scene.disk().cutPowerAt(1 + random.nextInt(random.nextBoolean() ? 8 : 40));
      diesEarly(scene);
    }
    scene.stop(random.nextBoolean());
    scene.live(STEPS);
    scene.stop(random.nextBoolean());
    scene.live(0);
    return diedFirst;
  }

  private static boolean diesEarly(LogCrashScene scene) throws IOException {
    return PowerCut.endsEarly(() -> scene.live(STEPS));
  }
}
