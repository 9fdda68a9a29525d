package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.JournalItem;
import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.topic.TopicConfig;
import java.util.List;
import java.util.Optional;

/// One partition as its appender knows it: where the log ends once all that is decided is durable. Owned by
/// the appender; nobody else looks.
final class AppendState {
  private static final long NO_TIMESTAMP = -1;

  private final PartitionId id;
  private Limits limits;
  private final ProducerState producers;
  private int leaderEpoch;
  private long startOffset;
  private long nextOffset;
  private long segmentBaseOffset;
  private long segmentBytes;
  private long segmentFirstTimestampMs;

  AppendState(
      PartitionId id,
      TopicConfig config,
      ProducerState producers,
      int leaderEpoch,
      LogEnd end,
      long segmentFirstTimestampMs) {
    this.id = id;
    this.limits = Limits.of(config);
    this.producers = producers;
    this.leaderEpoch = leaderEpoch;
    this.startOffset = end.startOffset();
    this.nextOffset = end.nextOffset();
    this.segmentBaseOffset = end.segmentBaseOffset();
    this.segmentBytes = end.segmentPosition();
    this.segmentFirstTimestampMs = segmentFirstTimestampMs;
  }

  long startOffset() {
    return startOffset;
  }

  long nextOffset() {
    return nextOffset;
  }

  /// Below it no transaction is open: the first open one's first offset, or the end. Not below the start, where nobody
  /// reads any more.
  long stableOffset() {
    return Math.max(startOffset, producers.stableOffset(nextOffset));
  }

  /// The epoch that the next batch gets.
  int leaderEpoch() {
    return leaderEpoch;
  }

  void leaderEpoch(int raised) {
    leaderEpoch = raised;
  }

  /// The topic's settings changed; what is decided from here on goes by them.
  void configure(TopicConfig config) {
    limits = Limits.of(config);
  }

  ProducerState producers() {
    return producers;
  }

  /// What is wrong with the batch's size, by the rules of its topic.
  Optional<AppendResult.Refused> refuse(RecordBatch batch) {
    if (batch.sizeBytes() > limits.batchBytes) {
      return refusal(
          AppendResult.Reason.BATCH_TOO_LARGE,
          "The record batch has "
              + batch.sizeBytes()
              + " bytes, the topic takes "
              + limits.batchBytes
              + " (max.message.bytes)");
    }
    return Optional.empty();
  }

  /// Why a batch may not have the dates it has, if it may not.
  Optional<AppendResult.Refused> refuseDates(RecordBatch batch, long nowMs) {
    if (limits.logAppendTime) {
      return Optional.empty();
    }
    long newest = batch.maxTimestampMs();
    if (newest != NO_TIMESTAMP && newest - nowMs > limits.timestampAfterMaxMs) {
      return refusal(
          AppendResult.Reason.INVALID_TIMESTAMP,
          "Timestamp "
              + newest
              + " lies too far ahead of the broker's clock "
              + nowMs
              + " (message.timestamp.after.max.ms)");
    }
    long oldest = batch.baseTimestampMs();
    if (oldest != NO_TIMESTAMP && nowMs - oldest > limits.timestampBeforeMaxMs) {
      return refusal(
          AppendResult.Reason.INVALID_TIMESTAMP,
          "Timestamp "
              + oldest
              + " lies too far behind the broker's clock "
              + nowMs
              + " (message.timestamp.before.max.ms)");
    }
    return Optional.empty();
  }

  /// Whether readers and producers hear of a batch when it is written, before it is forced.
  boolean releasesWritten() {
    return limits.releasesWritten;
  }

  /// Whether the log dates the batches of this partition.
  boolean logAppendTime() {
    return limits.logAppendTime;
  }

  /// The roll that must come before this batch, if its segment is full or old enough.
  Optional<JournalItem.Roll> rollBefore(RecordBatch batch) {
    if (segmentBytes == 0) {
      return Optional.empty();
    }
    boolean full = segmentBytes + batch.sizeBytes() > limits.segmentBytes;
    boolean old =
        segmentFirstTimestampMs != NO_TIMESTAMP
            && batch.maxTimestampMs() - segmentFirstTimestampMs > limits.segmentMs;
    if (!full && !old) {
      return Optional.empty();
    }
    return Optional.of(roll());
  }

  /// Decides that nothing below `asked` is kept. Where that is everything there is, the partition goes on in a new
  /// segment first, as in Kafka: the one that grows never goes.
  ///
  /// @param wholeSegments see [Command.RaiseLogStart]
  /// @return what is to be written down; nothing when the start is there already
  List<JournalItem> raiseStart(long asked, boolean wholeSegments) {
    boolean inside = segmentBaseOffset < asked && asked < nextOffset;
    long newStart = wholeSegments && inside ? segmentBaseOffset : asked;
    if (newStart <= startOffset) {
      return List.of();
    }
    startOffset = newStart;
    producers.startsAt(newStart);
    JournalItem raised = new JournalItem.LogStart(id, newStart);
    boolean everything = newStart == nextOffset && segmentBytes > 0;
    return everything ? List.of(roll(), raised) : List.of(raised);
  }

  private JournalItem.Roll roll() {
    segmentBytes = 0;
    segmentBaseOffset = nextOffset;
    return new JournalItem.Roll(id, nextOffset);
  }

  /// Takes the batch, whose offsets are assigned, into account.
  ///
  /// @return the transaction that was aborted by it
  Optional<AbortedTransaction> replay(RecordBatch batch) {
    if (segmentBytes == 0) {
      segmentFirstTimestampMs = batch.maxTimestampMs();
    }
    segmentBytes += batch.sizeBytes();
    nextOffset = batch.nextOffset();
    return producers.replay(batch);
  }

  private static Optional<AppendResult.Refused> refusal(
      AppendResult.Reason reason, String message) {
    return Optional.of(new AppendResult.Refused(reason, message));
  }

  /// The topic's settings as numbers: they are asked for every batch.
  private record Limits(
      int batchBytes,
      long timestampAfterMaxMs,
      long timestampBeforeMaxMs,
      boolean logAppendTime,
      boolean releasesWritten,
      long segmentBytes,
      long segmentMs) {
    static Limits of(TopicConfig config) {
      return new Limits(
          config.maxMessageBytes(),
          config.timestampAfterMaxMs(),
          config.timestampBeforeMaxMs(),
          config.logAppendTime(),
          config.releasesWritten(),
          config.segmentBytes(),
          config.segmentMs());
    }
  }
}
