package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// A segment's file as walks read it. A walk may bring in what nobody else asked for: what was known of those bytes, and is not
/// in memory any more, counts no more by then.
record WalkedBytes(DiskFile file, ColdBytes cold) {
  Path path() {
    return file.path();
  }

  /// As [DiskFile#read].
  int read(ByteBuffer target, long position) throws IOException {
    cold.beforeRead(file, position, position + target.remaining());
    return file.read(target, position);
  }
}
