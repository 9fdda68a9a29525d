package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.partition.Shard;
import dev.daybook.eventlog.partition.ShardConfig;
import dev.daybook.eventlog.partition.Snapshot;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.CatalogRecord;
import dev.daybook.eventlog.topic.EpochRaise;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/// The log of a data directory that no server uses: whoever calls holds its lock. It is recovered, changed on the calling
/// thread, and closed with a checkpoint. When the machine stops inside a call, the change is there or is not: ask again.
///
/// @param salts for files of the journal; must not be guessable by who sends records
public record ClosedLog(
    Disk disk, Path dataDirectory, Clock clock, JournalConfig journalFiles, RandomGenerator salts) {
  /// With the sizes that a server uses.
  public static ClosedLog in(Disk disk, Path dataDirectory, Clock clock) {
    return new ClosedLog(disk, dataDirectory, clock, JournalConfig.DEFAULT, new SecureRandom());
  }

  /// Raises the leader epoch of all partitions and skips ids that may have been handed out: clients that saw records which
  /// are gone now learn of it. The record of it stays in the catalogue for ever.
  ///
  /// @param details for people: which backup, which loss
  /// @return the record of it
  public EpochRaise raiseEpoch(EpochRaise.Reason reason, String details) throws IOException {
    CompletableFuture<CatalogDecision> answer;
    try (Shard shard = open()) {
      // Closing decides what was asked, forces it and writes a checkpoint.
      answer = shard.raiseEpoch(reason, details);
    }
    return switch (answer.join()) {
      case CatalogDecision.Accepted accepted ->
          accepted.records().stream()
              .filter(CatalogRecord.EpochRaised.class::isInstance)
              .map(record -> ((CatalogRecord.EpochRaised) record).raise())
              .findFirst()
              .orElseThrow();
      case CatalogDecision.Refused(_, String message) ->
          throw new IOException(
              "The leader epoch of the log in %s could not be raised: %s"
                  .formatted(dataDirectory, message));
    };
  }

  /// Makes a backup of it.
  ///
  /// @param target a directory that is not there yet, or empty
  public Manifest backUp(Path target, Progress progress) throws IOException {
    return backUp(target, Backup.OnDamage.REFUSE, progress);
  }

  /// As [#backUp(Path, Progress)].
  public Manifest backUp(Path target, Backup.OnDamage onDamage, Progress progress)
      throws IOException {
    Backup.requireOutside(disk, dataDirectory, target);
    Backup.requireEmpty(disk, target);
    DataFormat format = requireFormat();
    Instant askedAt = Instant.ofEpochMilli(clock.wallMs());
    try (Shard shard = open();
        Snapshot snapshot = shard.snapshot().join()) {
      return Backup.write(
          disk, snapshot, format, shard.topics(), askedAt, target, onDamage, progress);
    }
  }

  private DataFormat requireFormat() throws IOException {
    return DataFormat.find(disk, dataDirectory)
        .orElseThrow(
            () ->
                new IOException("%s holds no log: is it the right one?".formatted(dataDirectory)));
  }

  /// Opens it, recovered; closing it writes a checkpoint.
  Shard open() throws IOException {
    return Shard.open(
        disk,
        dataDirectory,
        shardConfig(),
        (directory, checkpoint) ->
            FileJournal.open(
                disk,
                directory,
                journalFiles,
                checkpoint.map(CheckpointMarks::sequence).orElse(0L),
                salts),
        clock,
        TopicId::random);
  }

  ShardConfig shardConfig() {
    return new ShardConfig(
        8L * journalFiles.fileBytes(),
        journalFiles.fileBytes() / 64,
        journalFiles.fileBytes(),
        0,
        1 << 20,
        0,
        0,
        Long.MAX_VALUE);
  }
}
