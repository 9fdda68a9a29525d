package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.partition.RecordValidator.RecordFault;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.TimestampType;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rules that Kafka has for single records: a key where the topic is compacted, and a date that is neither too old nor
/// too new. Sees the records of one batch one after the other and says at the end what was wrong, as Apache Kafka does.
final class RecordRules {
  /// Who is told of so many faults has enough to look for.
  static final int MAX_FAULTS = 1_000;

  private final String partition;
  private final boolean needsKeys;

  /// Whether the log dates the records of this topic.
  private final boolean logDates;

  /// Whether the batch says that a log did that already.
  private final boolean claimsLogDate;

  private final Window window;
  private final List<RecordFault> faults = new ArrayList<>();
  private int count;
  private boolean keyless;
  private boolean mistimed;

  RecordRules(Topic topic, int index, RecordBatch batch, long nowMs) {
    this.partition = topic.name() + "-" + index;
    this.needsKeys = topic.config().compacted();
    this.logDates = topic.config().logAppendTime();
    this.claimsLogDate = isDatedByLog(batch);
    this.window = Window.at(topic.config(), nowMs);
  }

  /// Whether a batch says that a log dated it, which only a log can know.
  static boolean isDatedByLog(RecordBatch batch) {
    return batch.timestampType() == TimestampType.LOG_APPEND_TIME;
  }

  /// Whether a batch's header tells of dates that the topic does not take.
  static boolean suspects(TopicConfig config, RecordBatch batch, long nowMs) {
    if (isDatedByLog(batch)) {
      return true;
    }
    Window window = Window.at(config, nowMs);
    return !window.takes(batch.baseTimestampMs()) || !window.takes(batch.maxTimestampMs());
  }

  void look(LogRecord record, int index) {
    if (needsKeys && record.key() == null) {
      keyless = true;
      fault(
          index,
          "Compacted topic cannot accept message without key in topic partition %s."
              .formatted(partition));
    } else if (!window.takes(record.timestampMs())) {
      mistimed = true;
      fault(
          index,
          "Timestamp %d of message with offset %d is out of range. The timestamp should be within [%d, %d]"
              .formatted(record.timestampMs(), record.offset(), window.fromMs(), window.toMs()));
    } else if (claimsLogDate && (logDates || record.timestampMs() == RecordBatch.NO_TIMESTAMP)) {
      mistimed = true;
      fault(
          index,
          "Invalid timestamp type in message with offset %d. Producer should not set timestamp type to LogAppendTime."
              .formatted(record.offset()));
    }
  }

  /// What was wrong, if anything.
  Optional<Preparation.Refused> refusal() {
    if (mistimed) {
      return refused(
          Reason.INVALID_TIMESTAMP,
          "One or more records have been rejected due to invalid timestamp (message.timestamp.before.max.ms, message.timestamp.after.max.ms)");
    }
    return keyless
        ? refused(
            Reason.INVALID_RECORD,
            "One or more records have been rejected due to %d record errors in total, and only showing the first three errors at most: %s"
                .formatted(count, faults.stream().limit(3).map(RecordFault::message).toList()))
        : Optional.empty();
  }

  private Optional<Preparation.Refused> refused(Reason reason, String message) {
    return Optional.of(new Preparation.Refused(reason, message, faults));
  }

  private void fault(int index, String message) {
    count++;
    if (faults.size() < MAX_FAULTS) {
      faults.add(new RecordFault(index, message));
    }
  }

  /// The dates that are taken. A record without date is always taken, and any where the log dates.
  private record Window(long fromMs, long toMs) {
    static Window at(TopicConfig config, long nowMs) {
      return config.logAppendTime()
          ? new Window(Long.MIN_VALUE, Long.MAX_VALUE)
          : new Window(
              saturated(nowMs, -config.timestampBeforeMaxMs()),
              saturated(nowMs, config.timestampAfterMaxMs()));
    }

    boolean takes(long timestampMs) {
      return timestampMs == RecordBatch.NO_TIMESTAMP
          || (fromMs <= timestampMs && timestampMs <= toMs);
    }

    private static long saturated(long nowMs, long deltaMs) {
      long sum = nowMs + deltaMs;
      boolean over = ((nowMs ^ sum) & (deltaMs ^ sum)) < 0;
      return over ? (deltaMs < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }
  }
}
