package dev.daybook.eventlog.partition;

import java.util.concurrent.CompletableFuture;

/// A decision under way. Both futures complete on the appender's thread: hop to your own before doing anything that
/// takes time.
///
/// @param decided completes when it is decided; nothing is durable yet, so nobody outside may be told. Whatever is
///     appended from then on is durable only if this is
/// @param durable completes, with the same result, when all it rests on is forced to disk
public record Decided<R>(CompletableFuture<R> decided, CompletableFuture<R> durable) {
  Decided() {
    this(new CompletableFuture<>(), new CompletableFuture<>());
  }

  void refuse(Throwable reason) {
    decided.completeExceptionally(reason);
    durable.completeExceptionally(reason);
  }
}
