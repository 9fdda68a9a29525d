package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The simulated disk is as bad as real ones, and no worse.
class SimulatedDiskTest {
  private static final Path DIRECTORY = Path.of("/data");
  private static final Path FILE = DIRECTORY.resolve("file");

  @Test
  void keepsWhatWasForcedWhateverTheSeed() throws Exception {
    for (long seed = 0; seed < 50; seed++) {
      SimulatedDisk disk = withForcedFile(seed, 'a', 5000);
      assertArrayEquals(filled('a', 5000), contentAfter(disk.afterPowerCut()));
    }
  }

  @Test
  void losesTearsAndReordersSectorsThatWereNotForced() throws Exception {
    Set<String> outcomes = new HashSet<>();
    for (long seed = 0; seed < 200; seed++) {
      SimulatedDisk disk = withForcedFile(seed, 'a', 4 * 512);
      disk.open(FILE).write(0, ByteBuffer.wrap(filled('b', 4 * 512)));
      byte[] after = contentAfter(disk.afterPowerCut());
      StringBuilder sectors = new StringBuilder();
      for (int sector = 0; sector < 4; sector++) {
        byte[] bytes = Arrays.copyOfRange(after, sector * 512, (sector + 1) * 512);
        assertArrayEquals(filled((char) bytes[0], 512), bytes);
        sectors.append((char) bytes[0]);
      }
      outcomes.add(sectors.toString());
    }
    assertTrue(
        outcomes.containsAll(List.of("aaaa", "bbbb", "bbaa", "aabb", "abab")), () -> "" + outcomes);
  }

  @Test
  void losesAFileWhoseDirectoryWasNotForced() throws Exception {
    Set<Boolean> outcomes = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      SimulatedDisk disk = new SimulatedDisk(seed);
      DurableFiles.createDirectories(disk, DIRECTORY);
      disk.create(FILE).force();
      outcomes.add(disk.afterPowerCut().exists(FILE));
    }
    assertEquals(Set.of(true, false), outcomes);
  }

  @Test
  void bringsTheOldFileBackWhenARenameWasNotForced() throws Exception {
    Set<Character> outcomes = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      SimulatedDisk disk = withForcedFile(seed, 'a', 10);
      Path beside = DIRECTORY.resolve("beside");
      try (DiskFile file = DurableFiles.create(disk, beside)) {
        file.write(0, ByteBuffer.wrap(filled('b', 10)));
        file.force();
      }
      disk.rename(beside, FILE);
      outcomes.add((char) contentAfter(disk.afterPowerCut())[0]);
    }
    assertEquals(Set.of('a', 'b'), outcomes);
  }

  @Test
  void showsAnotherProcessWhatWasWrittenThoughNotForced() throws Exception {
    SimulatedDisk disk = withForcedFile(1, 'a', 10);
    disk.open(FILE).write(0, ByteBuffer.wrap(filled('b', 10)));
    assertArrayEquals(filled('b', 10), contentAfter(disk.afterKill()));
  }

  @Test
  void believesAfterAFailedForceThatAllIsWritten() throws Exception {
    Set<Byte> outcomes = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      SimulatedDisk disk = withForcedFile(seed, 'a', 512);
      DiskFile file = disk.open(FILE);
      file.write(0, ByteBuffer.wrap(filled('b', 512)));
      disk.failAt(Operation.FORCE, 1);
      assertThrows(IOException.class, file::force);
      file.force();
      outcomes.add(contentAfter(disk.afterPowerCut())[0]);
    }
    assertEquals(Set.of((byte) 'a', (byte) 'b'), outcomes);
  }

  @Test
  void stopsInFrontOfTheChosenChangeAndDoesNothingAnyMore() throws Exception {
    SimulatedDisk disk = withForcedFile(1, 'a', 10);
    DiskFile file = disk.open(FILE);
    disk.cutPowerAt(disk.changes() + 2);
    file.write(0, ByteBuffer.wrap(filled('b', 10)));
    assertThrows(PowerCut.class, file::force);
    assertThrows(PowerCut.class, () -> disk.exists(FILE));
    assertThrows(PowerCut.class, () -> file.read(ByteBuffer.allocate(1), 0));
    file.close();
  }

  @Test
  void fillsUpAndTakesBytesBack() throws Exception {
    SimulatedDisk disk = withForcedFile(1, 'a', 1000);
    DiskFile file = disk.open(FILE);
    disk.limitBytes(100);
    file.write(0, ByteBuffer.wrap(filled('b', 1000)));
    assertThrows(IOException.class, () -> file.write(1000, ByteBuffer.wrap(filled('c', 101))));
    assertEquals(1100, file.size());
    assertEquals(0, disk.usableBytes(FILE));
    file.truncate(500);
    assertEquals(600, disk.usableBytes(FILE));
    disk.delete(FILE);
    assertEquals(1100, disk.usableBytes(FILE));
    assertThrows(NoSuchFileException.class, () -> disk.open(FILE));
  }

  @Test
  void sendsBytesToAChannel() throws Exception {
    SimulatedDisk disk = withForcedFile(1, 'a', 20_000);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (DiskFile file = disk.open(FILE);
        WritableByteChannel target = Channels.newChannel(sent)) {
      long position = 100;
      while (position < 20_000) {
        position += file.transferTo(position, 20_000 - position, target);
      }
    }
    assertArrayEquals(filled('a', 19_900), sent.toByteArray());
  }

  @Test
  void renamesADirectoryWithAllThatIsInIt() throws Exception {
    SimulatedDisk disk = withForcedFile(1, 'a', 10);
    DurableFiles.rename(disk, DIRECTORY, Path.of("/kept"));
    SimulatedDisk after = disk.afterPowerCut();
    assertFalse(after.exists(DIRECTORY));
    assertEquals(List.of(Path.of("/kept/file")), after.list(Path.of("/kept")));
  }

  @Test
  void repeatsItselfWithTheSameSeed() throws Exception {
    byte[][] contents = new byte[2][];
    for (int run = 0; run < 2; run++) {
      SimulatedDisk disk = withForcedFile(42, 'a', 8192);
      disk.open(FILE).write(0, ByteBuffer.wrap(filled('b', 8192)));
      contents[run] = contentAfter(disk.afterPowerCut());
    }
    assertArrayEquals(contents[0], contents[1]);
  }

  private static SimulatedDisk withForcedFile(long seed, char content, int bytes)
      throws IOException {
    SimulatedDisk disk = new SimulatedDisk(seed);
    DurableFiles.createDirectories(disk, DIRECTORY);
    DurableFiles.write(disk, FILE, ByteBuffer.wrap(filled(content, bytes)));
    return disk;
  }

  private static byte[] contentAfter(SimulatedDisk disk) throws IOException {
    return DurableFiles.read(disk, FILE);
  }

  private static byte[] filled(char content, int bytes) {
    byte[] filled = new byte[bytes];
    Arrays.fill(filled, (byte) content);
    return filled;
  }
}
