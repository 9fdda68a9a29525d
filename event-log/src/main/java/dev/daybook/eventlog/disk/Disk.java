package dev.daybook.eventlog.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// All that event-log asks of a file system. Everything durable goes through here, so that a simulated
/// disk can lose what was not forced, tear writes, fail and fill up.
///
/// A name (create, rename, delete) is durable only when its directory was forced; [DurableFiles] is the
/// one place that does both. Called from any thread.
public interface Disk {
  /// More than any disk has, and so few that sums with it stay positive.
  long UNKNOWN_BYTES = Long.MAX_VALUE / 4;

  /// Creates a file that must not exist yet.
  DiskFile create(Path file) throws IOException;

  /// Opens a file that exists, for reading and writing.
  DiskFile open(Path file) throws IOException;

  /// Opens a file that exists, only to read it: also where nothing may be written.
  default DiskFile openToRead(Path file) throws IOException {
    return open(file);
  }

  /// Gives a file a second name in another directory, under which its bytes stay when the first one goes.
  ///
  /// @return false when that can not be done here: between two file systems, or on one that has no such names
  default boolean link(Path file, Path secondName) throws IOException {
    return false;
  }

  /// Whether there is anything of that name.
  ///
  /// @throws IOException when that cannot be told: what cannot be looked at may well be there, and must not be made anew
  boolean exists(Path path) throws IOException;

  /// The entries of a directory, sorted by name; empty when there is no such directory.
  List<Path> list(Path directory) throws IOException;

  /// Whether the path is a directory.
  boolean isDirectory(Path path) throws IOException;

  /// Creates the directory and its missing parents.
  void createDirectories(Path directory) throws IOException;

  /// Gives a file or directory another name in one step, replacing what had that name.
  void rename(Path from, Path to) throws IOException;

  /// Removes a file or an empty directory.
  void delete(Path path) throws IOException;

  /// Makes the names inside a directory durable.
  void forceDirectory(Path directory) throws IOException;

  /// The absolute path on which links and `..` lead to, as far as there is something; the rest as it is.
  default Path realPath(Path path) throws IOException {
    return path.toAbsolutePath().normalize();
  }

  /// Bytes that may still be written to the file system that holds `path`; [#UNKNOWN_BYTES] when nobody can tell.
  long usableBytes(Path path) throws IOException;

  /// The size of the file system that holds `path`, in bytes.
  long totalBytes(Path path) throws IOException;
}
