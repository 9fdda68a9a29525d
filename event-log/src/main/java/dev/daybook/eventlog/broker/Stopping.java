package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.partition.LogStoppingException;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;

/// What clients are told while the log stops. Every one of them tries again on this error, and finds the log when it is
/// back.
final class Stopping {
  private Stopping() {}

  /// Answers a request that a stopping log refused.
  static <T> Function<Throwable, T> answer(Function<Errors, T> refused) {
    return failure -> {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (cause instanceof LogStoppingException) {
        return refused.apply(Errors.COORDINATOR_LOAD_IN_PROGRESS);
      }
      throw new CompletionException(cause);
    };
  }
}
