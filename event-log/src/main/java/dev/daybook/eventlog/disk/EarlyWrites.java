package dev.daybook.eventlog.disk;

import java.nio.file.Path;

/// Lets the system bring to the disk what a file's cache holds, before somebody forces it (`sync_file_range`): left alone, it
/// waits for that, and then whoever forces another file waits behind all of it. The file's one writer owns it.
///
/// Only a hint: what fails to be written is told to who forces the file.
final class EarlyWrites implements AutoCloseable {
  private final Path path;
  private int descriptor = SystemCalls.NO_FILE;
  private boolean refused = SystemCalls.FOUND.isEmpty();

  EarlyWrites(Path path) {
    this.path = path;
  }

  /// Begins to write these bytes; does not wait for them.
  void begin(long position, long length) {
    if (descriptor == SystemCalls.NO_FILE && !refused) {
      descriptor = SystemCalls.FOUND.orElseThrow().openFile(path);
      refused = descriptor == SystemCalls.NO_FILE;
    }
    if (!refused) {
      SystemCalls.FOUND.orElseThrow().beginWriting(descriptor, position, length);
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
