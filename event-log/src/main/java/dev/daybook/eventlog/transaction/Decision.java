package dev.daybook.eventlog.transaction;

/// What the rules say to a request about one transactional id. Nothing has changed yet: it does when the new state is
/// in the log.
sealed interface Decision {

  /// It is so already: nothing is to be written.
  record Stays(Transaction as) implements Decision {}

  /// The transactional id is to be as `after` says.
  record Becomes(Transaction after) implements Decision {}

  /// The transaction is to end as `prepared` says, in all its partitions.
  record Ends(Transaction prepared) implements Decision {}

  /// No, and nothing changes.
  ///
  /// @param message one sentence that says what is wrong
  record Refused(TransactionFault fault, String message) implements Decision {}
}
