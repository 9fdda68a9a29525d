package dev.daybook.eventlog.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A shard's journal and checkpoint through many lives on one simulated disk, and what must be true of them:
/// every entry that was said to be durable is there, in order, byte for byte; at most one more follows, the one
/// that was being appended; what an opening has found, the next one finds too.
final class JournalScene {
  static final Path DIRECTORY = Path.of("/shard-0");
  static final JournalConfig TINY = new JournalConfig(8 << 10, 24 << 10);

  private static final int MAX_PAYLOAD_BYTES = 3000;

  private final RandomGenerator random;
  private SimulatedDisk disk;

  /// The entry of sequence n at index n - 1.
  private final List<JournalEntry> durable = new ArrayList<>();

  private @Nullable JournalEntry inFlight;
  private long checkpoint;
  private long checkpointInFlight;

  JournalScene(long seed) {
    this.random = new SplittableRandom(seed);
    this.disk = new SimulatedDisk(seed);
  }

  SimulatedDisk disk() {
    return disk;
  }

  void cutPower() {
    disk = disk.afterPowerCut();
  }

  void killProcess() {
    disk = disk.afterKill();
  }

  int durableEntries() {
    return durable.size();
  }

  /// One process: opens, checks what it finds, works for a while, closes.
  void live(int steps) throws IOException {
    try (Checkpoint slots = Checkpoint.open(disk, DIRECTORY.resolve("checkpoint"))) {
      long found = slots.latest().map(CheckpointMarks::sequence).orElse(0L);
      assertTrue(found == checkpoint || found == checkpointInFlight, "checkpoint " + found);
      checkpoint = found;
      checkpointInFlight = found;
      try (FileJournal journal = openJournal()) {
        checkReplay(journal);
        for (int step = 0; step < steps; step++) {
          work(journal, slots);
        }
        if (steps > 0 && random.nextBoolean()) {
          journal.endCleanly();
        }
      }
    }
  }

  /// Opens once more without working, and finds that the opening before had nothing left to do.
  void checkThatOpeningChangesNothing() throws IOException {
    Map<Path, byte[]> before = disk.contents();
    live(0);
    Map<Path, byte[]> after = disk.contents();
    assertEquals(before.keySet(), after.keySet());
    before.forEach((path, bytes) -> assertArrayEquals(bytes, after.get(path), path.toString()));
  }

  private FileJournal openJournal() throws IOException {
    return FileJournal.open(disk, DIRECTORY.resolve("journal"), TINY, checkpoint, random);
  }

  private void checkReplay(FileJournal journal) throws IOException {
    List<JournalEntry> found = new ArrayList<>();
    journal.replay(checkpoint + 1, found::add);
    List<JournalEntry> expected =
        new ArrayList<>(durable.subList((int) checkpoint, durable.size()));
    if (inFlight != null && found.size() == expected.size() + 1) {
      durable.add(inFlight);
      expected.add(inFlight);
    }
    inFlight = null;
    assertEquals(expected, found);
    assertEquals(durable.size() + 1, journal.nextSequence());
    assertEquals(durable.size(), journal.recovery().lastSequence());
    assertEquals(0, journal.recovery().harmlessGaps());
  }

  private void work(FileJournal journal, Checkpoint slots) throws IOException {
    switch (random.nextInt(8)) {
      case 0 -> checkpoint(journal, slots);
      case 1 -> journal.prepareAhead();
      default -> append(journal);
    }
  }

  private void append(FileJournal journal) throws IOException {
    JournalEntry entry =
        Entries.random(journal.nextSequence(), 1 + random.nextInt(MAX_PAYLOAD_BYTES), random);
    inFlight = entry;
    journal.append(
        entry,
        () -> {
          durable.add(entry);
          inFlight = null;
        });
  }

  private void checkpoint(FileJournal journal, Checkpoint slots) throws IOException {
    long reached = checkpoint + random.nextInt(durable.size() - (int) checkpoint + 1);
    checkpointInFlight = reached;
    slots.write(new CheckpointMarks(reached, List.of(), Map.of()));
    checkpoint = reached;
    journal.trim(reached);
  }
}
