package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.CorruptLogException;
import dev.daybook.eventlog.maintenance.DataFormat;
import dev.daybook.eventlog.maintenance.DirectoryCheck;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Something else than a file has the name of a segment: that is gone, and nothing else.
class NoFileTest {
  private static final Path DATA = Path.of("/data");
  private static final Path PARTITIONS = DATA.resolve("shard-0/partitions");

  private final Random salts = new Random(1);

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4})
  void aDirectoryInPlaceOfASegmentIsDamageOfItsPartitionOnly(int segment) throws IOException {
    SimulatedDisk disk = fiveSegments();
    Path replaced = segments(disk).get(segment);
    disk.delete(replaced);
    disk.createDirectories(replaced);

    assertTrue(DirectoryCheck.run(disk, DATA).isDamaged());
    SteppedShard scene = open(disk);

    Partition orders = scene.partition("orders");
    for (int offset = 0; offset < 5; offset++) {
      int asked = offset;
      if (offset == segment) {
        assertThrows(CorruptLogException.class, () -> orders.read(asked, 100));
      } else {
        try (ReadResult.Batches read =
            assertInstanceOf(ReadResult.Batches.class, orders.read(asked, 100))) {
          assertEquals(1, read.slices().size());
        }
      }
    }
    assertTrue(orders.damage().isOpen());
    Append append = scene.append(scene.partition("bills"), scene.batch(10));
    scene.step();
    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
    assertEquals(1, disk.list(DATA.resolve("shard-0/quarantine")).size());
  }

  @Test
  void whoBringsTheFileBackHasLostNothing() throws IOException {
    SimulatedDisk disk = fiveSegments();
    Path replaced = segments(disk).get(2);
    Path elsewhere = DATA.resolve("elsewhere");
    disk.rename(replaced, elsewhere);
    disk.createDirectories(replaced);
    SteppedShard scene = open(disk);
    Partition orders = scene.partition("orders");
    assertThrows(CorruptLogException.class, () -> orders.read(2, 100));
    scene.shard.close();

    disk.rename(elsewhere, replaced);

    assertTrue(open(disk).partition("orders").damage().open().isEmpty());
  }

  private SteppedShard open(SimulatedDisk disk) throws IOException {
    return new SteppedShard(disk, new ManualClock(), salts);
  }

  private SimulatedDisk fiveSegments() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    disk.createDirectories(DATA);
    DataFormat.of(disk, DATA);
    SteppedShard scene = open(disk);
    Partition orders = scene.create("orders", Map.of("segment.ms", "1000"));
    scene.create("bills");
    for (int i = 0; i < 5; i++) {
      scene.append(orders, scene.batch(100));
      scene.step();
      scene.clock.advance(Duration.ofSeconds(2));
    }
    scene.shard.close();
    assertEquals(5, segments(disk).size());
    return disk;
  }

  private static List<Path> segments(SimulatedDisk disk) throws IOException {
    for (Path folder : disk.list(PARTITIONS)) {
      List<Path> segments =
          disk.list(folder).stream().filter(path -> path.toString().endsWith(".log")).toList();
      if (segments.size() == 5) {
        return segments;
      }
    }
    throw new AssertionError("No partition has five segments");
  }
}
