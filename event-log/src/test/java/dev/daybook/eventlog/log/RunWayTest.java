package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whichever way runs go, the same stands in the file.
class RunWayTest {
  private static final int SMALL = 100;
  private static final int LARGE = 200_000;

  @TempDir Path folder;

  @Test
  void largeRunsThroughTheCacheAreBroughtToTheDiskBeforeTheyAreForced() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    LogScene scene = new LogScene(disk, Path.of("/log"), 1, 4096);
    append(scene, SMALL, RunWay.THROUGH_CACHE);
    append(scene, LARGE, RunWay.PAST_CACHE);
    assertEquals(0, disk.earlyBytes());

    ByteBuffer run = append(scene, LARGE, RunWay.THROUGH_CACHE);
    assertEquals(run.remaining(), disk.earlyBytes());
    scene.log.close();
  }

  @Test
  void onARealDiskTheyMayTakeTurns() throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    LogScene scene = new LogScene(new FileDisk(), folder, 1, 4096);
    List<ByteBuffer> written = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int bytes = random.nextInt(random.nextBoolean() ? SMALL : LARGE);
      written.add(append(scene, bytes, RunWay.values()[random.nextInt(2)]));
      if (random.nextInt(50) == 0) {
        scene.log.force();
      }
    }
    assertHolds(scene, written);

    scene.restart();
    assertHolds(scene, written);
    scene.log.close();
  }

  private static void assertHolds(LogScene scene, List<ByteBuffer> written) throws IOException {
    for (int offset = 0; offset < written.size(); offset++) {
      assertEquals(written.get(offset), scene.read(offset, 1).orElseThrow());
    }
    assertEquals(Damage.NONE, scene.log.damage());
  }

  private static ByteBuffer append(LogScene scene, int bytes, RunWay way) throws IOException {
    long offset = scene.log.nextOffset();
    byte[] value = new byte[bytes];
    new Random(offset).nextBytes(value);
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .at(offset, 0)
            .append(1_000, null, ByteBuffer.wrap(value))
            .build();
    scene.log.append(offset, List.of(batch), scene.policy, way);
    return batch;
  }
}
