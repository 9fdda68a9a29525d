package dev.daybook.eventlog.labs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/// Cuts the power of the file system below a server at a random moment under load, boots again and reads everything; now
/// and then the power fails once more while the next process recovers. After some cuts all is judged and a new file
/// system is made.
final class PowerLab {
  /// So many acknowledgements a cut there are before it: a slow machine takes longer for them.
  static final int ACKNOWLEDGED_A_CUT = 10;

  private static final int CUTS_A_HISTORY = 25;

  private final Path directory;
  private final LoopDisk.Kind kind;
  private final LabImage image;
  private final long seed;
  private final SplittableRandom random;
  private int recoveriesCut;

  PowerLab(Path directory, LoopDisk.Kind kind, long seed, LabImage image) {
    this.directory = directory;
    this.kind = kind;
    this.image = image;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  Tally cut(int cuts) throws Exception {
    Tally tally = new Tally("power lab " + kind, seed);
    for (int begun = 0; begun < cuts; begun += CUTS_A_HISTORY) {
      // What an earlier run has kept stays as it is.
      Files.createDirectories(directory);
      Path folder = Files.createTempDirectory(directory, kind + "-" + begun + "-");
      try (LoopDisk disk = LoopDisk.make(kind, folder)) {
        history(disk, folder, Math.min(CUTS_A_HISTORY, cuts - begun), tally);
      }
      DataDirectory.removeIfSound(folder, tally);
    }
    tally.also("of these while recovering", recoveriesCut);
    return tally;
  }

  private void history(LoopDisk disk, Path folder, int cuts, Tally tally) throws Exception {
    Path data = disk.root().resolve("data");
    LabProcess server = LabProcess.start(image, folder);
    LabProcess next = server;
    try (Load load = new Load(random.split())) {
      int port = server.open(data, 0);
      load.createTopics(port);
      int done = 0;
      while (done < cuts) {
        next = LabProcess.start(image, folder);
        load.goOn(port);
        next.awaitStandby();
        // The next cut of all may be one that nobody comes before.
        load.awaitAcknowledged((done + 2) * ACKNOWLEDGED_A_CUT);
        Thread.sleep(random.nextInt(250)); // The moment of the cut is what is tried out.
        disk.cutPower();
        done++;
        load.pause();
        server.kill();
        disk.bootAgain();
        if (done < cuts && random.nextInt(4) == 0) {
          cutWhileItRecovers(disk, next, data);
          done++;
          next = LabProcess.start(image, folder);
        }
        server = next;
        OptionalInt reopened = tally.reopen(server, data, 0);
        if (reopened.isEmpty()) {
          break;
        }
        port = reopened.getAsInt();
        try {
          load.restarted(server, port);
        } catch (UnknownTopic _) {
          break; // The load has noted it.
        }
      }
      load.finish();
      tally.add(cuts, load);
    } finally {
      server.kill();
      next.kill();
    }
  }

  private void cutWhileItRecovers(LoopDisk disk, LabProcess next, Path data) throws Exception {
    recoveriesCut++;
    next.awaitStandby();
    Thread opening = Thread.ofPlatform().daemon().start(() -> openQuietly(next, data));
    Thread.sleep(random.nextInt(120));
    disk.cutPower();
    next.kill();
    opening.join();
    disk.bootAgain();
  }

  private static void openQuietly(LabProcess process, Path data) {
    try {
      process.open(data, 0);
    } catch (IOException _) {
      // It ended before it was ready: that was the intention.
    }
  }
}
