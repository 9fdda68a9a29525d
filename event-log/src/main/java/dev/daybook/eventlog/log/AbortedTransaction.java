package dev.daybook.eventlog.log;

/// A transaction of which readers of committed records must not see anything.
///
/// @param firstOffset of its first record
/// @param lastOffset of its marker
/// @param lastStableOffset below which no transaction was open any more behind that marker: whoever reads no further
///     need not look for later markers
public record AbortedTransaction(
    long producerId, long firstOffset, long lastOffset, long lastStableOffset) {

  /// Whether a reader of these offsets meets records of it.
  public boolean concerns(long fromOffset, long toOffset) {
    return lastOffset >= fromOffset && firstOffset < toOffset;
  }
}
