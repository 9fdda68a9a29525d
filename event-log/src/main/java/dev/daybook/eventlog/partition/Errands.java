package dev.daybook.eventlog.partition;

import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Short pieces of work that other threads ask an owner to do, because only he may: asked on any thread, run on his. What
/// goes wrong in one is told to who asked.
final class Errands {
  private final Queue<Errand<?>> waiting = new ConcurrentLinkedQueue<>();
  private volatile Runnable wakeOwner = () -> {};

  /// Says how to wake the owner. Called once, before anything is asked.
  void wakes(Runnable owner) {
    wakeOwner = owner;
  }

  <T> CompletableFuture<T> ask(Callable<T> work) {
    Errand<T> errand = new Errand<>(work, new CompletableFuture<>());
    waiting.add(errand);
    wakeOwner.run();
    return errand.answer;
  }

  /// Does all that was asked. The owner's.
  ///
  /// @return how many pieces these were
  int run() {
    int done = 0;
    @Nullable Errand<?> next = waiting.poll();
    while (next != null) {
      next.run();
      done++;
      next = waiting.poll();
    }
    return done;
  }

  private record Errand<T>(Callable<T> work, CompletableFuture<T> answer) {
    void run() {
      try {
        answer.complete(work.call());
      } catch (Exception e) {
        answer.completeExceptionally(e);
      }
    }
  }
}
