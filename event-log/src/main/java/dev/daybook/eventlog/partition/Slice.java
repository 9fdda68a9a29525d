package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.FileSlice;
import java.nio.ByteBuffer;

/// A run of batches, where they are: in memory while the segment writer has not come by, in a file after.
public sealed interface Slice extends AutoCloseable {
  int sizeBytes();

  @Override
  void close();

  /// Bytes in memory, read-only. Closed exactly once.
  record Memory(ByteBuffer bytes, Lease lease) implements Slice {
    @Override
    public int sizeBytes() {
      return bytes.remaining();
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
    public void close() {
      file.close();
    }
  }
}
