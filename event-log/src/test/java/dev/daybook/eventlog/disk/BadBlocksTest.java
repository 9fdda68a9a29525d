package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A disk that gives all of a file but one sector.
class BadBlocksTest {
  private static final Path FILE = Path.of("/file");
  private static final int BLOCK = BadBlocks.BLOCK_BYTES;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final byte[] content = new byte[3 * BLOCK + 100];
  private DiskFile file;

  @BeforeEach
  void write() throws IOException {
    new SplittableRandom(2).nextBytes(content);
    file = new BadBlocks(disk.create(FILE));
    file.write(0, ByteBuffer.wrap(content));
  }

  @Test
  void readsWhatIsThere() throws IOException {
    assertArrayEquals(content, read(0, content.length));
    assertArrayEquals(Arrays.copyOfRange(content, 7, content.length), read(7, content.length));
  }

  @Test
  void readsZerosForABlockThatTheDiskDoesNotGiveAndAllAroundIt() throws IOException {
    disk.spoil(FILE, BLOCK + 600, BLOCK + 601);
    Arrays.fill(content, BLOCK, 2 * BLOCK, (byte) 0);

    assertArrayEquals(content, read(0, content.length));
    assertArrayEquals(Arrays.copyOfRange(content, 7, content.length), read(7, content.length));
    assertArrayEquals(Arrays.copyOfRange(content, BLOCK, BLOCK + 700), read(BLOCK, 700));
  }

  @Test
  void readsZerosForTheLastBlockAndNothingBehindIt() throws IOException {
    disk.spoil(FILE, 3 * BLOCK, content.length);
    Arrays.fill(content, 3 * BLOCK, content.length, (byte) 0);

    assertArrayEquals(content, read(0, content.length + 50));
    assertArrayEquals(new byte[0], read(content.length, 50));
  }

  @Test
  void toWhoHandsBytesOnUnseenABlockThatIsNotGivenIsAFailure() throws IOException {
    disk.spoil(FILE, BLOCK + 600, BLOCK + 601);

    assertThrows(IOException.class, () -> file.readGiven(ByteBuffer.allocate(2 * BLOCK), 0));
    assertEquals(BLOCK, file.readGiven(ByteBuffer.allocate(BLOCK), 0));
  }

  @Test
  void tellsOfAnyOtherFailure() {
    disk.failAt(Operation.READ, 1);
    assertThrows(IOException.class, () -> read(0, content.length));
  }

  private byte[] read(long position, int bytes) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(bytes + 3).position(3);
    int count = file.read(target, position);
    assertEquals(3 + count, target.position());
    return Arrays.copyOfRange(target.array(), 3, 3 + count);
  }
}
