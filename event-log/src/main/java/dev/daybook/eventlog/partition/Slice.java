package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.FileSlice;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A run of batches, where they are: in memory while the segment writer has not come by, in a file after.
public sealed interface Slice extends AutoCloseable {
  int sizeBytes();

  /// All of its bytes, in a buffer whose position is the caller's own. Waits for the disk where they are in a file, and does
  /// not trust it.
  ByteBuffer read() throws IOException;

  @Override
  void close();

  /// Bytes in memory, read-only. Closed exactly once.
  record Memory(ByteBuffer bytes, Lease lease) implements Slice {
    @Override
    public int sizeBytes() {
      return bytes.remaining();
    }

    @Override
    public ByteBuffer read() {
      return bytes.duplicate();
    }

    @Override
    public void close() {
      lease.release();
    }
  }

  /// Bytes of a segment, which stays open until the slice is closed.
  record InFile(FileSlice file) implements Slice {
    @Override
    public int sizeBytes() {
      return file.length();
    }

    @Override
    public ByteBuffer read() throws IOException {
      return file.read();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
