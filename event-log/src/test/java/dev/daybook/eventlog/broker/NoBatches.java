package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.log.FileSlice;
import java.util.Optional;

/// Of a slice without any.
final class NoBatches implements FileSlice.Batches {
  @Override
  public boolean areAtHand(DiskFile held, long from, long bytes) {
    return true;
  }

  @Override
  public long wholeEnd(DiskFile held, long from, long to) {
    return to;
  }

  @Override
  public Optional<FileSlice> behind(long position, int length, int step) {
    return Optional.empty();
  }

  @Override
  public boolean forgetMissing(DiskFile held, long from, long bytes) {
    return true;
  }
}
