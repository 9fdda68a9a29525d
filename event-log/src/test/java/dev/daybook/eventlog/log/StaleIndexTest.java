package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// An index was kept, and what it described is cut off. When other batches lie there by and by, nothing may be looked up
/// in the old index, whole as it is.
class StaleIndexTest {
  private static final Path FOLDER = Path.of("/data/partitions");
  private static final int SEEDS = 10;

  @Test
  void anIndexDoesNotOutliveTheBatchesThatItDescribes() throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      cutAndGoOnOtherwise(seed, 3);
    }
  }

  @Test
  void norDoesOneOfASegmentThatNoCheckpointKnew() throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      cutAndGoOnOtherwise(seed, 0);
    }
  }

  private static void cutAndGoOnOtherwise(long seed, int runsBeforeTheMark) throws IOException {
    SimulatedDisk disk = new SimulatedDisk(seed);
    DurableFiles.createDirectories(disk, FOLDER);
    LogScene lost = new LogScene(disk, FOLDER, seed, 100);
    lost.append(runsBeforeTheMark);
    LogEnd mark = lost.log.end();
    lost.append(30);
    lost.roll();
    lost.log.force();
    lost.log.close();

    ModelLog model = new ModelLog(seed);
    LogScene scene = new LogScene(disk, FOLDER, model, lost.policy);
    for (int run = 0; run < runsBeforeTheMark; run++) {
      model.append(model.nextRun());
    }
    model.nextRun(); // From here on, chance takes another course.
    scene.open(mark);
    scene.append(1);
    scene.log.cutBehindEnd();
    scene.append(60);
    scene.restart();

    // First, for a reading that is led astray makes the index anew.
    scene.assertSameTimes();
    scene.assertSameReads();
  }
}
