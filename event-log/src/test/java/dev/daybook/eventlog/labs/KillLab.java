package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.broker.StablePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// Ends a server's process without warning, again and again, at a random moment under load; now and then it stands
/// still for a while first. The next process is ready before the former one is killed. After each kill everything is
/// read, and after some all of it is judged and a new data directory begins, so that a long run keeps no long memory.
///
/// A kill leaves the system's cache: what it proves is that nothing acknowledged waits in the process, that recovery
/// copes with whatever it finds half done, and that retries are told from news.
final class KillLab {
  /// So many acknowledgements a life there are before it ends: a slow machine takes longer for them.
  static final int ACKNOWLEDGED_A_KILL = 20;

  private static final int KILLS_A_HISTORY = 25;

  private final Path directory;
  private final long seed;
  private final SplittableRandom random;
  private final LabImage image;

  KillLab(Path directory, long seed, LabImage image) {
    this.directory = directory;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.image = image;
  }

  Tally kill(int kills) throws Exception {
    Tally tally = new Tally("kill lab", seed);
    for (int begun = 0; begun < kills; begun += KILLS_A_HISTORY) {
      history(
          directory.resolve("history-" + begun), Math.min(KILLS_A_HISTORY, kills - begun), tally);
    }
    return tally;
  }

  private void history(Path folder, int kills, Tally tally) throws Exception {
    Path data = folder.resolve("data");
    Files.createDirectories(folder);
    int port = StablePort.find();
    LabProcess server = LabProcess.start(image, folder);
    LabProcess next = server;
    try (Load load = new Load(random.split())) {
      server.open(data, port);
      load.createTopics(port);
      StockProducer stock = new StockProducer(port, load.history(), Load.PAYMENTS, 100);
      load.add(stock);
      try {
        for (int kill = 0; kill < kills; kill++) {
          next = LabProcess.start(image, folder);
          load.goOn(port);
          next.awaitStandby();
          load.awaitAcknowledged((kill + 1) * ACKNOWLEDGED_A_KILL);
          live(server);
          load.pause();
          server.kill();
          if (kill == 0) {
            DataDirectory.copy(data, folder.resolve("after-the-first-kill"));
          }
          server = next;
          if (tally.reopen(server, data, port).isEmpty()) {
            return;
          }
          load.restarted(server, port);
        }
        load.goOn(port);
        stock.finish();
        load.finish();
        load.restarted(server, port);
      } catch (UnknownTopic _) {
        // The load has noted it. What lies there now shows most.
      }
      tally.add(kills, load);
    } finally {
      server.close();
      next.close();
    }
    DataDirectory.removeIfSound(folder, tally);
  }

  /// The moment of the kill is what is tried out: it comes when the next process is ready and some time has passed.
  private void live(LabProcess server) throws IOException, InterruptedException {
    Thread.sleep(random.nextInt(250));
    if (random.nextInt(4) == 0) {
      server.pause();
      Thread.sleep(random.nextInt(150));
      if (random.nextBoolean()) {
        server.resume();
        Thread.sleep(random.nextInt(50));
      }
    }
  }
}
