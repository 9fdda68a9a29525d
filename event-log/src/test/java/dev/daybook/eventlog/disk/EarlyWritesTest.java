package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is brought to the disk early is what was written, and no file stays open for it.
class EarlyWritesTest {
  private static final int BYTES = 3 << 20;
  private static final int EPERM = 1;
  private static final int EIO = 5;
  private static final int EBADF = 9;
  private static final int EINVAL = 22;
  private static final int ENOSPC = 28;
  private static final int ENOSYS = 38;

  @TempDir Path folder;

  @Test
  void changesNothingOfWhatIsThereNorOfWhatComesBehindIt() throws IOException {
    byte[] bytes = new byte[2 * BYTES];
    new Random(1).nextBytes(bytes);
    Path path = folder.resolve("segment");
    try (DiskFile file = new FileDisk().create(path)) {
      file.write(0, ByteBuffer.wrap(bytes, 0, BYTES));
      file.beginForce(0, BYTES);
      file.write(BYTES, ByteBuffer.wrap(bytes, BYTES, BYTES));
      file.beginForce(BYTES, BYTES);
      file.beginForce(2L * BYTES, BYTES); // There is nothing.
      file.force();
    }

    assertArrayEquals(bytes, Files.readAllBytes(path));
  }

  @Test
  void keepsOneFileOpenAndClosesIt() throws IOException {
    Path open = openFiles();
    Path path = folder.toRealPath().resolve("segment");
    Files.write(path, new byte[BYTES]);
    EarlyWrites writes = new EarlyWrites(path);
    writes.begin(0, BYTES);
    writes.begin(0, BYTES);
    assertEquals(1, countOpen(open, path));

    writes.close();
    assertEquals(0, countOpen(open, path));
    writes.begin(0, BYTES);
    writes.close();
    assertEquals(0, countOpen(open, path), "who is closed opens nothing any more");
  }

  @Test
  void aFileThatHasLostItsNameIsLeftToItsForce() throws IOException {
    Path path = folder.resolve("segment");
    try (DiskFile file = new FileDisk().create(path)) {
      file.write(0, ByteBuffer.allocate(BYTES));
      Files.delete(path);
      file.beginForce(0, BYTES);
      file.force();
      assertEquals(BYTES, file.size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {EPERM, EINVAL, ENOSYS})
  void aSystemThatDoesNotKnowOrAllowItIsNotAskedAgain(int refusal) throws IOException {
    Path open = openFiles();
    Path path = folder.toRealPath().resolve("segment");
    Files.write(path, new byte[BYTES]);
    try (EarlyWrites writes = new EarlyWrites(path)) {
      writes.answered(refusal);
      writes.begin(0, BYTES);
      assertEquals(0, countOpen(open, path));
    }
  }

  @Test
  void bytesThatCannotBeWrittenAreAForceThatFailed() throws IOException {
    try (EarlyWrites writes = new EarlyWrites(folder.resolve("segment"))) {
      assertThrows(IOException.class, () -> writes.answered(EIO));
      assertThrows(IOException.class, () -> writes.answered(ENOSPC));
    }
  }

  @Test
  void theSystemSaysWhatIsWrong() {
    assumeTrue(SystemCalls.FOUND.isPresent(), "only Linux has it");
    assertEquals(EBADF, SystemCalls.FOUND.orElseThrow().beginWriting(1 << 20, 0, BYTES));
  }

  private static Path openFiles() {
    assumeTrue(SystemCalls.FOUND.isPresent(), "only Linux has it, and says which files are open");
    return Path.of("/proc/self/fd");
  }

  private static long countOpen(Path open, Path path) throws IOException {
    try (Stream<Path> descriptors = Files.list(open)) {
      return descriptors.filter(descriptor -> leadsTo(descriptor, path)).count();
    }
  }

  private static boolean leadsTo(Path descriptor, Path path) {
    try {
      return Files.readSymbolicLink(descriptor).equals(path);
    } catch (IOException e) {
      return false; // Closed meanwhile.
    }
  }
}
