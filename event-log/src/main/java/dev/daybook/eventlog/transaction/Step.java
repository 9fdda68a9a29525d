package dev.daybook.eventlog.transaction;

import java.util.Optional;

/// What one request came to on the appender's thread: the answer, which waits for the force, and the end that group
/// offsets must still be told of.
///
/// @param unfinished a prepared transaction whose markers the group coordinator must write
record Step(TransactionReply reply, Optional<Transaction> unfinished) {

  /// Writes down what was decided.
  static Step take(Scribe scribe, Decision decision) {
    return switch (decision) {
      case Decision.Stays(Transaction as) -> done(as);
      case Decision.Becomes(Transaction after) ->
          scribe.write(after).map(Step::refused).orElseGet(() -> done(after));
      case Decision.Ends(Transaction prepared) ->
          scribe.end(prepared).map(Step::refused).orElseGet(() -> ended(scribe, prepared));
      case Decision.Refused refused -> refused(refused);
    };
  }

  static Step refused(Decision.Refused refused) {
    return new Step(
        new TransactionReply.Refused(refused.fault(), refused.message()), Optional.empty());
  }

  /// The same, answered otherwise.
  Step answering(TransactionReply other) {
    return new Step(other, unfinished);
  }

  private static Step done(Transaction as) {
    return new Step(new TransactionReply.Done(as.producer()), Optional.empty());
  }

  /// The producer is told who it will be, also where groups do not know the end yet.
  private static Step ended(Scribe scribe, Transaction prepared) {
    return new Step(
        new TransactionReply.Done(prepared.completed(scribe.now().dateMs()).producer()),
        Optional.ofNullable(scribe.book().get(prepared.id())).filter(Transaction::isPrepared));
  }
}
