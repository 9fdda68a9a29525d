package dev.daybook.eventlog.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.FileDisk;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The journal on the machine's own disk.
class FileJournalTest {
  private static final JournalConfig SMALL = new JournalConfig(16 << 10, 256 << 10);

  @TempDir Path directory;

  @Test
  void replaysWhatWasAppendedThroughManyFiles() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<JournalEntry> written = new ArrayList<>();
    try (FileJournal journal = open(0)) {
      for (int sequence = 1; sequence <= 200; sequence++) {
        JournalEntry entry = Entries.random(sequence, 20_000, random);
        List<Long> acked = new ArrayList<>();
        journal.append(entry, () -> acked.add(entry.sequence()));
        assertEquals(List.of(entry.sequence()), acked);
        written.add(entry);
        if (sequence % 7 == 0) {
          journal.prepareAhead();
        }
      }
    }
    try (FileJournal journal = open(0)) {
      assertEquals(written, replayed(journal, 1));
      assertEquals(201, journal.nextSequence());
    }
  }

  @Test
  void goesOnFromItsCheckpointInRecycledFiles() throws Exception {
    SplittableRandom random = new SplittableRandom(2);
    List<JournalEntry> written = new ArrayList<>();
    long reached = 0;
    for (int process = 0; process < 5; process++) {
      try (Checkpoint checkpoint =
              Checkpoint.open(new FileDisk(), directory.resolve("checkpoint"));
          FileJournal journal = open(reached)) {
        assertEquals(
            written.subList((int) reached, written.size()), replayed(journal, reached + 1));
        for (int step = 0; step < 100; step++) {
          JournalEntry entry = Entries.random(journal.nextSequence(), 10_000, random);
          journal.append(entry, () -> written.add(entry));
        }
        reached = journal.nextSequence() - 4;
        checkpoint.write(new CheckpointMarks(reached, List.of(), Map.of()));
        journal.trim(reached);
        journal.prepareAhead();
      }
    }
  }

  @Test
  void savesATornEntryAndGoesOn() throws Exception {
    try (FileJournal journal = open(0)) {
      journal.append(Entries.of(1, new byte[1000]), () -> {});
      journal.append(Entries.of(2, new byte[1000]), () -> {});
    }
    try (DiskFile file = new FileDisk().open(directory.resolve("journal/0000000001.journal"))) {
      file.write(2 * JournalFile.BLOCK_BYTES + 512, ByteBuffer.wrap(new byte[] {1}));
    }
    try (FileJournal journal = open(0)) {
      assertTrue(Files.exists(journal.recovery().tornTail().orElseThrow().saved()));
      journal.append(Entries.of(2, new byte[2000]), () -> {});
    }
    try (FileJournal journal = open(0)) {
      assertEquals(3, journal.nextSequence());
      assertTrue(journal.recovery().tornTail().isEmpty());
    }
  }

  private FileJournal open(long checkpointSequence) throws Exception {
    return FileJournal.open(
        new FileDisk(), directory.resolve("journal"), SMALL, checkpointSequence);
  }

  private static List<JournalEntry> replayed(FileJournal journal, long fromSequence)
      throws Exception {
    List<JournalEntry> entries = new ArrayList<>();
    journal.replay(fromSequence, entries::add);
    return entries;
  }
}
