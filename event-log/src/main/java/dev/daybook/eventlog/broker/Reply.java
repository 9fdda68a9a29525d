package dev.daybook.eventlog.broker;

import java.util.concurrent.CompletableFuture;
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
}
