package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.partition.FetchWaiters;
import dev.daybook.eventlog.partition.FetchWaiters.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.message.FetchRequestData;
import org.jspecify.annotations.Nullable;

/// One Fetch request that goes on until it has found enough, an error, or the end of its patience. Owner: the event
/// loop of the connection; a reader works on a plan of it while the loop has let go of it.
///
/// Batches that no segment holds yet are served from memory, and stay there until the client has taken them. When
/// clients are too slow and too much is held in this way, a poll waits for the segment writer to come by, and is
/// served from the file.
final class FetchPoll {
  private static final long RETRY_MS = 20;
  private static final CompletableFuture<@Nullable Void> DONE =
      CompletableFuture.completedFuture(null);

  private final EventLog log;
  private final Call call;
  private final FetchRequestData request;
  private final int maxBytes;
  private final long maxWaitMs;
  private final PinnedBytes pinned;
  private final ColdReader coldReader;
  private final CompletableFuture<Reply> reply = new CompletableFuture<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private Runnable cancelTimer = () -> {};
  private boolean waiting;
  private boolean patient = true;

  FetchPoll(
      EventLog log,
      Call call,
      FetchRequestData request,
      BrokerConfig config,
      PinnedBytes pinned,
      ColdReader coldReader) {
    this.log = log;
    this.call = call;
    this.request = request;
    this.maxBytes = Math.min(request.maxBytes(), config.fetchMaxBytes());
    // Whoever is silent for longer is closed, waiting or not.
    this.maxWaitMs = config.connections().idleTimeout().toMillis();
    this.pinned = pinned;
    this.coldReader = coldReader;
  }

  CompletableFuture<Reply> start() {
    if (request.maxWaitMs() > 0) {
      cancelTimer = call.connection().after(Math.min(request.maxWaitMs(), maxWaitMs), this::hurry);
      call.connection().onInterrupt(this::hurry);
    } else {
      patient = false;
    }
    look();
    return reply;
  }

  /// Plans anew: here what is at hand, on a reader the rest.
  private void look() {
    FetchPlan plan = new FetchPlan(log, request, maxBytes);
    try {
      if (plan.lookAtHand()) {
        decide(plan);
        return;
      }
    } catch (RuntimeException e) {
      fail(plan, e);
      return;
    }
    var _ =
        lookInFiles(plan)
            .whenCompleteAsync(
                (done, failure) -> {
                  if (failure == null) {
                    decide(plan);
                  } else {
                    fail(plan, failure);
                  }
                },
                call.loop());
  }

  /// First what is missing in the page cache is brought there, then it is verified and promised.
  private CompletableFuture<@Nullable Void> lookInFiles(FetchPlan plan) {
    return CompletableFuture.supplyAsync(() -> lookInFilesOnce(plan), log.readers())
        .thenCompose(
            found ->
                found
                    ? DONE
                    : CompletableFuture.runAsync(
                            () -> plan.bringIn(coldReader), coldReader.thread())
                        .thenCompose(_ -> lookInFiles(plan)));
  }

  private boolean lookInFilesOnce(FetchPlan plan) {
    boolean found = plan.lookInFiles();
    if (found) {
      plan.readAhead(coldReader);
    }
    return found;
  }

  private void decide(FetchPlan plan) {
    if (plan.memoryBytes() > 0 && pinned.areTooMany()) {
      plan.close();
      call.connection().after(RETRY_MS, this::look);
    } else if (plan.isEnough(Math.min(request.minBytes(), maxBytes)) || !patient) {
      cancelTimer.run();
      log.measurements().fetched(plan.foundBytes());
      reply.complete(new Reply.Answer(plan.response()));
    } else {
      plan.close();
      await(plan);
    }
  }

  /// Waits until one of the partitions has more than was seen.
  private void await(FetchPlan plan) {
    waiting = true;
    AtomicBoolean woken = new AtomicBoolean();
    plan.forEachPartition(
        (those, seenOffset) ->
            waiters.add(
                those.await(
                    seenOffset,
                    () -> {
                      if (woken.compareAndSet(false, true)) {
                        call.connection().later(this::goOn);
                      }
                    })));
  }

  /// Answers with what there is now.
  private void hurry() {
    patient = false;
    goOn();
  }

  private void goOn() {
    if (waiting) {
      waiting = false;
      waiters.forEach(Waiter::cancel);
      waiters.clear();
      look();
    }
  }

  private void fail(FetchPlan plan, Throwable failure) {
    cancelTimer.run();
    plan.close();
    reply.completeExceptionally(failure);
  }

  /// Takes who waits for a partition, and the offset up to which that was looked at.
  @FunctionalInterface
  interface PartitionVisitor {
    void visit(FetchWaiters waiters, long seenOffset);
  }
}
