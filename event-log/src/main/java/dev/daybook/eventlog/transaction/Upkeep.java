package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What time does to transactions: those that stay open too long are aborted, and ids that nobody uses any more are
/// forgotten.
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /// So many transactions are ended by one decision at most, when many are out of time at once: its journal entry must
  /// not grow too large.
  private static final int ENDED_AT_ONCE = 20;

  private static final int FORGOTTEN_AT_ONCE = 1_000;

  private final Decisions decisions;
  private final GroupEnds groups;
  private final Duration idExpiration;

  Upkeep(Decisions decisions, GroupEnds groups, Duration idExpiration) {
    this.decisions = decisions;
    this.groups = groups;
    this.idExpiration = idExpiration;
  }

  void start(Scheduler scheduler, TransactionSettings settings) {
    var _ = scheduler.every(settings.abortInterval(), this::endThoseOutOfTime);
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
                  if (steps.size() == ENDED_AT_ONCE) {
                    endThoseOutOfTime();
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
    for (Transaction late :
        scribe.book().outOfTime(scribe.now()).stream().limit(ENDED_AT_ONCE).toList()) {
      LOG.info(
          "transaction out of time, aborted: id={} producer={} timeoutMs={}",
          late.id(),
          late.producerId(),
          late.timeoutMs());
      steps.add(
          Step.take(
              scribe, Rules.fence(late, scribe.appending()::newProducerId, scribe.now().wallMs())));
    }
    return steps;
  }

  private int forgetSome(Scribe scribe) {
    List<Transaction> unused =
        scribe.book().unusedSince(scribe.now().wallMs() - idExpiration.toMillis()).stream()
            .limit(FORGOTTEN_AT_ONCE)
            .toList();
    int forgotten = 0;
    for (Transaction one : unused) {
      forgotten += scribe.forget(one).isEmpty() ? 1 : 0;
    }
    return forgotten;
  }
}
