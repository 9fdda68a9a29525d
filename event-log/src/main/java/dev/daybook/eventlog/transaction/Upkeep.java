package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What time does to transactions: those that stay open too long are aborted, ends that waited for a damaged partition go
/// on when they need no longer, and ids that nobody uses any more are forgotten, by a clock that never leaps.
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /// So many transactions are ended by one decision at most, when many are out of time at once: its journal entry must
  /// not grow too large.
  private static final int ENDED_AT_ONCE = 20;

  private static final int FORGOTTEN_AT_ONCE = 1_000;

  private final Decisions decisions;
  private final GroupEnds groups;
  private final RetentionClock retentionClock;
  private final Duration idExpiration;

  Upkeep(
      Decisions decisions, GroupEnds groups, RetentionClock retentionClock, Duration idExpiration) {
    this.decisions = decisions;
    this.groups = groups;
    this.retentionClock = retentionClock;
    this.idExpiration = idExpiration;
  }

  void start(Scheduler scheduler, TransactionSettings settings) {
    var _ = scheduler.every(settings.abortInterval(), this::endThoseOutOfTime);
    var _ = scheduler.every(settings.abortInterval(), this::goOnWithEnds);
    var _ = scheduler.every(settings.expirationInterval(), this::forgetUnused);
  }

  /// An open transaction holds everybody back who reads only what is committed.
  void endThoseOutOfTime() {
    var _ =
        decisions
            .run(0, this::endOutOfTime, refusal -> List.<Step>of())
            .decided()
            .thenAccept(
                steps -> {
                  steps.stream()
                      .flatMap(step -> step.unfinished().stream())
                      .forEach(groups::goOnWith);
                  // Only those that ended are counted: others would be tried again without end.
                  if (steps.size() == ENDED_AT_ONCE) {
                    endThoseOutOfTime();
                  }
                });
  }

  /// A partition that could not be told how a transaction ended is gone by now, perhaps, or was repaired. Nothing is written
  /// before that.
  void goOnWithEnds() {
    var _ =
        decisions
            .run(0, this::goOnWithSome, refusal -> 0)
            .decided()
            .thenAccept(
                count -> {
                  if (count == ENDED_AT_ONCE) {
                    goOnWithEnds();
                  }
                });
  }

  void forgetUnused() {
    var _ =
        decisions
            .run(0, this::forgetSome, refusal -> 0)
            .decided()
            .thenAccept(
                count -> {
                  if (count == FORGOTTEN_AT_ONCE) {
                    forgetUnused();
                  }
                });
  }

  private List<Step> endOutOfTime(Scribe scribe) {
    List<Step> steps = new ArrayList<>();
    List<TransactionReply.Refused> refused = new ArrayList<>();
    for (Transaction late : scribe.book().outOfTime(scribe.now())) {
      if (steps.size() == ENDED_AT_ONCE) {
        break;
      }
      Step step =
          Step.take(
              scribe, Rules.fence(late, scribe.appending()::newProducerId, scribe.now().dateMs()));
      if (step.reply() instanceof TransactionReply.Refused refusal) {
        refused.add(refusal);
      } else {
        LOG.info(
            "transaction out of time, aborted: id={} producer={} timeoutMs={}",
            late.id(),
            late.producerId(),
            late.timeoutMs());
        decisions.counts().timedOut.increment();
        steps.add(step);
      }
    }
    if (!refused.isEmpty()) {
      LOG.warn(
          "transactions out of time stay open: count={} reason=\"{}\"; trying again",
          refused.size(),
          refused.getFirst().message());
    }
    return steps;
  }

  /// Groups are being told already, by who prepared the end.
  ///
  /// @return how many went on: those that could not be written down are tried again next time
  private int goOnWithSome(Scribe scribe) {
    int wentOn = 0;
    for (Transaction prepared : scribe.book().prepared()) {
      if (wentOn < ENDED_AT_ONCE && scribe.canGoOn(prepared)) {
        wentOn += scribe.end(prepared).isEmpty() ? 1 : 0;
      }
    }
    return wentOn;
  }

  private int forgetSome(Scribe scribe) {
    List<Transaction> unused =
        scribe.book().unusedSince(retentionClock.nowMs() - idExpiration.toMillis()).stream()
            .limit(FORGOTTEN_AT_ONCE)
            .toList();
    int forgotten = 0;
    for (Transaction one : unused) {
      forgotten += scribe.forget(one).isEmpty() ? 1 : 0;
    }
    return forgotten;
  }
}
