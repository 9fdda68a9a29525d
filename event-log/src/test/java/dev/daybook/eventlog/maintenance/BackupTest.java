package dev.daybook.eventlog.maintenance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.Proofs;
import dev.daybook.eventlog.maintenance.Manifest.HashedFile;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.EpochRaise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a backup is, and what is refused as one.
class BackupTest {
  private static final Path DATA = Path.of("/data");
  private static final Path BACKUP = Path.of("/backup");
  private static final Path RESTORED = Path.of("/restored");

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final SmallLog log = new SmallLog(disk, DATA);

  @Test
  void aRestoredLogIsTheLogThatWasBackedUp() throws IOException {
    log.append("orders", 40);
    Manifest manifest = log.backUp(BACKUP);
    Map<String, List<String>> before = log.values();
    log.append("orders", 5);

    EpochRaise raise = log.restore(BACKUP, RESTORED);

    SmallLog restored = new SmallLog(disk, RESTORED);
    assertEquals(before, restored.values());
    assertEquals(40, manifest.partitions().getFirst().nextOffset());
    assertEquals("orders", manifest.partitions().getFirst().topic());
    assertEquals(raise, restored.epochRaises().getFirst());
    assertTrue(raise.details().contains("/backup"), raise.details());
    restored.append("orders", 3);
    assertEquals(43, restored.values().get("orders").size());
    assertEquals(45, log.values().get("orders").size(), "the log that was backed up went on");
  }

  @Test
  void anEmptyLogIsRestoredAsOne() throws IOException {
    log.backUp(BACKUP);
    log.restore(BACKUP, RESTORED);

    assertEquals(Map.of(), new SmallLog(disk, RESTORED).values());
  }

  @Test
  void aRestoredLogCanBeBackedUpAndRestoredAgain() throws IOException {
    log.append("orders", 10);
    log.backUp(BACKUP);
    EpochRaise first = log.restore(BACKUP, RESTORED);
    SmallLog restored = new SmallLog(disk, RESTORED);
    restored.append("orders", 10);
    restored.backUp(Path.of("/backup-2"));

    EpochRaise second = restored.restore(Path.of("/backup-2"), Path.of("/restored-2"));

    SmallLog again = new SmallLog(disk, Path.of("/restored-2"));
    assertEquals(20, again.values().get("orders").size());
    assertTrue(second.epoch() > first.epoch());
    assertEquals(List.of(first, second), again.epochRaises());
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    log.append("orders", 10);
    log.backUp(BACKUP);
    Random random = new Random(7);
    for (Map.Entry<Path, byte[]> file : disk.contents().entrySet()) {
      if (!file.getKey().startsWith(BACKUP) || file.getValue().length == 0) {
        continue;
      }
      for (int flip = 0; flip < 5; flip++) {
        int at = random.nextInt(file.getValue().length);
        int bit = random.nextInt(8);
        disk.flipBit(file.getKey(), at, bit);
        String name = file.getKey().getFileName() + " byte " + at;
        assertRefused(file.getKey(), name);
        disk.flipBit(file.getKey(), at, bit);
      }
    }
    Backup.verify(disk, BACKUP, Progress.NONE);
  }

  /// A flip inside the sums file's own comment harms nobody: whatever is accepted is what was backed up.
  private void assertRefused(Path file, String name) throws IOException {
    try {
      Backup.verify(disk, BACKUP, Progress.NONE);
      assertEquals(Manifest.HASH_FILE_NAME, String.valueOf(file.getFileName()), name);
    } catch (IOException refused) {
      assertTrue(String.valueOf(refused.getMessage()).contains(BACKUP.toString()), name);
    }
  }

  @Test
  void aDamagedFileIsNamedAndNothingIsLeftOfTheRestore() throws IOException {
    log.append("orders", 10);
    HashedFile segment =
        log.backUp(BACKUP).files().stream()
            .filter(file -> file.path().endsWith(".log") && file.bytes() > 100)
            .findFirst()
            .orElseThrow();
    disk.flipBit(BACKUP.resolve(segment.path()), 70, 3);

    IOException refused = assertThrows(IOException.class, () -> log.restore(BACKUP, RESTORED));

    assertTrue(String.valueOf(refused.getMessage()).contains(segment.path()), refused.getMessage());
    assertEquals(List.of(), disk.list(RESTORED));
    disk.flipBit(BACKUP.resolve(segment.path()), 70, 3);
    log.restore(BACKUP, RESTORED);
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    log.append("orders", 10);
    HashedFile file = log.backUp(BACKUP).files().getFirst();
    disk.delete(BACKUP.resolve(file.path()));

    for (Exception refused :
        List.of(
            assertThrows(IOException.class, () -> Backup.verify(disk, BACKUP, Progress.NONE)),
            assertThrows(IOException.class, () -> log.restore(BACKUP, RESTORED)))) {
      assertTrue(String.valueOf(refused.getMessage()).contains(file.path()), refused.getMessage());
    }
  }

