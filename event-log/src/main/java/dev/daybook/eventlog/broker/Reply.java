package dev.daybook.eventlog.broker;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.kafka.common.protocol.ApiMessage;

/// What becomes of a request.
sealed interface Reply {

  /// The client gets this message.
  record Answer(ApiMessage message) implements Reply {}

  /// The client asked for no answer.
  record Silence() implements Reply {}

  /// The client asked for no answer and something went wrong: closing the connection is the only way to tell.
  record HangUp(String reason) implements Reply {}

  static CompletableFuture<Reply> now(ApiMessage message) {
    return CompletableFuture.completedFuture(new Answer(message));
  }

  /// An answer with a part for each thing that was asked, in that order, when all of them are known.
  static <T> CompletableFuture<Reply> whenAll(
      List<CompletableFuture<T>> parts, Executor loop, Function<List<T>, ApiMessage> answer) {
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApplyAsync(
            done -> new Answer(answer.apply(parts.stream().map(CompletableFuture::join).toList())),
            loop);
  }
}
