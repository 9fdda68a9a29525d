package dev.daybook.eventlog.disk;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The machine's own file system. Directories it creates are closed to other users (mode 0700).
///
/// Threads that read or write must not be interrupted: the JDK closes a file channel under an interrupted
/// thread, for everyone who uses it.
public final class FileDisk implements Disk {
  static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

  @Override
  public DiskFile create(Path file) throws IOException {
    return opened(file, CREATE_NEW, READ, WRITE);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return opened(file, READ, WRITE);
  }

  @Override
  public DiskFile openToRead(Path file) throws IOException {
    return opened(file, READ);
  }

  private static OpenFile opened(Path file, OpenOption... options) throws IOException {
    try {
      return new OpenFile(file, PatientOpening.open(() -> FileChannel.open(file, options)));
    } catch (NoSuchFileException e) {
      // Of these two the JDK has a type and no words, and an operator gets the words.
      throw told(e, new NoSuchFileException(file.toString(), null, "there is no such file"));
    } catch (AccessDeniedException e) {
      throw told(e, new AccessDeniedException(file.toString(), null, "permission denied"));
    }
  }

  private static FileSystemException told(FileSystemException bare, FileSystemException inWords) {
    inWords.initCause(bare);
    return inWords;
  }

  @Override
  public boolean link(Path file, Path secondName) throws IOException {
    try {
      Files.createLink(secondName, file);
      return true;
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public boolean exists(Path path) throws IOException {
    try {
      path.getFileSystem().provider().checkAccess(path);
      return true;
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    try {
      return PatientOpening.open(() -> entriesOf(directory));
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    }
  }

  private static List<Path> entriesOf(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, privateTo(directory));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.delete(path);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = PatientOpening.open(() -> FileChannel.open(directory, READ))) {
      channel.force(true);
    } catch (IOException e) {
      throw new ForceFailedException(directory, e);
    }
  }

  @Override
  public long usableBytes(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    // Not by the JDK's FileStore: it looks for the mount, which a container need not see.
    File file = path.toFile();
    long bytes = file.getUsableSpace();
    boolean isKnown = bytes > 0 || file.getTotalSpace() > 0;
    return isKnown ? Math.clamp(bytes, 0, UNKNOWN_BYTES) : UNKNOWN_BYTES;
  }

  @Override
  public Path realPath(Path path) throws IOException {
    Path there = path.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    Path rest = there.relativize(path.toAbsolutePath());
    return there.toRealPath().resolve(rest).normalize();
  }

  @Override
  public long totalBytes(Path path) throws IOException {
    long bytes = path.toFile().getTotalSpace();
    return bytes > 0 ? bytes : UNKNOWN_BYTES;
  }

  private static FileAttribute<?>[] privateTo(Path directory) {
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }
}
