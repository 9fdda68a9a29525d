package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the end of a transaction to the groups whose offsets it commits: asks the group coordinator to write its
/// markers until it has.
final class GroupEnds {
  private static final Logger LOG = LoggerFactory.getLogger(GroupEnds.class);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(250);

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
    ask(prepared, done);
    return done;
  }

  private void ask(Transaction prepared, CompletableFuture<Void> done) {
    var _ =
        end(prepared)
            .whenComplete(
                (written, failure) -> {
                  if (failure == null) {
                    done.complete(null);
                  } else if (!stopped) {
                    LOG.warn(
                        "group offsets not ended yet: id={} reason=\"{}\"; trying again",
                        prepared.id(),
                        failure.toString());
                    var _ = scheduler.after(PAUSE_AFTER_FAILURE, () -> askAgain(prepared, done));
                  }
                });
  }

  /// Some markers may have been written meanwhile, or all.
  private void askAgain(Transaction prepared, CompletableFuture<Void> done) {
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
                still -> still.ifPresentOrElse(one -> ask(one, done), () -> done.complete(null)));
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
