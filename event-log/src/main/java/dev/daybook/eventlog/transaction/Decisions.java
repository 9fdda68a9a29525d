package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.Appending;
import dev.daybook.eventlog.partition.Decided;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.Topic;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// The book, and the one way to it: decisions that run on the appender's thread, one after the other. May be called from
/// any thread.
final class Decisions {
  private final TransactionLog log;
  private final Clock clock;

  /// Owned by the appender.
  private TransactionBook book = new TransactionBook();

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
  /// @param otherwise what to say when no transactional producer ever began
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
    return log.decide(bytes, appending -> decision.apply(scribe(appending, topic.get())));
  }

  /// Puts what was loaded in place of an empty book; says what it is to go on with.
  <R> CompletableFuture<R> install(TransactionBook loaded, Function<TransactionBook, R> look) {
    return log.decide(
            0,
            appending -> {
              book = loaded;
              return look.apply(loaded);
            })
        .decided();
  }

  /// The marker that ends this transaction.
  TransactionMarker marker(Transaction prepared) {
    return StateTopic.marker(log, prepared);
  }

  TransactionBook.Now now() {
    return new TransactionBook.Now(clock.wallMs(), clock.monotonicNs());
  }

  private Scribe scribe(Appending appending, Topic topic) {
    return new Scribe(appending, log, topic, book, now());
  }
}
