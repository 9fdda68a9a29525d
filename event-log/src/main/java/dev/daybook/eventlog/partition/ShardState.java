package dev.daybook.eventlog.partition;

/// What a shard holds at one moment.
///
/// @param retainedBytes batches in memory that no segment holds yet
/// @param journalBytes of the journal that no checkpoint has freed
/// @param freeBytes what may still be written to the disk, with what was admitted taken off; a little old
public record ShardState(long retainedBytes, long journalBytes, long freeBytes) {}
