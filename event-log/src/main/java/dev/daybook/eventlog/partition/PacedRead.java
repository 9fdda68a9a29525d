package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.FileSlice;

/// What became of a read by somebody who brings into the page cache himself what is not there.
public sealed interface PacedRead {

  /// All that the answer needs is in memory.
  record Found(ReadResult result) implements PacedRead {}

  /// These bytes of a file must be in the page cache before the read can be answered; then ask again. To be closed.
  record Cold(FileSlice bytes) implements PacedRead {}
}
