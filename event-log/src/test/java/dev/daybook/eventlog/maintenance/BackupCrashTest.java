package dev.daybook.eventlog.maintenance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The machine stops at any change that a backup or a restore makes, and sometimes while it is tried again. Then there is
/// a whole one or none, never something that passes for one; and the log that was backed up is untouched.
class BackupCrashTest {
  private static final Path DATA = Path.of("/data");
  private static final Path BACKUP = Path.of("/backup");
  private static final Path RESTORED = Path.of("/restored");

  @Test
  void aBackupIsWholeOrNoneWhereverPowerFails() {
    cutPowerInBackups(1, 2);
  }

  @Test
  void aRestoreIsWholeOrNoneWhereverPowerFails() {
    cutPowerInRestores(1, 2);
  }

  @Test
  @Tag("ci")
  void bothAreWholeOrNoneInManyRuns() {
    cutPowerInBackups(100, 10);
    cutPowerInRestores(100, 10);
  }

  @Test
  @Tag("long")
  void bothAreWholeOrNoneForLong() {
    cutPowerInBackups(10_000, 1_000);
    cutPowerInRestores(10_000, 1_000);
  }

  private static void cutPowerInBackups(long firstSeed, int seeds) {
    int points = 0;
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (int change = 1; isCutInBackup(seed, change); change++) {
        points++;
      }
    }
    System.out.println("crash points of backups: " + points + " from seed " + firstSeed);
    assertTrue(points > 50 * seeds, points + " crash points");
  }

  private static boolean isCutInBackup(long seed, int change) {
    try {
      SimulatedDisk disk = filled(seed);
      Map<String, List<String>> content = new SmallLog(disk, DATA).values();
      disk.cutPowerAt(disk.changes() + change);
      if (!PowerCut.cuts(() -> new SmallLog(disk, DATA).backUp(BACKUP))) {
        return false;
      }
      SimulatedDisk after = change % 3 == 0 ? disk.afterKill() : disk.afterPowerCut();
      assertEquals(content, new SmallLog(after, DATA).values());
      if (after.exists(BACKUP.resolve(Manifest.FILE_NAME))) {
        Backup.verify(after, BACKUP, Progress.NONE);
      } else if (after.exists(BACKUP)) {
        DurableFiles.deleteDirectory(after, BACKUP);
      }
      if (!after.exists(BACKUP)) {
        new SmallLog(after, DATA).backUp(BACKUP);
      }
      new SmallLog(after, DATA).restore(BACKUP, RESTORED);
      assertEquals(content, new SmallLog(after, RESTORED).values());
      return true;
    } catch (IOException | AssertionError failure) {
      throw new AssertionError("seed=" + seed + " change=" + change, failure);
    }
  }

  private static void cutPowerInRestores(long firstSeed, int seeds) {
    int points = 0;
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      for (int change = 1; isCutInRestore(seed, change); change++) {
        points++;
      }
    }
    System.out.println("crash points of restores: " + points + " from seed " + firstSeed);
    assertTrue(points > 50 * seeds, points + " crash points");
  }

  private static boolean isCutInRestore(long seed, int change) {
    try {
      SimulatedDisk disk = filled(seed);
      Map<String, List<String>> content = new SmallLog(disk, DATA).values();
      new SmallLog(disk, DATA).backUp(BACKUP);
      disk.cutPowerAt(disk.changes() + change);
      if (!PowerCut.cuts(() -> new SmallLog(disk, DATA).restore(BACKUP, RESTORED))) {
        return false;
      }
      SimulatedDisk after = change % 3 == 0 ? disk.afterKill() : disk.afterPowerCut();
      Backup.verify(after, BACKUP, Progress.NONE);
      if (isRestored(after)) {
        assertEquals(1, new SmallLog(after, RESTORED).epochRaises().size());
      } else {
        if (after.exists(RESTORED)) {
          DurableFiles.deleteDirectory(after, RESTORED);
        }
        new SmallLog(after, DATA).restore(BACKUP, RESTORED);
      }
      assertEquals(content, new SmallLog(after, RESTORED).values());
      return true;
    } catch (IOException | AssertionError failure) {
      throw new AssertionError("seed=" + seed + " change=" + change, failure);
    }
  }

  /// Whether a start would take it for a log; half a restore it must refuse.
  private static boolean isRestored(SimulatedDisk disk) {
    try {
      return DataFormat.find(disk, RESTORED).isPresent();
    } catch (IOException refused) {
      assertTrue(String.valueOf(refused.getMessage()).contains("interrupted"));
      return false;
    }
  }

  private static SimulatedDisk filled(long seed) throws IOException {
    SimulatedDisk disk = new SimulatedDisk(seed);
    SmallLog log = new SmallLog(disk, DATA);
    log.append("orders", 7);
    log.append("payments", 3);
    return disk;
  }
}
