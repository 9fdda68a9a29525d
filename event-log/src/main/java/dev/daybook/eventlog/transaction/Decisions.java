package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.Appending;
import dev.daybook.eventlog.partition.Decided;
import dev.daybook.eventlog.partition.LogDamagedException;
import dev.daybook.eventlog.partition.LogFullException;
import dev.daybook.eventlog.partition.LogStoppingException;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.Topic;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/// The book, and the one way to it: decisions that run on the appender's thread, one after the other. May be called from
/// any thread.
final class Decisions {
  private final TransactionLog log;
  private final Clock clock;

  /// Owned by the appender, but for its figures.
  private final TransactionBook book = new TransactionBook();

  private final TransactionCounts counts = new TransactionCounts();

  Decisions(TransactionLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  /// Whether there is a state at all: not before the first transactional producer begins.
  boolean haveBegun() {
    return StateTopic.existing(log).isPresent();
  }

  /// Runs a decision.
  ///
  /// @param bytes about how much it appends beside the state
  /// @param otherwise what to say when no transactional producer ever began, or the log is stopping, too full or damaged
  <R> Decided<R> run(
      long bytes, Function<Scribe, R> decision, Function<Decision.Refused, R> otherwise) {
    Optional<Topic> topic = StateTopic.existing(log);
    if (topic.isEmpty()) {
      CompletableFuture<R> answer =
          CompletableFuture.completedFuture(
              otherwise.apply(
                  new Decision.Refused(
                      TransactionFault.UNKNOWN_PRODUCER, "No producer has this transactional id")));
      return new Decided<>(answer, answer);
    }
    return unlessItCanNot(
        log.decide(bytes, appending -> decision.apply(scribe(appending, topic.get()))), otherwise);
  }

  /// Appends what concerns no transactional id there is.
  <R> Decided<R> runWithoutState(
      long bytes, Function<Appending, R> decision, Function<Decision.Refused, R> otherwise) {
    return unlessItCanNot(log.decide(bytes, decision), otherwise);
  }

  /// Adds what was loaded; returns what of it is to go on with.
  CompletableFuture<List<Transaction>> install(List<TransactionBook> loaded) {
    return log.decide(
            0,
            appending -> {
              loaded.forEach(part -> book.add(part, now()));
              return loaded.stream().flatMap(part -> part.prepared().stream()).toList();
            })
        .decided();
  }

  /// What was decided so far.
  TransactionCounts counts() {
    return counts;
  }

  /// How transactions go. Any thread.
  TransactionFigures figures(int unloaded) {
    return new TransactionFigures(
        book.openCount(),
        book.preparedCount(),
        unloaded,
        counts.committed.sum(),
        counts.aborted.sum(),
        counts.timedOut.sum());
  }

  /// The marker that ends this transaction.
  TransactionMarker marker(Transaction prepared) {
    return StateTopic.marker(log, prepared);
  }

  TransactionBook.Now now() {
    return new TransactionBook.Now(log.retentionClock().dateMs(), clock.monotonicNs());
  }

  private static <R> Decided<R> unlessItCanNot(
      Decided<R> decided, Function<Decision.Refused, R> otherwise) {
    return new Decided<>(
        unlessItCanNot(decided.decided(), otherwise), unlessItCanNot(decided.durable(), otherwise));
  }

  /// The log stops, or is full or damaged: nothing was done then.
  private static <R> CompletableFuture<R> unlessItCanNot(
      CompletableFuture<R> answer, Function<Decision.Refused, R> otherwise) {
    return answer.exceptionally(
        failure -> {
          Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
          if (cause instanceof LogStoppingException || cause instanceof LogFullException) {
            return otherwise.apply(refused(TransactionFault.NOT_AVAILABLE, cause));
          }
          if (cause instanceof LogDamagedException) {
            return otherwise.apply(refused(TransactionFault.DAMAGED, cause));
          }
          throw new CompletionException(cause);
        });
  }

  private static Decision.Refused refused(TransactionFault fault, Throwable cause) {
    return new Decision.Refused(fault, String.valueOf(cause.getMessage()));
  }

  private Scribe scribe(Appending appending, Topic topic) {
    return new Scribe(appending, log, topic, book, counts, now());
  }
}
