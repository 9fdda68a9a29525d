package dev.daybook.eventlog.broker;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Keeps the appends of one connection in the order of their requests, although some must first be opened by
/// a preparer and others need not. Owner: the event loop of the connection.
final class AppendOrder {
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  /// Runs `append` when its input is ready and all former ones have run: at once, where that is so already.
  <T, R> CompletableFuture<R> append(CompletableFuture<T> ready, Function<T, R> append) {
    CompletableFuture<R> mine =
        last.isDone()
            ? ready.thenApply(append)
            : last.handle((result, failure) -> true)
                .thenCombine(ready, (turn, t) -> append.apply(t));
    last = mine;
    return mine;
  }
}
