package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.disk.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Space for bad times, on a disk that somebody else fills up. A sixteenth of the target stays free besides.
class ReserveTest {
  private static final int MIB = 1 << 20;
  private static final long TARGET = 16 * MIB;
  private static final long FLOOR = MIB;

  private final SimulatedDisk disk = new SimulatedDisk(4711);
  private Reserve reserve;

  @BeforeEach
  void grow() throws Exception {
    ShardFiles files = ShardFiles.of(Path.of("/data"), 0);
    DurableFiles.createDirectories(disk, files.directory());
    reserve = Reserve.open(disk, files, TARGET);
    while (reserve.heldBytes() < TARGET) {
      reserve.grow();
    }
  }

  /// That is so above 64 MiB, and so with the usual settings.
  @Test
  void growsFromNothingAlsoWhereAStepIsLessThanWhatStaysFree() throws Exception {
    long target = 80 * MIB;
    Reserve large = Reserve.open(disk, ShardFiles.of(Path.of("/data"), 1), target);
    DurableFiles.createDirectories(disk, ShardFiles.of(Path.of("/data"), 1).directory());
    for (int held = 4 * MIB; held <= target; held += 4 * MIB) {
      assertTrue(large.grow());
      assertEquals(held, large.heldBytes());
    }
    assertFalse(large.isLacking());
  }

  @Test
  void givesAsMuchAsLacks() throws Exception {
    disk.limitBytes(3 * MIB);
    assertTrue(reserve.makeRoom(4 * MIB));
    assertEquals(TARGET - 2 * MIB, reserve.heldBytes());
    assertEquals(4 * MIB + FLOOR, reserve.usableBytes());
  }

  @Test
  void keepsAllForOthersWhereItCannotSuffice() throws Exception {
    disk.limitBytes(3 * MIB);
    assertFalse(reserve.makeRoom(32 * MIB));
    assertEquals(TARGET, reserve.heldBytes());
    assertTrue(reserve.makeRoom(16 * MIB));
  }

  @Test
  void takesBackWhatDidNotHelpAndGivesNoMoreOfIt() throws Exception {
    disk.limitBytes(4 * MIB);
    assertTrue(reserve.give(MIB));
    assertEquals(TARGET - 2 * MIB, reserve.heldBytes());
    for (int again = 0; again < 3; again++) {
      assertFalse(reserve.give(MIB));
      assertFalse(reserve.giveWhole(MIB));
      assertEquals(TARGET, reserve.heldBytes());
    }

    reserve.helped();
    assertTrue(reserve.giveWhole(MIB));
  }

  @Test
  void givesMoreWhereSomebodyTookWhatItGaveWhateverTheDiskClaims() throws Exception {
    disk.claimBytes(2 * TARGET);
    int gifts = 0;
    do {
      disk.limitBytes(0);
      gifts++;
    } while (reserve.give(MIB));
    assertEquals(9, gifts);
    assertEquals(0, reserve.heldBytes());
  }

  @Test
  void whatOneGotIsNotHeldAgainstAnother() throws Exception {
    disk.limitBytes(4 * MIB);
    assertTrue(CompletableFuture.supplyAsync(this::giveToAnother).get());
    assertTrue(reserve.give(MIB));
  }

  private boolean giveToAnother() {
    try {
      return reserve.give(MIB);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void givesTheLastOfItToWhoTakesWhatThereIs() throws Exception {
    disk.limitBytes(0);
    reserve.giveUp(32 * MIB);
    assertEquals(0, reserve.heldBytes());
    assertEquals(TARGET, reserve.usableBytes());
  }
}
