package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.topic.TopicDefaults;

/// The settings of a shard's owners. Sizes in bytes, times in nanoseconds.
///
/// @param journalBytes what the journal may hold before appends wait for a checkpoint
/// @param entryBytes the size at which a round of the appender is closed
/// @param retainedBytes batches kept in memory until their segments are written
/// @param reserveBytes disk space that ordinary appends must leave free
/// @param runBytes what the segment writer writes at once without waiting for more
/// @param runLingerNs how long it waits for more at most
/// @param checkpointIntervalNs the time between a change and its checkpoint; longer only where many partitions get little
/// @param retentionCheckNs the time between two looks for records that are too old or too many
/// @param topicDefaults what holds for topics that say nothing themselves
public record ShardConfig(
    long journalBytes,
    long entryBytes,
    long retainedBytes,
    long reserveBytes,
    long runBytes,
    long runLingerNs,
    long checkpointIntervalNs,
    long retentionCheckNs,
    TopicDefaults topicDefaults) {

  /// With Daybook's own defaults for topics.
  public ShardConfig(
      long journalBytes,
      long entryBytes,
      long retainedBytes,
      long reserveBytes,
      long runBytes,
      long runLingerNs,
      long checkpointIntervalNs,
      long retentionCheckNs) {
    this(
        journalBytes,
        entryBytes,
        retainedBytes,
        reserveBytes,
        runBytes,
        runLingerNs,
        checkpointIntervalNs,
        retentionCheckNs,
        TopicDefaults.NONE);
  }
}
