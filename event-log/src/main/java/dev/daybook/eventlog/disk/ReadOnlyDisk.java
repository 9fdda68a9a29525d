package dev.daybook.eventlog.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;

/// A disk on which nothing can be changed, whatever its caller tries: for those who only look, also where the system lets
/// nobody write. Called from any thread.
///
/// @param disk what is read from
public record ReadOnlyDisk(Disk disk) implements Disk {
  /// Opens the file to read it: a write to it fails.
  @Override
  public DiskFile open(Path file) throws IOException {
    return disk.openToRead(file);
  }

  @Override
  public boolean exists(Path path) throws IOException {
    return disk.exists(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public boolean isDirectory(Path path) throws IOException {
    return disk.isDirectory(path);
  }

  @Override
  public long usableBytes(Path path) {
    return 0;
  }

  @Override
  public long totalBytes(Path path) throws IOException {
    return disk.totalBytes(path);
  }

  @Override
  public DiskFile create(Path file) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void createDirectories(Path directory) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void rename(Path from, Path to) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void delete(Path path) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void forceDirectory(Path directory) {
    throw new ReadOnlyFileSystemException();
  }
}
