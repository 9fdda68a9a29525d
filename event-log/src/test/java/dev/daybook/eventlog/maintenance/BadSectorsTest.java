package dev.daybook.eventlog.maintenance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A disk that does not give one file of a log any more. Of what lies beside the segments everything is there twice, or is made
/// anew, so the log is opened and has lost nothing; and `daybook check` goes on to its end.
class BadSectorsTest {
  private static final Path DATA = Path.of("/data");
  private static final Path SHARD = DATA.resolve("shard-0");

  @Test
  void ofWhatLiesBesideTheSegmentsHarmNoRecord() throws IOException {
    int files = besideTheSegments(written()).size();
    assertTrue(files > 10, "of " + files + " files");
    for (int i = 0; i < files; i++) {
      SimulatedDisk disk = written();
      Path file = besideTheSegments(disk).get(i);
      Map<String, List<String>> records = new SmallLog(disk, DATA).values();
      disk.spoil(file, 0, Long.BYTES);

      assertFalse(DirectoryCheck.run(disk, DATA).isDamaged(), file::toString);
      assertEquals(records, new SmallLog(disk, DATA).values(), file::toString);
      DataFormat.of(disk, DATA);
    }
  }

  @Test
  void ofAJournalThatACheckpointMadeSuperfluousHarmNoRecord() throws IOException {
    Path journal = SHARD.resolve("journal/0000000001.journal");
    for (int block : new int[] {1, 2, 5}) {
      SimulatedDisk disk = written();
      Map<String, List<String>> records = new SmallLog(disk, DATA).values();
      disk.spoil(journal, block * 4096, (block + 1) * 4096);

      assertFalse(DirectoryCheck.run(disk, DATA).isDamaged(), "block " + block);
      assertEquals(records, new SmallLog(disk, DATA).values(), "block " + block);
      new SmallLog(disk, DATA).append("orders", 5);
    }
  }

  private static SimulatedDisk written() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    SmallLog log = new SmallLog(disk, DATA);
    log.append("orders", 20);
    DataFormat.of(disk, DATA).markBorn(disk, DATA);
    return disk;
  }

  private static List<Path> besideTheSegments(SimulatedDisk disk) {
    return disk.contents().keySet().stream()
        .filter(file -> file.startsWith(DATA))
        .filter(file -> !file.startsWith(SHARD.resolve("journal")))
        .filter(file -> !file.toString().endsWith(".log"))
        .toList();
  }
}
