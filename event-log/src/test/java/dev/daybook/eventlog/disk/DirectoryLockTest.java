package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class DirectoryLockTest {
  @TempDir Path parent;

  /// Holds a directory until its input ends, for the test that needs another process.
  static final class Holder {
    public static void main(String[] directory) throws IOException {
      try (DirectoryLock _ = DirectoryLock.acquire(Path.of(directory[0]))) {
        System.out.println("held");
        System.in.read();
      }
    }
  }

  @Test
  void namesTheProcessThatHoldsTheDirectory() throws Exception {
    Path directory = parent.resolve("data");
    Process holder = hold(directory);
    try {
      assertRefused(directory, "in use by process " + holder.pid() + ":");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    DirectoryLock.acquire(directory).close();
  }

  @Test
  void saysWhichProcessOfWhichBootHoldsIt() throws Exception {
    Path directory = parent.resolve("data");
    try (DirectoryLock _ = DirectoryLock.acquire(directory)) {
      String bootId = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      assertEquals(
          ProcessHandle.current().pid() + " " + bootId,
          Files.readString(directory.resolve(".lock")).strip());
    }
  }

  @Test
  void saysThatAHolderIsOnAnotherMachine() throws Exception {
    Path directory = Files.createDirectory(parent.resolve("data"));
    Path lock = directory.resolve(".lock");
    // Held by a lock that the system knows, of a process that it does not know.
    Process holder = hold(directory);
    try {
      Files.writeString(lock, "4711 00000000-0000-0000-0000-000000000000\n");
      assertRefused(directory, "in use by process 4711 of another machine:");
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void refusesASecondHolderInTheSameProcess() throws Exception {
    Path directory = parent.resolve("data");
    try (DirectoryLock _ = DirectoryLock.acquire(directory)) {
      assertRefused(directory, "in use by this very process:");
    }
    DirectoryLock.acquire(directory).close();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDeletedLockFileLetsNobodyElseIn() throws Exception {
    Path directory = parent.resolve("data");
    Process holder = hold(directory);
    try {
      Files.delete(directory.resolve(".lock"));

      assertRefused(directory, "in use by a process whose .lock was deleted:");
      assertRefused(directory, "in use by a process whose .lock was deleted:");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    DirectoryLock.acquire(directory).close();
  }

  @Test
  void closesADirectoryThatWasThereToOtherUsers() throws Exception {
    Path directory = Files.createDirectory(parent.resolve("data"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    DirectoryLock.acquirePrivate(directory).close();
    assertEquals("rwx------", modes(directory));
  }

  @Test
  void leavesTheModeOfADirectoryThatIsOnlyReadAsItIs() throws Exception {
    Path directory = Files.createDirectory(parent.resolve("data"));
    DirectoryLock.acquire(directory).close();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-x---"));
    DirectoryLock.acquire(directory).close();
    assertEquals("r-xr-x---", modes(directory));
  }

  private static String modes(Path directory) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
  }

  @Test
  void saysWhatToDoWhenTheDirectoryIsAFile() throws Exception {
    Path file = Files.createFile(parent.resolve("data"));
    assertRefused(file, "or choose another");
  }

  /// Starts a process that holds the directory.
  private static Process hold(Path directory) throws IOException {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals("held", holder.inputReader().readLine());
    return holder;
  }

  private static void assertRefused(Path directory, String because) {
    IOException refused = assertThrows(IOException.class, () -> DirectoryLock.acquire(directory));
    assertTrue(String.valueOf(refused.getMessage()).contains(because), () -> "" + refused);
  }
}
