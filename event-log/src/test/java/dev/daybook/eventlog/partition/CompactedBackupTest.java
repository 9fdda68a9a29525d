package dev.daybook.eventlog.partition;

import static dev.daybook.eventlog.partition.CompactionScene.lines;
import static dev.daybook.eventlog.partition.CompactionScene.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.maintenance.Backup;
import dev.daybook.eventlog.maintenance.CheckReport;
import dev.daybook.eventlog.maintenance.ClosedLog;
import dev.daybook.eventlog.maintenance.DataFormat;
import dev.daybook.eventlog.maintenance.DirectoryCheck;
import dev.daybook.eventlog.maintenance.Manifest;
import dev.daybook.eventlog.maintenance.Progress;
import dev.daybook.eventlog.maintenance.Restore;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A compacted log is checked, backed up and restored as any other, also while replaced segments wait to be unlinked.
class CompactedBackupTest {
  private static final Path DATA = Path.of("/data");
  private static final Path BACKUP = Path.of("/backup");
  private static final Path RESTORED = Path.of("/restored");

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final ManualClock clock = new ManualClock();
  private CompactionScene scene;
  private Partition partition;
  private DataFormat format;

  @BeforeEach
  void compactSomething() throws IOException {
    disk.createDirectories(DATA);
    format = DataFormat.of(disk, DATA);
    scene =
        new CompactionScene(
            new SteppedShard(disk, clock),
            new CleanerSettings(1 << 30, 16 << 10, java.time.Duration.ofSeconds(1)));
    Map<String, String> settings = new HashMap<>(CompactionScene.SETTINGS);
    settings.put("file.delete.delay.ms", "3600000");
    partition = scene.stepped.create("table", settings);
    for (int i = 0; i < 30; i++) {
      scene.append(partition, "key " + i % 4, "value " + i);
      scene.roll();
    }
    scene.compact(partition);
    scene.append(partition, "more", "1");
  }

  @Test
  void aBackupHoldsWhatIsInUseAndRestoresToTheSame() throws IOException {
    List<String> before = lines(read(partition));
    Manifest manifest;
    try (Snapshot snapshot = scene.stepped.shard.snapshot().join()) {
      manifest =
          Backup.write(
              disk,
              snapshot,
              format,
              scene.stepped.shard.topics(),
              Instant.ofEpochMilli(clock.wallMs()),
              BACKUP,
              Backup.OnDamage.REFUSE,
              Progress.NONE);
    }
    Backup.verify(disk, BACKUP, Progress.NONE);
    String folder = partition.id().directoryName();
    assertEquals(
        3,
        manifest.files().stream()
            .filter(file -> file.path().contains(folder) && file.path().endsWith(".log"))
            .count(),
        "the cleaned segment and the two behind it, and none of the thirty");
    scene.stepped.shard.close();

    Restore.run(
        new ClosedLog(disk, RESTORED, clock, new JournalConfig(16 << 10, 32 << 10), new Random(5)),
        BACKUP,
        Progress.NONE);
    disk.rename(DATA, Path.of("/former"));
    disk.rename(RESTORED, DATA);
    SteppedShard restored = new SteppedShard(disk, clock, new Random(9));
    assertEquals(before, lines(read(restored.partition("table"))));
  }

  @Test
  void aCheckFindsNothingAndReadsNoSegmentThatWasReplaced() throws IOException {
    scene.stepped.shard.close();
    CheckReport report = DirectoryCheck.run(disk, DATA);

    assertFalse(report.isDamaged(), () -> report.problems().toString());
    assertTrue(report.problems().isEmpty(), () -> report.problems().toString());
    assertEquals(
        3,
        report.partitions().stream()
            .filter(state -> state.topic().equals("table"))
            .findFirst()
            .orElseThrow()
            .segments()
            .size());
  }

  @Test
  void aCheckNamesADamagedBatchOfACleanedSegment() throws IOException {
    Path cleaned = partition.log().sealedSegments().getFirst().path();
    scene.stepped.shard.close();
    // In the empty batch that stands for the first offsets: its count of records.
    disk.flipBit(cleaned, 60, 0);

    CheckReport report = DirectoryCheck.run(disk, DATA);
    assertTrue(report.isDamaged());
    assertEquals(0, report.problems().getFirst().fromOffset());
  }
}