  @Test
  void neitherBackupNorRestoreWritesOverAnything() throws IOException {
    log.append("orders", 10);
    log.backUp(BACKUP);

    assertThrows(IOException.class, () -> log.backUp(BACKUP));
    assertThrows(IOException.class, () -> log.restore(BACKUP, DATA));
    Backup.verify(disk, BACKUP, Progress.NONE);
    assertEquals(10, log.values().get("orders").size());
  }

  @Test
  void aBackupIsNoDataDirectory() throws IOException {
    log.backUp(BACKUP);

    IOException refused = assertThrows(IOException.class, () -> DataFormat.of(disk, BACKUP));

    assertTrue(String.valueOf(refused.getMessage()).contains("daybook restore"));
  }

  @Test
  void aBackupOfANewerDaybookIsRefused() throws IOException {
    log.backUp(BACKUP);
    Manifest manifest = Manifest.read(disk, BACKUP);
    new Manifest(
            99,
            manifest.clusterId(),
            manifest.takenAt(),
            manifest.sequence(),
            manifest.partitions(),
            manifest.files(),
            List.of())
        .write(disk, BACKUP);

    IOException refused = assertThrows(IOException.class, () -> log.restore(BACKUP, RESTORED));

    assertTrue(String.valueOf(refused.getMessage()).contains("99"), refused.getMessage());
    assertFalse(disk.exists(RESTORED));
  }

  @Test
  void aManifestThatLeadsElsewhereIsRefused() throws IOException {
    log.backUp(BACKUP);
    Manifest manifest = Manifest.read(disk, BACKUP);
    for (String path : List.of("../data/format.json", "/data/format.json", "shard-0/../../x")) {
      new Manifest(
              1,
              manifest.clusterId(),
              manifest.takenAt(),
              manifest.sequence(),
              List.of(),
              List.of(new HashedFile(path, 1, "00")),
              List.of())
          .write(disk, BACKUP);
      IOException refused = assertThrows(IOException.class, () -> log.restore(BACKUP, RESTORED));
      assertTrue(String.valueOf(refused.getMessage()).contains(path), refused.getMessage());
    }
  }

  @Test
  void aFullTargetFailsTheBackupAndNotTheLog() throws IOException {
    log.append("orders", 40);
    disk.limitBytes(6_000);

    assertThrows(IOException.class, () -> log.backUp(BACKUP));

    disk.limitBytes(1L << 40);
    log.append("orders", 5);
    assertEquals(45, log.values().get("orders").size());
    assertThrows(IOException.class, () -> Backup.verify(disk, BACKUP, Progress.NONE));
  }

  @Test
  void whatNeverChangesIsSharedWithTheLogAndWhatGrowsIsNot(@TempDir Path directory)
      throws IOException {
    FileDisk files = new FileDisk();
    SmallLog real = new SmallLog(files, directory.resolve("data"));
    real.append("orders", 40);

    List<String> segments =
        real.backUp(directory.resolve("first")).files().stream()
            .map(HashedFile::path)
            .filter(path -> path.endsWith(".log"))
            .filter(path -> !path.contains(PartitionId.CATALOGUE.directoryName()))
            .toList();
    assertTrue(segments.size() > 3, segments.toString());
    for (String unread : segments) {
      assertFalse(isShared(directory, "first", unread), unread + " may get its proof yet");
    }
    assertTrue(Proofs.put(files, directory.resolve("data").resolve(segments.get(1))));

    real.backUp(directory.resolve("backup"));

    for (int i = 0; i < segments.size(); i++) {
      assertEquals(i == 1, isShared(directory, "backup", segments.get(i)), segments.get(i));
    }
    Backup.verify(files, directory.resolve("backup"), Progress.NONE);
    assertFalse(Files.exists(directory.resolve("data/shard-0/held")));
    restoredOnARealDisk(files, real, directory);
  }

  private static boolean isShared(Path directory, String backup, String file) throws IOException {
    return Files.isSameFile(
        directory.resolve("data").resolve(file), directory.resolve(backup).resolve(file));
  }

  private static void restoredOnARealDisk(FileDisk files, SmallLog real, Path directory)
      throws IOException {
    Map<String, List<String>> before = real.values();
    Restore.run(
        ClosedLog.in(files, directory.resolve("restored"), Clock.system()),
        directory.resolve("backup"),
        Progress.NONE);
    assertEquals(before, new SmallLog(files, directory.resolve("restored")).values());
  }

  @Test
  void aLimitedCopyTakesItsTime() throws IOException {
    long begunNs = System.nanoTime();
    Progress limited = Progress.limitedTo(1_000_000);
    for (int i = 0; i < 10; i++) {
      limited.passed(5_000);
    }
    assertTrue(System.nanoTime() - begunNs >= 49_000_000);
  }
}
