package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.HistoryEvent.ReadWhole;
import dev.daybook.eventlog.labs.HistoryEvent.Seen;
import dev.daybook.eventlog.labs.HistoryEvent.Sent;
import dev.daybook.eventlog.labs.Violation.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a history says of one partition so far, and whether the next thing it says agrees.
final class LogJudge {
  private final LogId log;
  private final Function<BatchId, @Nullable Sent> sent;
  private final BiConsumer<Rule, String> report;

  /// The record that each offset is bound to for ever.
  private final Map<Long, Payload> bound = new HashMap<>();

  private final Map<BatchId, Long> ackedAt = new HashMap<>();
  private final Set<BatchId> refused = new HashSet<>();
  private long ackedEnd;
  private long seenEnd;

  /// Both as they were when the server last began: a reading of all there is must reach them.
  private long promisedEnd;

  private long shownEnd;

  /// @param sent finds what was sent, null when nobody sent such a batch
  LogJudge(LogId log, Function<BatchId, @Nullable Sent> sent, BiConsumer<Rule, String> report) {
    this.log = log;
    this.sent = sent;
    this.report = report;
  }

  void acked(Sent batch, long baseOffset) {
    Long before = ackedAt.putIfAbsent(batch.batch(), baseOffset);
    if (before != null && before != baseOffset) {
      report.accept(
          Rule.ONCE_ONLY,
          "%s was acknowledged at %d and again at %d".formatted(batch.batch(), before, baseOffset));
      return;
    }
    for (int index = 0; index < batch.count(); index++) {
      int tag = Payload.tagOf(log.topic());
      BatchId id = batch.batch();
      bind(baseOffset + index, new Payload(tag, id.producer(), id.number(), batch.count(), index));
    }
    ackedEnd = Math.max(ackedEnd, baseOffset + batch.count());
  }

  void refused(BatchId batch) {
    refused.add(batch);
  }

  void restarted() {
    promisedEnd = ackedEnd;
    shownEnd = seenEnd;
  }

  void seen(Seen seen) {
    if (isOurs(seen)) {
      bind(seen.offset(), seen.payload());
      seenEnd = Math.max(seenEnd, seen.offset() + 1);
    }
  }

  /// Offsets without a gap, each with what it is bound to, every batch whole, once, and in its producer's order; and
  /// nothing missing that was acknowledged or read.
  void readWhole(ReadWhole read) {
    if (promisedEnd > read.endOffset() || (promisedEnd > 0 && read.startOffset() > 0)) {
      report.accept(
          Rule.ACKNOWLEDGED_IS_THERE,
          "%s has offsets %d to %d, acknowledged was up to %d"
              .formatted(log, read.startOffset(), read.endOffset() - 1, promisedEnd - 1));
    }
    if (shownEnd > read.endOffset()) {
      report.accept(
          Rule.READ_ONCE_READ_ALWAYS,
          "%s ends before %d, offset %d was read before"
              .formatted(log, read.endOffset(), shownEnd - 1));
    }
    long expected = read.startOffset();
    for (Seen record : read.records()) {
      if (record.offset() != expected) {
        report.accept(
            Rule.OFFSETS_ARE_DENSE,
            "%s has offset %d where %d must be".formatted(log, record.offset(), expected));
        return;
      }
      seen(record);
      expected++;
    }
    if (expected < read.endOffset()) {
      report.accept(
          Rule.OFFSETS_ARE_DENSE,
          "%s ends at %d, and no record has offset %d".formatted(log, read.endOffset(), expected));
    }
    checkBatches(read.records());
  }

  private void checkBatches(List<Seen> records) {
    Map<Integer, Integer> lastBatch = new HashMap<>();
    int at = 0;
    while (at < records.size()) {
      Payload first = records.get(at).payload();
      if (first == null) {
        return; // Reported when it was seen.
      }
      for (int index = 0; index < first.count(); index++, at++) {
        Payload found = at < records.size() ? records.get(at).payload() : null;
        Payload wanted =
            new Payload(first.topicTag(), first.producer(), first.batch(), first.count(), index);
        if (!wanted.equals(found)) {
          report.accept(
              Rule.WHOLE_OR_ABSENT,
              "%s: %s stands where %s must follow its batch".formatted(log, found, wanted));
          return;
        }
      }
      Integer before = lastBatch.put(first.producer(), first.batch());
      if (before != null && before >= first.batch()) {
        report.accept(
            before == first.batch() ? Rule.ONCE_ONLY : Rule.IN_ORDER,
            "%s: batch %d of producer %d stands behind its batch %d"
                .formatted(log, first.batch(), first.producer(), before));
        return;
      }
    }
  }

  private boolean isOurs(Seen seen) {
    Payload payload = seen.payload();
    if (payload == null) {
      report.accept(
          Rule.NOTHING_FOREIGN,
          "%s has bytes at offset %d that nobody sent".formatted(log, seen.offset()));
      return false;
    }
    Sent batch = sent.apply(payload.batchId(log));
    boolean known =
        batch != null
            && batch.count() == payload.count()
            && payload.topicTag() == Payload.tagOf(log.topic());
    if (!known) {
      report.accept(
          Rule.NOTHING_FOREIGN,
          "%s has %s at offset %d, which nobody sent to it".formatted(log, payload, seen.offset()));
    } else if (refused.contains(payload.batchId(log))) {
      report.accept(
          Rule.REFUSED_IS_ABSENT,
          "%s has %s at offset %d, which was refused".formatted(log, payload, seen.offset()));
    }
    return known;
  }

  private void bind(long offset, @Nullable Payload payload) {
    Payload before = bound.putIfAbsent(offset, payload);
    if (before != null && !before.equals(payload)) {
      report.accept(
          Rule.AN_OFFSET_KEEPS_ITS_RECORD,
          "%s had %s at offset %d, and now %s".formatted(log, before, offset, payload));
    }
  }
}
