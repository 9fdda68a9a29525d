package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.journal.Checkpoint;
import dev.daybook.eventlog.journal.CheckpointCheck;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.journal.PartitionMark;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.log.FoundLog;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.partition.Shard;
import dev.daybook.eventlog.partition.ShardFiles;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.EpochRaise;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// Takes damage of a log for lost, so that it goes on without. What is damaged is found by reading everything; it is written
/// into the catalogue, for ever, with who took it and when, and the leader epoch rises, so that clients which saw more
/// learn of it; only then does it become a plain gap. When the machine stops in between, the damage is still there: ask again.
///
/// Nothing that lies in the directory is deleted. Whoever calls holds its lock.
///
/// @param log the closed log
public record Repair(ClosedLog log) {

  /// What was taken for lost.
  ///
  /// @param lost by what people call the partition
  /// @param epoch the leader epoch from now on
  public record Accepted(Map<String, List<DamagedRange>> lost, int epoch) {}

  /// What is written down as damaged and not accepted, by partition. Changes nothing, and reads no record.
  public Map<PartitionId, List<DamagedRange>> knownDamage() throws IOException {
    Map<PartitionId, List<DamagedRange>> known = new TreeMap<>();
    for (Map.Entry<PartitionId, Path> found : partitionDirectories().entrySet()) {
      List<DamagedRange> open =
          new FoundLog(log.disk(), found.getValue(), found.getKey()).damage().open();
      if (!open.isEmpty()) {
        known.put(found.getKey(), open);
      }
    }
    return known;
  }

  /// Takes all damage for lost.
  ///
  /// @param who decided that, for the record of it
  /// @return empty when there was none
  public Optional<Accepted> acceptLoss(String who) throws IOException {
    DataFormat.bringBack(log.disk(), log.dataDirectory());
    boolean withoutCheckpoint = rebuildCheckpoint();
    try (Shard shard = open()) {
      Map<String, List<DamagedRange>> lost = new TreeMap<>();
      shard.repair().findDamage().forEach((id, ranges) -> lost.put(nameOf(shard, id), ranges));
      if (lost.isEmpty() && !withoutCheckpoint) {
        return Optional.empty();
      }
      shard.repair().reopenTransactions();
      CompletableFuture<CatalogDecision> answer =
          shard.raiseEpoch(EpochRaise.Reason.LOSS_ACCEPTED, details(who, lost, withoutCheckpoint));
      shard.settle();
      if (!answer.isDone()) {
        throw new IOException(
            "No space left on device: the journal in %s takes no entry, so the loss was not accepted; free some space, then repair again"
                .formatted(ShardFiles.of(log.dataDirectory(), 0).journal()));
      }
      if (answer.join() instanceof CatalogDecision.Refused(_, String message)) {
        throw new IOException("The loss could not be written down: " + message);
      }
      shard.repair().acceptDamage();
      return Optional.of(new Accepted(lost, shard.topics().leaderEpoch()));
    }
  }

  private static String details(
      String who, Map<String, List<DamagedRange>> lost, boolean withoutCheckpoint) {
    StringBuilder details = new StringBuilder("accepted by ").append(who);
    if (withoutCheckpoint) {
      details.append("; both checkpoints were lost and made anew from the segments");
    }
    lost.forEach(
        (partition, ranges) ->
            ranges.forEach(
                range ->
                    details
                        .append("; ")
                        .append(partition)
                        .append(" offsets ")
                        .append(range.offsets())
                        .append(": ")
                        .append(range.reason())));
    return details.toString();
  }

  private static String nameOf(Shard shard, PartitionId id) {
    return id.equals(PartitionId.CATALOGUE)
        ? "the catalogue of topics"
        : shard.topics().byId(id.topic()).map(Topic::name).orElse(id.topic().toString())
            + "-"
            + id.index();
  }

  /// Where both checkpoints are damaged or gone, makes one of what the segments are, as of the beginning: the journal's entries that are
  /// in the segments already are passed over.
  private boolean rebuildCheckpoint() throws IOException {
    ShardFiles files = ShardFiles.of(log.dataDirectory(), 0);
    if (!files.lostCheckpoint(log.disk(), CheckpointCheck.of(log.disk(), files.checkpoint()))) {
      return false;
    }
    List<PartitionMark> marks = new ArrayList<>();
    for (Map.Entry<PartitionId, Path> found : partitionDirectories().entrySet()) {
      Optional<LogEnd> end = new FoundLog(log.disk(), found.getValue(), found.getKey()).end();
      end.ifPresent(there -> marks.add(mark(found.getKey(), there)));
    }
    Checkpoint.replaceLost(log.disk(), files.checkpoint(), new CheckpointMarks(0, marks, Map.of()));
    return true;
  }

  private static PartitionMark mark(PartitionId id, LogEnd end) {
    return new PartitionMark(
        id, end.startOffset(), end.nextOffset(), end.segmentBaseOffset(), end.segmentPosition());
  }

  private Map<PartitionId, Path> partitionDirectories() throws IOException {
    Map<PartitionId, Path> directories = new TreeMap<>();
    for (Path path : log.disk().list(ShardFiles.of(log.dataDirectory(), 0).partitions())) {
      idOf(path).ifPresent(id -> directories.put(id, path));
    }
    return directories;
  }

  /// Empty for what is no partition's directory; the next start sets that aside.
  private static Optional<PartitionId> idOf(Path directory) {
    try {
      return Optional.of(PartitionId.parse(0, String.valueOf(directory.getFileName())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Shard open() throws IOException {
    return Shard.openForRepair(
        log.disk(),
        log.dataDirectory(),
        log.shardConfig(),
        (directory, checkpoint) ->
            FileJournal.open(
                log.disk(),
                directory,
                log.journalFiles(),
                checkpoint.map(CheckpointMarks::sequence).orElse(0L),
                log.salts()),
        log.clock(),
        TopicId::random);
  }
}
