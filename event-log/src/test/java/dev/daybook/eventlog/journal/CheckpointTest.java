package dev.daybook.eventlog.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private static final Path DIRECTORY = Path.of("/checkpoint");

  private SimulatedDisk disk = new SimulatedDisk(1);

  @Test
  void startsEmpty() throws Exception {
    assertEquals(Optional.empty(), latest());
    assertEquals(Optional.empty(), latest());
  }

  @Test
  void keepsTenThousandPartitionsAndReservedIds() throws Exception {
    CheckpointMarks marks = marks(7, 10_000, new SplittableRandom(1));
    write(marks);
    assertEquals(Optional.of(marks), latest());
  }

  @Test
  void keepsTheNewestOfManyOfChangingSize() throws Exception {
    SplittableRandom random = new SplittableRandom(2);
    for (int sequence = 1; sequence <= 50; sequence++) {
      CheckpointMarks marks = marks(sequence / 2, random.nextInt(300), random);
      write(marks);
      assertEquals(Optional.of(marks), latest());
    }
  }

  @Test
  void fallsBackToTheOlderSlotWhenTheNewerIsDamaged() throws Exception {
    CheckpointMarks older = marks(1, 100, new SplittableRandom(1));
    write(older);
    write(marks(2, 100, new SplittableRandom(2)));
    disk.flipBit(DIRECTORY.resolve("slot-0"), 3000, 5);
    assertEquals(Optional.of(older), latest());
  }

  @Test
  void refusesToOpenWhenBothSlotsAreDamagedAndChangesNothing() throws Exception {
    write(marks(1, 100, new SplittableRandom(1)));
    write(marks(2, 100, new SplittableRandom(2)));
    disk.flipBit(DIRECTORY.resolve("slot-0"), 3000, 5);
    disk.flipBit(DIRECTORY.resolve("slot-1"), 20, 5);
    long forces = disk.changes() + 2;
    IOException refused = assertThrows(IOException.class, this::latest);
    assertTrue(String.valueOf(refused.getMessage()).contains("restore"), () -> "" + refused);
    assertEquals(forces, disk.changes(), "more than the two directories was touched");
  }

  @Test
  void makesASlotAnewThatIsMissing() throws Exception {
    CheckpointMarks marks = marks(1, 10, new SplittableRandom(1));
    write(marks);
    disk.delete(DIRECTORY.resolve("slot-0"));
    assertEquals(Optional.of(marks), latest());
    disk.delete(DIRECTORY.resolve("slot-1"));
    assertEquals(Optional.empty(), latest());
  }

  @Test
  void refusesOneDamagedSlotWhenTheOtherIsMissing() throws Exception {
    write(marks(1, 10, new SplittableRandom(1)));
    disk.delete(DIRECTORY.resolve("slot-0"));
    disk.flipBit(DIRECTORY.resolve("slot-1"), 0, 0);
    assertThrows(IOException.class, this::latest);
  }

  @Test
  void refusesToGoBack() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(disk, DIRECTORY)) {
      checkpoint.write(marks(5, 1, new SplittableRandom(1)));
      checkpoint.write(marks(5, 2, new SplittableRandom(1)));
      assertThrows(
          IllegalArgumentException.class,
          () -> checkpoint.write(marks(4, 1, new SplittableRandom(1))));
    }
  }

  @Test
  void isWrittenOnAFullDisk() throws Exception {
    write(marks(1, 100, new SplittableRandom(1)));
    write(marks(2, 100, new SplittableRandom(2)));
    disk.limitBytes(0);
    CheckpointMarks marks = marks(3, 100, new SplittableRandom(3));
    write(marks);
    assertEquals(Optional.of(marks), latest());
  }

  @Test
  void writesNothingMoreAfterAFailedForce() throws Exception {
    CheckpointMarks first = marks(1, 100, new SplittableRandom(1));
    try (Checkpoint checkpoint = Checkpoint.open(disk, DIRECTORY)) {
      checkpoint.write(first);
      disk.failAt(Operation.FORCE, 1);
      CheckpointMarks second = marks(2, 100, new SplittableRandom(2));
      assertThrows(IOException.class, () -> checkpoint.write(second));
      assertThrows(IOException.class, () -> checkpoint.write(second));
      assertEquals(Optional.of(first), checkpoint.latest());
    }
    disk = disk.afterPowerCut();
    assertTrue(latest().isPresent());
  }

  @Test
  void isTheLastOneOrTheOneBeingWrittenWhereverPowerFails() throws Exception {
    for (long seed = 0; seed < 20; seed++) {
      for (int change = 1; checkCut(seed, change); change++) {}
    }
  }

  /// @return whether there was such a change
  private boolean checkCut(long seed, int change) throws IOException {
    SplittableRandom random = new SplittableRandom(seed * 1000 + change);
    disk = new SimulatedDisk(seed);
    disk.cutPowerAt(change);
    Optional<CheckpointMarks> before = Optional.empty();
    Optional<CheckpointMarks> next = Optional.empty();
    boolean cut = false;
    for (int life = 0; life < 3; life++) {
      cut = false;
      try (Checkpoint checkpoint = Checkpoint.open(disk, DIRECTORY)) {
        Optional<CheckpointMarks> found = checkpoint.latest();
        assertTrue(List.of(before, next).contains(found), "seed=" + seed + " change=" + change);
        before = found;
        for (int sequence = 1; sequence <= 8; sequence++) {
          long base = before.map(CheckpointMarks::sequence).orElse(0L);
          next = Optional.of(marks(base + 1, random.nextInt(200), random));
          checkpoint.write(next.get());
          before = next;
        }
      } catch (PowerCut _) {
        cut = true;
      }
      if (life == 0 && !cut) {
        return false;
      }
      disk = random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerCut();
      disk.cutPowerAt(1 + random.nextInt(20));
    }
    return true;
  }

  private void write(CheckpointMarks marks) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(disk, DIRECTORY)) {
      checkpoint.write(marks);
    }
  }

  private Optional<CheckpointMarks> latest() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(disk, DIRECTORY)) {
      return checkpoint.latest();
    }
  }

  private static CheckpointMarks marks(long sequence, int partitions, RandomGenerator random) {
    List<PartitionMark> marks = new ArrayList<>();
    for (int index = 0; index < partitions; index++) {
      TopicId topic = new TopicId(random.nextLong(), random.nextLong());
      marks.add(
          new PartitionMark(
              new PartitionId(0, topic, index),
              random.nextLong(),
              random.nextLong(),
              random.nextLong(),
              random.nextLong()));
    }
    return new CheckpointMarks(
        sequence, marks, Map.of("producer", random.nextLong(), "größe", random.nextLong()));
  }
}
