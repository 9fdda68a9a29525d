package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
  private final FileDisk disk = new FileDisk();

  @TempDir Path directory;

  @Test
  void writesMoreBuffersThanTheSystemTakesAtOnce() throws Exception {
    ByteBuffer[] buffers = new ByteBuffer[2500];
    ByteBuffer expected = ByteBuffer.allocate(10_000);
    for (int index = 0; index < buffers.length; index++) {
      int bytes = index % 5;
      buffers[index] =
          index % 2 == 0 ? ByteBuffer.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
      for (int at = 0; at < bytes; at++) {
        buffers[index].put((byte) (index + at));
        expected.put((byte) (index + at));
      }
      buffers[index].flip();
    }
    expected.flip();
    try (DiskFile file = disk.create(directory.resolve("file"))) {
      file.write(7, buffers);
      file.force();
      assertEquals(7 + expected.remaining(), file.size());
      ByteBuffer read = ByteBuffer.allocate(expected.remaining());
      assertEquals(read.capacity(), file.read(read, 7));
      assertEquals(expected, read.flip());
      assertFalse(buffers[2499].hasRemaining());
    }
  }

  @Test
  void saysOfWhichFileItSpeaksAndWhyWhereOneIsNotThere() {
    Path missing = directory.resolve("missing");

    String opened = assertThrows(NoSuchFileException.class, () -> disk.open(missing)).getMessage();

    assertEquals(missing + ": there is no such file", opened);
  }

  @Test
  void saysOfWhichFileItSpeaksWhereTheSystemDoesNotReadIt() throws Exception {
    // A directory can be opened to be read, and not be read.
    try (DiskFile file = disk.openToRead(directory)) {
      IOException failure =
          assertThrows(IOException.class, () -> file.read(ByteBuffer.allocate(1), 0));

      assertTrue(failure.getMessage().startsWith(directory + ": "), failure::getMessage);
    }
  }

  @Test
  void writesRunsOfAnySizeAtAnyPlaceAsTheCacheWould() throws Exception {
    long seed = 4711;
    Random random = new Random(seed);
    byte[] expected = new byte[0];
    try (DiskFile file = disk.create(directory.resolve("file"))) {
      for (int run = 0; run < 60; run++) {
        int position = run % 5 == 4 ? random.nextInt(expected.length) : expected.length;
        byte[] bytes = new byte[1 + random.nextInt(run % 3 == 0 ? 3 << 20 : 200_000)];
        random.nextBytes(bytes);
        file.writeRun(position, cut(bytes, random));
        expected = Arrays.copyOf(expected, Math.max(expected.length, position + bytes.length));
        System.arraycopy(bytes, 0, expected, position, bytes.length);
        assertEquals(expected.length, file.size(), "seed " + seed + " run " + run);
        if (run % 7 == 0) {
          file.force();
        }
        if (run % 4 == 0) {
          assertArrayEquals(expected, all(file), "seed " + seed + " run " + run);
        }
      }
      assertArrayEquals(expected, all(file), "seed " + seed);
    }
  }

  private static ByteBuffer[] cut(byte[] bytes, Random random) {
    List<ByteBuffer> parts = new ArrayList<>();
    for (int from = 0; from < bytes.length; ) {
      int count = Math.min(bytes.length - from, random.nextInt(70_000));
      ByteBuffer part =
          random.nextBoolean() ? ByteBuffer.allocate(count) : ByteBuffer.allocateDirect(count);
      parts.add(part.put(bytes, from, count).flip().asReadOnlyBuffer());
      from += count;
    }
    return parts.toArray(ByteBuffer[]::new);
  }

  private static byte[] all(DiskFile file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
    file.read(bytes, 0);
    return bytes.array();
  }

  @Test
  void readsWhatThereIsAtTheEndOfAFile() throws Exception {
    try (DiskFile file = disk.create(directory.resolve("file"))) {
      file.write(0, ByteBuffer.wrap(new byte[10]));
      assertEquals(4, file.read(ByteBuffer.allocate(100), 6));
      assertEquals(0, file.read(ByteBuffer.allocate(100), 10));
      assertEquals(0, file.read(ByteBuffer.allocate(100), 1000));
    }
  }

  @Test
  void sendsAPartOfAFile() throws Exception {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (DiskFile file = disk.create(directory.resolve("file"));
        WritableByteChannel target = Channels.newChannel(sent)) {
      file.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
      assertEquals(3, file.transferTo(1, 3, target));
    }
    assertArrayEquals(new byte[] {2, 3, 4}, sent.toByteArray());
  }

  @Test
  void cutsAFileOff() throws Exception {
    try (DiskFile file = disk.create(directory.resolve("file"))) {
      file.write(0, ByteBuffer.wrap(new byte[10]));
      file.truncate(3);
      assertEquals(3, file.size());
    }
  }

  @Test
  void closesNewDirectoriesToOtherUsers() throws Exception {
    Path inner = directory.resolve("outer/inner");
    DurableFiles.createDirectories(disk, inner);
    for (Path created : List.of(inner.getParent(), inner)) {
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(created)));
    }
    DurableFiles.createDirectories(disk, inner);
  }

  @Test
  void listsByNameAndFindsNothingWhereThereIsNoDirectory() throws Exception {
    for (String name : List.of("c", "a", "b")) {
      disk.create(directory.resolve(name)).close();
    }
    assertEquals(
        List.of("a", "b", "c"),
        disk.list(directory).stream().map(path -> path.getFileName().toString()).toList());
    assertEquals(List.of(), disk.list(directory.resolve("missing")));
    assertEquals(List.of(), disk.list(directory.resolve("a")));
  }

  @Test
  void neverSaysOfWhatItCannotLookAtThatItIsNotThere() throws Exception {
    assertTrue(disk.exists(directory));
    assertFalse(disk.exists(directory.resolve("none").resolve("below")));
    // No system has a name of that length; it stands for an input/output error.
    Path unknown = directory.resolve("x".repeat(300));
    assertThrows(IOException.class, () -> disk.exists(unknown));
  }

  @Test
  void replacesAWholeFileAndLeavesNothingBeside() throws Exception {
    Path file = directory.resolve("file");
    Files.writeString(directory.resolve("file.tmp"), "left by a crash");
    DurableFiles.write(
        disk, file, ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2}));
    DurableFiles.write(disk, file, ByteBuffer.wrap(new byte[] {3}));
    assertArrayEquals(new byte[] {3}, DurableFiles.read(disk, file));
    assertEquals(List.of(file), disk.list(directory));
  }

  @Test
  void removesADirectoryWithAllThatIsInIt() throws Exception {
    Path inner = directory.resolve("outer/inner");
    DurableFiles.createDirectories(disk, inner);
    disk.create(inner.resolve("file")).close();
    DurableFiles.deleteDirectory(disk, directory.resolve("outer"));
    assertEquals(List.of(), disk.list(directory));
  }

  @Test
  void aFileSystemThatDoesNotTellItsSizeIsNotFull() throws Exception {
    assertEquals(Disk.UNKNOWN_BYTES, disk.usableBytes(Path.of("/proc")));
    assertTrue(disk.usableBytes(directory) < Disk.UNKNOWN_BYTES);
    assertThrows(NoSuchFileException.class, () -> disk.usableBytes(directory.resolve("missing")));
  }

  @Test
  void findsWhereLinksLeadThoughTheEndIsNotThereYet() throws Exception {
    Path real = Files.createDirectories(directory.toRealPath().resolve("real/inner"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);

    assertEquals(real.resolve("new/one"), disk.realPath(link.resolve("new/one")));
    assertEquals(real.resolveSibling("new"), disk.realPath(link.resolve("../new")));
    assertEquals(real, disk.realPath(link));
  }

  @Test
  void refusesToCreateWhatExistsAndToOpenWhatDoesNot() throws Exception {
    Path file = directory.resolve("file");
    assertThrows(NoSuchFileException.class, () -> disk.open(file));
    disk.create(file).close();
    assertThrows(FileAlreadyExistsException.class, () -> disk.create(file));
    assertTrue(disk.usableBytes(file) > 0);
  }
}
