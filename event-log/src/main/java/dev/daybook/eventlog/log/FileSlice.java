package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;

/// Bytes of a segment's file, whole batches. Keeps the segment's file open until it is closed, also when the
/// segment is deleted meanwhile. Closing twice does nothing the second time.
///
/// @param file the open file
/// @param position of the first byte in the file
/// @param length in bytes
/// @param nextOffset behind the last batch, if the slice reaches the end of its segment; -1 otherwise
/// @param release gives the segment back
public record FileSlice(DiskFile file, long position, int length, long nextOffset, Runnable release)
    implements AutoCloseable {
  @Override
  public void close() {
    release.run();
  }
}
