package dev.daybook.eventlog.partition;

/// What opening a shard had to do.
///
/// @param entries of the journal that were written to segments again
/// @param durationNs from the first look at the disk until owners could start
public record RecoveryReport(long entries, long durationNs) {}
