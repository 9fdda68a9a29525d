package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.log.FileSlice;

/// A slice of a file, partly sent. Owner: the event loop of the connection.
///
/// What was found resident and verified for its turn may wait long for it, when the client is slow. Then it counts no more.
final class FileRun {
  private final FileSlice slice;
  private int sentBytes;
  private int residentBytes;
  private boolean canBeSeen;
  private long seenNs;

  FileRun(FileSlice slice) {
    this.slice = slice;
  }

  FileSlice slice() {
    return slice;
  }

  /// The bytes that may be sent without waiting for the disk.
  int readyBytes() {
    return residentBytes - sentBytes;
  }

  /// Drops the ready bytes when nobody has looked at them for a while: they are to be made resident anew.
  void doubtOld() {
    if (readyBytes() > 0 && SliceRegion.isOld(seenNs, System.nanoTime())) {
      residentBytes = sentBytes;
    }
  }

  boolean allSent() {
    return sentBytes == slice.length();
  }

  /// Takes the ready bytes: they are on their way.
  SliceRegion next() {
    SliceRegion region =
        new SliceRegion(
            slice.file(), slice.position() + sentBytes, readyBytes(), canBeSeen, seenNs);
    sentBytes = residentBytes;
    return region;
  }

  /// How many bytes should be made resident next.
  int wantedBytes() {
    return Math.min(ColdReader.AHEAD_BYTES, slice.length() - residentBytes);
  }

  /// Where they start in the file.
  long wantedPosition() {
    return slice.position() + residentBytes;
  }

  /// @param canBeSeen whether the system says so
  void madeResident(int bytes, boolean canBeSeen) {
    residentBytes += bytes;
    this.canBeSeen = canBeSeen;
    this.seenNs = System.nanoTime();
  }
}
