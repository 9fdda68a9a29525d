package dev.daybook.eventlog.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/// Lets the system bring to the disk what a file's cache holds, before somebody forces it (`sync_file_range`): left alone, it
/// waits for that, and then whoever forces another file waits behind all of it. The file's one writer owns it.
///
/// A hint, where the system knows it. But a write that fails may be told to nobody else: to who began it counts as a force that
/// failed.
final class EarlyWrites implements AutoCloseable {
  /// Not known, not allowed, not for such files (EPERM, EBADF, EACCES, EINVAL, ESPIPE, ENOSYS): nothing was tried.
  private static final Set<Integer> REFUSALS = Set.of(1, 9, 13, 22, 29, 38);

  /// The bytes are where they were (EINTR, ENOMEM), and the force comes.
  private static final Set<Integer> LEFT = Set.of(4, 12);

  private final Path path;
  private int descriptor = SystemCalls.NO_FILE;
  private boolean refused = SystemCalls.FOUND.isEmpty();

  EarlyWrites(Path path) {
    this.path = path;
  }

  /// Begins to write these bytes; does not wait for them.
  ///
  /// @throws IOException when some cannot be written
  void begin(long position, long length) throws IOException {
    if (descriptor == SystemCalls.NO_FILE && !refused) {
      descriptor = SystemCalls.FOUND.orElseThrow().openFile(path);
      refused = descriptor == SystemCalls.NO_FILE;
    }
    if (!refused) {
      answered(SystemCalls.FOUND.orElseThrow().beginWriting(descriptor, position, length));
    }
  }

  /// What the system said: 0, or the number of an error.
  void answered(int error) throws IOException {
    refused = REFUSALS.contains(error);
    if (error != 0 && !refused && !LEFT.contains(error)) {
      throw new IOException("sync_file_range: error " + error);
    }
  }

  @Override
  public void close() {
    if (descriptor != SystemCalls.NO_FILE) {
      SystemCalls.FOUND.orElseThrow().closeFile(descriptor);
      descriptor = SystemCalls.NO_FILE;
      refused = true;
    }
  }
}
