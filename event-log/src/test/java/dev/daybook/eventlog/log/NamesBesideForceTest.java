package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NamesBesideForceTest {

  /// The checkpointer forces the log while the segment writer is about to create a file: the next force, whose
  /// checkpoint names that file, must make its name durable.
  @Test
  void aFileCreatedWhileTheLogIsForcedIsThereAfterThePowerFailed() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      SimulatedDisk disk = new SimulatedDisk(seed);
      Path folder = Path.of("/partitions");
      disk.createDirectories(folder);
      disk.forceDirectory(Path.of("/"));
      Runnable[] beforeCreate = {() -> {}};
      LogScene scene = new LogScene(stoppingBeforeCreate(disk, beforeCreate), folder, seed, 100);
      beforeCreate[0] = () -> force(scene.log);
      scene.append(1);
      LogEnd end = scene.log.end();
      scene.log.force();

      PartitionLog found =
          PartitionLog.open(
              disk.afterPowerCut(), scene.directory, LogScene.ID, end, scene.quarantine);

      assertEquals(end, found.end());
    }
  }

  private static void force(PartitionLog log) {
    try {
      log.force();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Disk stoppingBeforeCreate(SimulatedDisk disk, Runnable[] beforeCreate) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("create")) {
                beforeCreate[0].run();
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
