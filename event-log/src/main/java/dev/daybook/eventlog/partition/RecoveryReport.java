package dev.daybook.eventlog.partition;

/// What a recovery had to do, and what it found that an orderly stop or a plain crash does not leave.
///
/// @param entries of the journal that were written to segments again
/// @param durationNs from the first look at the segments until all was brought to the journal's end
/// @param tornTails entries that a crash tore: nobody was told of them; saved beside the journal and cut off
/// @param damagedEntries of the journal, or runs of them, of which something was missing that was durable
/// @param salvagedBatches that were missing in the journal and were taken from the segments
/// @param damagedPartitions that are read-only because of open damage, found now or earlier
public record RecoveryReport(
    long entries,
    long durationNs,
    int tornTails,
    int damagedEntries,
    int salvagedBatches,
    int damagedPartitions) {

  /// The same, but for the time it took.
  RecoveryReport took(long allNs) {
    return new RecoveryReport(
        entries, allNs, tornTails, damagedEntries, salvagedBatches, damagedPartitions);
  }
}
