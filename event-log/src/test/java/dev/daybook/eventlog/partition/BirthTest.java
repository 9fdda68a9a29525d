package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.Checkpoint;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A log knows from its first moment that it was born: what it loses before its first checkpoint is lost with a word, and
/// it never begins anew by itself. A first start that was interrupted is still the first.
class BirthTest {
  private static final Path SHARD = Path.of("/data/shard-0");
  private static final Path JOURNAL = SHARD.resolve("journal");
  private static final Path CHECKPOINT = SHARD.resolve("checkpoint");
  private static final int BLOCK = 4096;

  private SimulatedDisk young;

  /// Topics, acknowledged, and no checkpoint but the first. The segments have nothing yet; the next journal file is prepared.
  @BeforeEach
  void writeAYoungLogAndKillTheProcess() throws IOException {
    SteppedShard stepped = new SteppedShard();
    for (String name : List.of("orders", "payments")) {
      CompletableFuture<CatalogDecision> created =
          stepped.shard.createTopic(new NewTopic(name, 1, Map.of()));
      stepped.shard.appender().doWork();
      assertInstanceOf(CatalogDecision.Accepted.class, created.join());
    }
    stepped.shard.checkpointer().doWork();
    young = stepped.disk.afterKill();
    assertEquals(2, journalFiles().size());
    assertEquals(List.of(), young.list(SHARD.resolve("partitions")));
  }

  @Test
  void isOpenedAsItWasLeft() throws IOException {
    SteppedShard again = new SteppedShard(young);

    assertEquals(2, again.shard.topics().all().size());
    assertEquals(0, again.shard.recovery().damagedPartitions());
    assertEquals(2, again.shard.recovery().entries(), "the topics, not its birth");
  }

  @Test
  void tellsThatItsJournalIsGone() throws IOException {
    for (Path file : journalFiles()) {
      young.delete(file);
    }
    tellsOfALoss();
  }

  @Test
  void tellsThatItsJournalIsGoneWithItsDirectory() throws IOException {
    for (Path file : young.list(JOURNAL)) {
      young.delete(file);
    }
    young.delete(JOURNAL);
    tellsOfALoss();
  }

  @Test
  void tellsThatItsFirstJournalFileIsGone() throws IOException {
    young.delete(journalFiles().getFirst());
    tellsOfALoss();
  }

  @Test
  void tellsThatItsFirstJournalFileIsNothingButZeros() throws IOException {
    zero(0, young.contents().get(journalFiles().getFirst()).length);
    tellsOfALoss();
  }

  @Test
  void tellsThatItsFirstEntriesAreZeros() throws IOException {
    zero(BLOCK, 8 * BLOCK);
    tellsOfALoss();
  }

  /// As a log was before there was a first entry: no checkpoint, nothing in the journal.
  @Test
  void tellsWithoutAnyCheckpointThatItsFirstJournalFileIsAnother() throws IOException {
    forgetCheckpoints();
    young.delete(journalFiles().getFirst());
    tellsOfALoss();
  }

  @Test
  void tellsWithoutAnyCheckpointThatItsFirstJournalFileIsNothingButZeros() throws IOException {
    forgetCheckpoints();
    zero(0, young.contents().get(journalFiles().getFirst()).length);
    tellsOfALoss();
  }

  @Test
  void doesNotMissItsFirstEntryWhereTheNextIsThere() throws IOException {
    zero(BLOCK, BLOCK);

    SteppedShard again = new SteppedShard(young);

    assertEquals(0, again.shard.recovery().damagedPartitions());
    assertEquals(2, again.shard.topics().all().size());
  }

  @Test
  void refusesToBeginAnewWhereBothCheckpointsAreGone() throws IOException {
    for (Path slot : young.list(CHECKPOINT)) {
      young.delete(slot);
    }
    List<Path> before = List.copyOf(young.contents().keySet());

    IOException refused = assertThrows(IOException.class, () -> new SteppedShard(young));

    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("daybook repair") && message.contains("backup"), message);
    assertEquals(before, List.copyOf(young.contents().keySet()));
  }

  @Test
  void refusesALogOfOnlySegmentsWithoutCheckpoint() throws IOException {
    DamageImage image = DamageImage.write();
    SimulatedDisk disk = image.disk(1);
    for (Path file : disk.contents().keySet()) {
      if (file.startsWith(CHECKPOINT) || file.startsWith(JOURNAL)) {
        disk.delete(file);
      }
    }
    Set<Path> before = new TreeSet<>(disk.contents().keySet());
    assertEquals(-1, image.check(disk));
    assertEquals(before, new TreeSet<>(disk.contents().keySet()), "no segment was renamed");
  }

  @Test
  void aFirstStartThatWasInterruptedIsStillTheFirst() {
    int points = 0;
    for (int seed = 0; seed < 12; seed++) {
      for (int change = 1; startIsCut(seed, change); change++) {
        points++;
      }
    }
    System.out.println("first starts were cut at " + points + " points");
    assertTrue(points > 300, points + " points");
  }

  /// Cut at that change, and again while it is tried again.
  private static boolean startIsCut(int seed, int change) {
    try {
      SimulatedDisk disk = new SimulatedDisk(seed);
      disk.cutPowerAt(change);
      if (!isCut(disk, seed)) {
        return false;
      }
      disk = change % 3 == 0 ? disk.afterKill() : disk.afterPowerCut();
      disk.cutPowerAt(1 + new Random(31L * seed + change).nextInt(40));
      boolean again = isCut(disk, seed + 100);
      disk = again && change % 2 == 0 ? disk.afterPowerCut() : disk.afterKill();
      SteppedShard started = new SteppedShard(disk, new ManualClock(), new Random(seed + 200));
      assertEquals(0, started.shard.recovery().damagedPartitions());
      Append append = started.append(started.create("orders"), started.batch(10));
      started.step();
      assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
      return true;
    } catch (IOException | RuntimeException | AssertionError failure) {
      throw new AssertionError("seed=" + seed + " change=" + change, failure);
    }
  }

  private static boolean isCut(SimulatedDisk disk, int salt) throws IOException {
    try {
      new SteppedShard(disk, new ManualClock(), new Random(salt));
      return false;
    } catch (PowerCut _) {
      return true;
    }
  }

  /// Not once, and not only to who starts it first.
  private void tellsOfALoss() throws IOException {
    SteppedShard again = new SteppedShard(young);
    assertTrue(again.shard.recovery().damagedPartitions() > 0, "a new log, without a word");
    again.shard.close();
    assertTrue(
        new SteppedShard(young).shard.recovery().damagedPartitions() > 0, "at the next start");
  }

  private List<Path> journalFiles() throws IOException {
    return young.list(JOURNAL).stream().filter(f -> f.toString().endsWith(".journal")).toList();
  }

  private void zero(int from, int bytes) throws IOException {
    try (DiskFile file = young.open(journalFiles().getFirst())) {
      file.write(from, ByteBuffer.allocate(bytes));
      file.force();
    }
  }

  private void forgetCheckpoints() throws IOException {
    byte[] slot = emptySlot();
    for (Path path : young.list(CHECKPOINT)) {
      try (DiskFile file = young.open(path)) {
        file.write(0, ByteBuffer.wrap(slot));
        file.force();
      }
    }
  }

  /// What a slot is before the first checkpoint.
  private static byte[] emptySlot() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    Checkpoint.open(disk, CHECKPOINT).close();
    return Objects.requireNonNull(disk.contents().get(CHECKPOINT.resolve("slot-1")));
  }
}
