package dev.daybook.eventlog.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps a second process out of a data directory. The system drops the lock when its
/// process ends, however it ends. The file is locked, and so is the directory itself ([FolderLock]): whoever deletes the file
/// under a holder must not let a second one in. The file's text only serves to name the holder:
///
/// ```text
/// PID BOOT_ID       the holder's process id, and the boot of the machine on which it has that id
/// ```
public final class DirectoryLock implements AutoCloseable {
  private static final String FILE_NAME = ".lock";
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /// What this process holds. Asked first, because closing any channel on a locked file would give up the
  /// process's lock (POSIX), the failed attempt's channel too.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;
  private final FolderLock folder;

  private DirectoryLock(Path directory, FileChannel channel, FolderLock folder) {
    this.directory = directory;
    this.channel = channel;
    this.folder = folder;
  }

  /// Takes the directory as it is, creating it when it is missing.
  ///
  /// @throws IOException when somebody else holds it, or it cannot be written; says what to do
  public static DirectoryLock acquire(Path directory) throws IOException {
    return acquire(directory, prepare(directory));
  }

  /// Takes the directory, and closes it to other users (mode 0700). Whoever calls has seen that it is meant for us.
  ///
  /// @throws IOException as [#acquire]
  public static DirectoryLock acquirePrivate(Path directory) throws IOException {
    Path real = prepare(directory);
    try {
      closeToOthers(real);
    } catch (IOException e) {
      throw unusable(directory, e);
    }
    return acquire(directory, real);
  }

  private static DirectoryLock acquire(Path directory, Path real) throws IOException {
    if (!HELD.add(real)) {
      throw inUse(directory, "this very process");
    }
    try {
      return lock(directory, real);
    } catch (Throwable failure) {
      HELD.remove(real);
      throw failure;
    }
  }

  private static Path prepare(Path directory) throws IOException {
    try {
      if (!Files.exists(directory)) {
        DurableFiles.createDirectories(new FileDisk(), directory);
      } else if (!Files.isDirectory(directory)) {
        throw new NotDirectoryException(directory.toString());
      }
      return directory.toRealPath();
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private static void closeToOthers(Path directory) throws IOException {
    var modes = Files.getFileAttributeView(directory, PosixFileAttributeView.class);
    if (modes != null && !modes.readAttributes().permissions().equals(FileDisk.OWNER_ONLY)) {
      modes.setPermissions(FileDisk.OWNER_ONLY);
    }
  }

  private static DirectoryLock lock(Path directory, Path real) throws IOException {
    FileChannel channel = open(directory);
    try {
      if (channel.tryLock() == null) {
        throw inUse(directory, holderIn(channel));
      }
      FolderLock folder =
          FolderLock.take(real)
              .orElseThrow(() -> inUse(directory, "a process whose .lock was deleted"));
      try {
        writeHolder(channel);
        return new DirectoryLock(real, channel, folder);
      } catch (Throwable failure) {
        folder.close();
        throw failure;
      }
    } catch (Throwable failure) {
      channel.close();
      throw failure;
    }
  }

  private static FileChannel open(Path directory) throws IOException {
    try {
      return FileChannel.open(directory.resolve(FILE_NAME), CREATE, READ, WRITE);
    } catch (FileSystemException e) {
      throw unusable(directory, e);
    }
  }

  private static String holderIn(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    channel.read(bytes, 0);
    String text = US_ASCII.decode(bytes.flip()).toString().strip();
    int space = text.indexOf(' ');
    if (space < 0) {
      return "process " + text;
    }
    boolean here = text.substring(space + 1).equals(bootId());
    return "process " + text.substring(0, space) + (here ? "" : " of another machine");
  }

  private static void writeHolder(FileChannel channel) throws IOException {
    // Over the one before, not behind a cut: on a full disk the block might not come back.
    String holder = "%-79s\n".formatted(ProcessHandle.current().pid() + " " + bootId());
    channel.write(ByteBuffer.wrap(holder.getBytes(US_ASCII)), 0);
  }

  /// Drawn anew by the system each time it boots; "-" where it has none.
  private static String bootId() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      return "-";
    }
  }

  private static IOException inUse(Path directory, String holder) {
    return new IOException(
        "The data directory %s is in use by %s: stop it, or choose another directory"
            .formatted(directory, holder));
  }

  /// What to say of a directory that cannot be looked into, or not be written.
  public static IOException unusable(Path directory, IOException cause) {
    return new IOException(
        "The data directory %s cannot be used (%s): make it a directory that this user owns and may write, or choose another"
            .formatted(directory, cause),
        cause);
  }

  /// Gives the directory back. The file stays: removing it would let two processes lock two files of that
  /// name.
  @Override
  public void close() throws IOException {
    channel.close();
    folder.close();
    HELD.remove(directory);
  }
}
