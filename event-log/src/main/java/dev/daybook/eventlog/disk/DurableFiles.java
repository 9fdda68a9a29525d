package dev.daybook.eventlog.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Names that survive a power cut. A file that was created, renamed or deleted is so for good only when its
/// directory was forced; names are changed here, so that nobody forgets. A room that changes many names and
/// forces their directory once, at a checkpoint, does so itself and says it.
///
/// When the machine stops inside one of these calls, the name is as before or as asked. When only the
/// process is killed, a name may be seen that is not durable yet: who opens a directory that an earlier
/// process used forces it first ([Disk#forceDirectory]). Called from any thread.
public final class DurableFiles {
  private DurableFiles() {}

  /// Creates an empty file that must not exist yet.
  public static DiskFile create(Disk disk, Path file) throws IOException {
    DiskFile created = disk.create(file);
    try {
      disk.forceDirectory(directoryOf(file));
      return created;
    } catch (Throwable failure) {
      created.close();
      throw failure;
    }
  }

  /// Writes a small file as a whole: after a power cut it is as before or as given, never in between.
  public static void write(Disk disk, Path file, ByteBuffer... content) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".tmp");
    if (disk.exists(beside)) {
      disk.delete(beside);
    }
    try (DiskFile written = disk.create(beside)) {
      written.write(0, content);
      written.force();
    } catch (IOException e) {
      giveBack(disk, beside, e);
      throw e;
    }
    rename(disk, beside, file);
  }

  /// What a full disk did not take whole must not keep it full.
  private static void giveBack(Disk disk, Path file, IOException failure) {
    try {
      if (DiskFull.isCauseOf(failure) && disk.exists(file)) {
        disk.delete(file);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /// Reads a small file as a whole, one that proves itself: what the disk does not give of it is damage ([BadBlocks]).
  public static byte[] read(Disk disk, Path file) throws IOException {
    try (DiskFile opened = new BadBlocks(disk.open(file))) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(opened.size()));
      opened.read(bytes, 0);
      return bytes.array();
    }
  }

  /// Gives a file or directory another name, replacing the file that had that name. The file's own bytes are
  /// as durable as they were.
  public static void rename(Disk disk, Path from, Path to) throws IOException {
    disk.rename(from, to);
    disk.forceDirectory(directoryOf(to));
    if (!directoryOf(from).equals(directoryOf(to))) {
      disk.forceDirectory(directoryOf(from));
    }
  }

  /// Removes a file or an empty directory.
  public static void delete(Disk disk, Path path) throws IOException {
    disk.delete(path);
    disk.forceDirectory(directoryOf(path));
  }

  /// Removes a directory and all that is in it. Stopped halfway, some of it is left: ask again.
  public static void deleteDirectory(Disk disk, Path directory) throws IOException {
    for (Path entry : disk.list(directory)) {
      if (disk.isDirectory(entry)) {
        deleteDirectory(disk, entry);
      } else {
        disk.delete(entry);
      }
    }
    delete(disk, directory);
  }

  /// Creates the directory and its missing parents, each durable before the next. What is there already is
  /// made durable too: a killed process may have created it.
  public static void createDirectories(Disk disk, Path directory) throws IOException {
    Path parent = directoryOf(directory);
    if (!disk.exists(directory)) {
      if (parent.getParent() != null) {
        createDirectories(disk, parent);
      }
      disk.createDirectories(directory);
    }
    disk.forceDirectory(parent);
  }

  private static Path directoryOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("The root directory has no name to change: " + path);
    }
    return parent;
  }
}
