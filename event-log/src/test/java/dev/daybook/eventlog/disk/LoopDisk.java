package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real file system (ext4) in a file, so small that it really fills up. Needs root for the loop mount; without it the
/// scene is skipped by name, except in CI, where that is a failure.
public final class LoopDisk {
  private final Path mount;

  private LoopDisk(Path mount) {
    this.mount = mount;
  }

  /// Makes and mounts one.
  public static LoopDisk in(Path folder, long bytes) throws Exception {
    Path mount = Files.createDirectory(folder.resolve("disk"));
    Path image = folder.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(bytes);
    }
    boolean there =
        works("mkfs.ext4", "-q", "-F", "-m", "0", image.toString())
            && mounts("mount", "-o", "loop", image.toString(), mount.toString());
    if (!there && Boolean.getBoolean("daybook.ci")) {
      throw new AssertionError("no loop mount: this needs root, mkfs.ext4 and loop devices");
    }
    assumeTrue(there, "no loop mount: this needs root, mkfs.ext4 and loop devices");
    return new LoopDisk(mount);
  }

  public Path path() {
    return mount;
  }

  /// Somebody takes the rest.
  public void fill() {
    try (OutputStream filler =
        Files.newOutputStream(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      byte[] bytes = new byte[4096];
      while (true) {
        filler.write(bytes);
      }
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e::toString);
    }
  }

  /// And gives all of it back.
  public void empty() throws IOException {
    Files.deleteIfExists(filler());
  }

  /// And gives so much back.
  public void leave(long bytes) throws IOException {
    try (RandomAccessFile filler = new RandomAccessFile(filler().toFile(), "rw")) {
      filler.setLength(filler.length() - bytes);
    }
  }

  private Path filler() {
    return mount.resolve("filler");
  }

  /// Somebody takes all inodes that are left.
  public void useUpFiles() throws IOException {
    Path folder = Files.createDirectories(fillers());
    try {
      for (int file = 0; ; file++) {
        Files.createFile(folder.resolve(Integer.toString(file)));
      }
    } catch (FileSystemException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e::toString);
    }
  }

  /// And gives all of them back.
  public void freeFiles() throws IOException {
    try (Stream<Path> files = Files.list(fillers())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private Path fillers() {
    return mount.resolve("fillers");
  }

  /// Unmounts it.
  public void close() throws InterruptedException {
    for (int again = 0; again < 100 && !works("umount", mount.toString()); again++) {
      Thread.sleep(100); // Others of the machine may look at a new disk.
    }
  }

  /// The system takes its loop devices back in its own time, and others may be looking for one.
  private static boolean mounts(String... command) throws InterruptedException {
    // Who is not root asks in vain, and need not wait for long.
    int tries = Boolean.getBoolean("daybook.ci") ? 600 : 20;
    for (int again = 0; again < tries; again++) {
      if (works(command)) {
        return true;
      }
      Thread.sleep(100);
    }
    return false;
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
