package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.transaction.GroupMarkers;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// A group coordinator so far as transactions know it: it writes markers when it finds the time, says now and then that it
/// could not, and now and then writes one after it said so.
final class FakeGroups implements GroupMarkers {
  private final Random random;
  private final TransactionCoordinator coordinator;
  private final List<Partition> offsets;
  private final Queue<Runnable> work = new ArrayDeque<>();

  FakeGroups(Random random, TransactionCoordinator coordinator, List<Partition> offsets) {
    this.random = random;
    this.coordinator = coordinator;
    this.offsets = offsets;
  }

  @Override
  public CompletableFuture<Void> end(int partition, TransactionMarker marker) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    work.add(() -> write(partition, marker, done));
    return done;
  }

  void doWork() {
    Runnable next = work.poll();
    if (next != null) {
      next.run();
    }
  }

  boolean isIdle() {
    return work.isEmpty();
  }

  private void write(int partition, TransactionMarker marker, CompletableFuture<Void> done) {
    switch (random.nextInt(6)) {
      case 0 -> done.completeExceptionally(new IllegalStateException("not ready"));
      case 1 -> {
        done.completeExceptionally(new IllegalStateException("late"));
        work.add(() -> append(partition, marker, new CompletableFuture<>()));
      }
      default -> append(partition, marker, done);
    }
  }

  private void append(int partition, TransactionMarker marker, CompletableFuture<Void> done) {
    Append append =
        coordinator.appendOffsets(
            partition, new PartitionAppend(offsets.get(partition), marker.batch(1)));
    var _ =
        append
            .durable()
            .thenAccept(
                results -> {
                  if (results.getFirst() instanceof AppendResult.Refused refused) {
                    done.completeExceptionally(new IllegalStateException(refused.message()));
                  } else {
                    done.complete(null);
                  }
                });
  }
}
