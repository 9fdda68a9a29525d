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
  /// What was to be written cannot be (EIO, ENOSPC, EROFS, EDQUOT).
  private static final Set<Integer> LOSSES = Set.of(5, 28, 30, 122);

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
    refused = error != 0;
    if (LOSSES.contains(error)) {
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
