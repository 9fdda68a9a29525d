package dev.daybook.eventlog;

import dev.daybook.eventlog.partition.CleanerSettings;
import dev.daybook.eventlog.partition.ProducerExpiry;
import dev.daybook.eventlog.partition.ScrubPace;
import dev.daybook.eventlog.topic.TopicDefaults;
import java.nio.file.Path;
import java.time.Duration;

/// The settings of an event log. Sizes are in bytes.
///
/// @param dataDirectory where everything lies; created when missing
/// @param journalBytes what the journal may hold before segments must be forced
/// @param journalFileBytes the size of one journal file
/// @param firstJournalFileBytes the size of the very first one, small so that a first start is quick
/// @param entryBytes the size at which a round of the appender is closed
/// @param retainedBytes batches kept in memory until their segments are written; beyond it appends wait
/// @param reserveBytes disk space that ordinary appends must leave free; less on a small disk
/// @param runBytes what the segment writer writes at once without waiting for more
/// @param runLinger how long it waits for more at most
/// @param checkpointInterval the time between a change and its checkpoint; longer only where many partitions get little
/// @param retentionCheckInterval the time between two looks for records that are too old or too many
/// @param readerThreads threads for reads that may block
/// @param scrub how fast sealed segments are read again in the background
/// @param cleaner how compaction goes about its work
/// @param topicDefaults what holds for topics that say nothing themselves
/// @param producerExpiry how long producers are remembered
public record EventLogConfig(
    Path dataDirectory,
    long journalBytes,
    int journalFileBytes,
    int firstJournalFileBytes,
    int entryBytes,
    long retainedBytes,
    long reserveBytes,
    long runBytes,
    Duration runLinger,
    Duration checkpointInterval,
    Duration retentionCheckInterval,
    int readerThreads,
    ScrubPace scrub,
    CleanerSettings cleaner,
    TopicDefaults topicDefaults,
    ProducerExpiry.Pace producerExpiry) {

  private static final int MIB = 1 << 20;

  public EventLogConfig {
    if (journalBytes < 2L * journalFileBytes) {
      throw new IllegalArgumentException(
          "journal.bytes ("
              + journalBytes
              + ") must hold at least two journal files of "
              + journalFileBytes
              + " bytes");
    }
    if (journalFileBytes < 8L * entryBytes) {
      throw new IllegalArgumentException(
          "A journal file ("
              + journalFileBytes
              + " bytes) must hold at least eight rounds of "
              + entryBytes
              + " bytes");
    }
    if (retentionCheckInterval.toMillis() < 1) {
      throw new IllegalArgumentException(
          "log.retention.check.interval.ms counts from 1, not "
              + retentionCheckInterval.toMillis());
    }
    if (readerThreads < 1) {
      throw new IllegalArgumentException(
          "At least one reader thread is needed, not " + readerThreads);
    }
  }

  /// With Daybook's own defaults for topics, and producers remembered for as long as Apache Kafka does.
  public EventLogConfig(
      Path dataDirectory,
      long journalBytes,
      int journalFileBytes,
      int firstJournalFileBytes,
      int entryBytes,
      long retainedBytes,
      long reserveBytes,
      long runBytes,
      Duration runLinger,
      Duration checkpointInterval,
      Duration retentionCheckInterval,
      int readerThreads,
      ScrubPace scrub,
      CleanerSettings cleaner) {
    this(
        dataDirectory,
        journalBytes,
        journalFileBytes,
        firstJournalFileBytes,
        entryBytes,
        retainedBytes,
        reserveBytes,
        runBytes,
        runLinger,
        checkpointInterval,
        retentionCheckInterval,
        readerThreads,
        scrub,
        cleaner,
        TopicDefaults.NONE,
        ProducerExpiry.Pace.DEFAULT);
  }

  /// The same with other defaults for topics.
  public EventLogConfig withTopicDefaults(TopicDefaults newDefaults) {
    return new EventLogConfig(
        dataDirectory,
        journalBytes,
        journalFileBytes,
        firstJournalFileBytes,
        entryBytes,
        retainedBytes,
        reserveBytes,
        runBytes,
        runLinger,
        checkpointInterval,
        retentionCheckInterval,
        readerThreads,
        scrub,
        cleaner,
        newDefaults,
        producerExpiry);
  }

  /// What is kept back of a disk of that size: an eighth at most, so that a small one is not all reserve, but never less than
  /// a new file of the journal needs.
  public long reserveBytesOn(long diskBytes) {
    long least = 5L * journalFileBytes / 4;
    return Math.min(reserveBytes, Math.max(diskBytes / 8, least));
  }

  /// The largest request whose batches are sure to fit in one entry of the journal.
  public int maxRequestBytes() {
    return journalFileBytes - 4 * entryBytes;
  }

  /// The defaults, in this directory.
  public static EventLogConfig in(Path dataDirectory) {
    return new EventLogConfig(
        dataDirectory,
        512L * MIB,
        64 * MIB,
        4 * MIB,
        MIB,
        64L * MIB,
        256L * MIB,
        8L * MIB,
        Duration.ofMillis(250),
        Duration.ofSeconds(5),
        Duration.ofMinutes(5),
        2,
        ScrubPace.DEFAULT,
        CleanerSettings.DEFAULT);
  }
}
