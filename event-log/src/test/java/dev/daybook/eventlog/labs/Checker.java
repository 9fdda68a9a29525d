package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.HistoryEvent.Acked;
import dev.daybook.eventlog.labs.HistoryEvent.ForceFailed;
import dev.daybook.eventlog.labs.HistoryEvent.Named;
import dev.daybook.eventlog.labs.HistoryEvent.ProducerIdGiven;
import dev.daybook.eventlog.labs.HistoryEvent.ReadWhole;
import dev.daybook.eventlog.labs.HistoryEvent.Refused;
import dev.daybook.eventlog.labs.HistoryEvent.Restarted;
import dev.daybook.eventlog.labs.HistoryEvent.Seen;
import dev.daybook.eventlog.labs.HistoryEvent.Sent;
import dev.daybook.eventlog.labs.Violation.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges a history: looks at each event once, in order, so a verdict takes as long as reading the history does. That is
/// possible because the log itself tells the order: an offset is bound to a record by the first acknowledgement or
/// reading, and whatever comes later must agree.
///
/// What one partition must hold is in [LogJudge]; this is the rest, and the way to it.
final class Checker {
  private static final int MAX_VIOLATIONS = 20;

  private final List<Violation> violations = new ArrayList<>();
  private final Map<BatchId, Sent> sent = new HashMap<>();
  private final Map<LogId, LogJudge> logs = new HashMap<>();
  private final Set<Long> producerIds = new HashSet<>();

  /// Since the last restart. The news of a failed force may come after that of a later promise.
  private long forceFailedAtMicros = Long.MAX_VALUE;

  private @Nullable Sent lastPromised;
  private @Nullable String clusterId;

  private Checker() {}

  /// Every broken promise, at most the first twenty; none is what we want.
  static List<Violation> judge(List<HistoryEvent> history) {
    Checker checker = new Checker();
    for (HistoryEvent event : history) {
      checker.judge(event);
      if (checker.violations.size() >= MAX_VIOLATIONS) {
        break;
      }
    }
    return List.copyOf(checker.violations);
  }

  private void judge(HistoryEvent event) {
    switch (event) {
      case Sent first -> sent.put(first.batch(), first);
      case Acked acked -> acked(acked);
      case Refused refused -> log(refused.batch().log()).refused(refused.batch());
      case Seen seen -> log(seen.log()).seen(seen);
      case ReadWhole read -> log(read.log()).readWhole(read);
      case ProducerIdGiven(long id) -> {
        if (!producerIds.add(id)) {
          report(Rule.PRODUCER_IDS_ARE_GIVEN_ONCE, "producer id " + id + " was given twice");
        }
      }
      case Named(String id) -> named(id);
      case ForceFailed(long atMicros) -> {
        forceFailedAtMicros = Math.min(forceFailedAtMicros, atMicros);
        checkLastPromise();
      }
      case Restarted() -> {
        forceFailedAtMicros = Long.MAX_VALUE;
        lastPromised = null;
        logs.values().forEach(LogJudge::restarted);
      }
    }
  }

  private void named(String id) {
    if (clusterId != null && !clusterId.equals(id)) {
      report(
          Rule.STAYS_THE_SAME_LOG,
          "another log answers: its cluster id is %s, that of the log before was %s"
              .formatted(id, clusterId));
    }
    clusterId = id;
  }

  private void acked(Acked acked) {
    Sent batch = sent.get(acked.batch());
    if (batch == null) {
      report(Rule.NOTHING_FOREIGN, acked.batch() + " was acknowledged, but nobody sent it");
      return;
    }
    if (lastPromised == null || lastPromised.atMicros() < batch.atMicros()) {
      lastPromised = batch;
      checkLastPromise();
    }
    log(acked.batch().log()).acked(batch, acked.baseOffset());
  }

  private void checkLastPromise() {
    if (lastPromised != null && lastPromised.atMicros() > forceFailedAtMicros) {
      report(
          Rule.NO_PROMISE_AFTER_A_FAILED_FORCE,
          "%s was sent %d microseconds after a force had failed, and was acknowledged"
              .formatted(lastPromised.batch(), lastPromised.atMicros() - forceFailedAtMicros));
    }
  }

  private LogJudge log(LogId log) {
    return logs.computeIfAbsent(log, id -> new LogJudge(id, this::sentBatch, this::report));
  }

  private @Nullable Sent sentBatch(BatchId batch) {
    return sent.get(batch);
  }

  private void report(Rule rule, String what) {
    violations.add(new Violation(rule, what));
  }
}
