package dev.daybook.eventlog.labs;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A real file system in a file, whose power can be cut: the kernel then drops what is dirty, the file system's own
/// journal included, and refuses everything until it was mounted anew, as a machine does that boots again. What a disk
/// does below the file system (torn sectors, reordering) does not happen here; the simulated disk has that.
///
/// Needs root. Mounted from creation on; whatever happens to the JVM, the mount goes with it.
final class LoopDisk implements AutoCloseable {
  /// The kinds there are, with room for far more than a load writes; the image has holes where nothing was written.
  enum Kind {
    EXT4(256L << 20, "mkfs.ext4", "-q", "-F"),
    XFS(512L << 20, "mkfs.xfs", "-q", "-f");

    private final long bytes;
    private final List<String> maker;

    Kind(long bytes, String... maker) {
      this.bytes = bytes;
      this.maker = List.of(maker);
    }
  }

  private static final int TRIES = 100;

  private final Path image;
  private final Path mountPoint;
  private final Thread lastResort = new Thread(this::detachQuietly);
  private boolean mounted;

  private LoopDisk(Path image, Path mountPoint) {
    this.image = image;
    this.mountPoint = mountPoint;
  }

  /// Makes a file system in this folder and mounts it.
  static LoopDisk make(Kind kind, Path folder) throws IOException, InterruptedException {
    LoopDisk disk = new LoopDisk(folder.resolve("disk.image"), folder.resolve("disk"));
    Files.createDirectories(disk.mountPoint);
    try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
      file.setLength(kind.bytes);
    }
    List<String> make = new ArrayList<>(kind.maker);
    make.add(disk.image.toString());
    Tool.run(make.toArray(String[]::new));
    Runtime.getRuntime().addShutdownHook(disk.lastResort);
    disk.mount();
    return disk;
  }

  Path root() {
    return mountPoint;
  }

  /// From here on nothing reaches the disk, and what had not reached it never will.
  void cutPower() throws IOException, InterruptedException {
    Tool.run("xfs_io", "-x", "-c", "shutdown", mountPoint.toString());
  }

  /// Boots again. No process may hold a file any more.
  void bootAgain() throws IOException, InterruptedException {
    unmount();
    mount();
  }

  private void mount() throws IOException, InterruptedException {
    runPatiently("mount", "-o", "loop", image.toString(), mountPoint.toString());
    mounted = true;
  }

  private void unmount() throws IOException, InterruptedException {
    runPatiently("umount", mountPoint.toString());
    mounted = false;
  }

  /// The kernel takes its loop devices back in its own time, and others of the machine may look at a new disk.
  private static void runPatiently(String... command) throws IOException, InterruptedException {
    for (int again = 0; ; again++) {
      try {
        Tool.run(command.clone());
        return;
      } catch (IOException e) {
        if (again == TRIES) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  /// Lets go of the mount even when somebody holds a file on it.
  private void detachQuietly() {
    try {
      if (mounted) {
        Tool.run("umount", "-l", mountPoint.toString());
        mounted = false;
      }
    } catch (IOException e) {
      System.err.println("Left mounted: " + mountPoint + " " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    detachQuietly();
    Runtime.getRuntime().removeShutdownHook(lastResort);
    Files.deleteIfExists(image);
    Files.deleteIfExists(mountPoint);
  }
}
