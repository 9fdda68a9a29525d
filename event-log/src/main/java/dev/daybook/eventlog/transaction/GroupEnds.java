package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Brings the end of a transaction to the groups whose offsets it commits: asks the group coordinator to write its
/// markers until it has, less and less often.
final class GroupEnds {
  private static final Logger LOG = LoggerFactory.getLogger(GroupEnds.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Decisions decisions;
  private final Scheduler scheduler;
  private final AtomicReference<GroupMarkers> writer = new AtomicReference<>(GroupEnds::nobody);
  private volatile boolean stopped;

  GroupEnds(Decisions decisions, Scheduler scheduler) {
    this.decisions = decisions;
    this.scheduler = scheduler;
  }

  void writtenBy(GroupMarkers groups) {
    writer.set(groups);
  }

  void stop() {
    stopped = true;
  }

  /// Sees to it that all groups will know.
  void goOnWith(Transaction prepared) {
    var _ = finish(prepared);
  }

  /// Completes when all groups know, durably.
  CompletableFuture<Void> finish(Transaction prepared) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    ask(prepared, done, FIRST_PAUSE);
    return done;
  }

  /// @param pause before it is asked once more, should that be necessary
  private void ask(Transaction prepared, CompletableFuture<Void> done, Duration pause) {
    var _ =
        end(prepared)
            .whenComplete(
                (written, failure) -> {
                  if (failure == null) {
                    done.complete(null);
                  } else if (!stopped) {
                    tell(prepared, failure, pause);
                    var _ = scheduler.after(pause, () -> askAgain(prepared, done, longer(pause)));
                  }
                });
  }

  /// Once; that it goes on is no news.
  private static void tell(Transaction prepared, Throwable failure, Duration pause) {
    LOG.atLevel(pause.equals(FIRST_PAUSE) ? Level.WARN : Level.DEBUG)
        .log(
            "group offsets not ended yet: id={} reason=\"{}\"; trying again until they are",
            prepared.id(),
            failure.toString());
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  /// Some markers may have been written meanwhile, or all.
  private void askAgain(Transaction prepared, CompletableFuture<Void> done, Duration pause) {
    var _ =
        decisions
            .run(
                0,
                scribe ->
                    Optional.ofNullable(scribe.book().get(prepared.id()))
                        .filter(Transaction::isPrepared)
                        .filter(now -> now.epoch() == prepared.epoch()),
                refusal -> Optional.<Transaction>empty())
            .durable()
            .thenAccept(
                still ->
                    still.ifPresentOrElse(one -> ask(one, done, pause), () -> done.complete(null)));
  }

  private CompletableFuture<Void> end(Transaction prepared) {
    GroupMarkers groups = writer.get();
    TransactionMarker marker = decisions.marker(prepared);
    return CompletableFuture.allOf(
        prepared.partitions().stream()
            .filter(TransactionPartition::isGroupOffsets)
            .map(partition -> groups.end(partition.index(), marker))
            .toArray(CompletableFuture<?>[]::new));
  }

  private static CompletableFuture<Void> nobody(int partition, TransactionMarker marker) {
    return CompletableFuture.failedFuture(new IllegalStateException("There are no groups yet"));
  }
}
