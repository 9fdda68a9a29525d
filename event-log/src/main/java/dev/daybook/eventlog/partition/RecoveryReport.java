package dev.daybook.eventlog.partition;

/// What a recovery found that an orderly stop or a plain crash does not leave.
///
/// @param tornTails entries that a crash tore: nobody was told of them; saved beside the journal and cut off
/// @param damagedEntries of the journal, or runs of them, of which something was missing that was durable
/// @param salvagedBatches that were missing in the journal and were taken from the segments
/// @param damagedPartitions that are read-only because of open damage, found now or earlier
public record RecoveryReport(
    int tornTails, int damagedEntries, int salvagedBatches, int damagedPartitions) {}
