package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.partition.LogDamagedException;
import dev.daybook.eventlog.partition.LogFullException;
import dev.daybook.eventlog.partition.LogStoppingException;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;

/// What clients are told while the log stops, or is too full for what they ask. Every one of them tries again on this error,
/// and finds the log when it is back. Where the catalogue is damaged nobody is to try again, and UNKNOWN_SERVER_ERROR is what
/// every client stops at: the log of the server says why.
final class Stopping {
  private Stopping() {}

  /// Answers a request that a stopping log refused, a full or a damaged one.
  static <T> Function<Throwable, T> answer(Function<Errors, T> refused) {
    return failure -> {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (cause instanceof LogStoppingException || cause instanceof LogFullException) {
        return refused.apply(Errors.COORDINATOR_LOAD_IN_PROGRESS);
      }
      if (cause instanceof LogDamagedException) {
        return refused.apply(Errors.UNKNOWN_SERVER_ERROR);
      }
      throw new CompletionException(cause);
    };
  }
}
