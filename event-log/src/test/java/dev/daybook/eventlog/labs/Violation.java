package dev.daybook.eventlog.labs;

/// A promise that was broken, and what shows it.
record Violation(Rule rule, String what) {
  /// The promises, in the words of the user.
  enum Rule {
    ACKNOWLEDGED_IS_THERE,
    WHOLE_OR_ABSENT,
    ONCE_ONLY,
    IN_ORDER,
    OFFSETS_ARE_DENSE,
    AN_OFFSET_KEEPS_ITS_RECORD,
    READ_ONCE_READ_ALWAYS,
    NOTHING_FOREIGN,
    REFUSED_IS_ABSENT,
    PRODUCER_IDS_ARE_GIVEN_ONCE,
    INPUT_IS_OUTPUT,
    NO_ABORTED_READ,
    NO_TORN_TRANSACTION,
    LAST_STABLE_OFFSET_MOVES_ON,
    NO_PROMISE_AFTER_A_FAILED_FORCE,
    STOPS_AFTER_A_FAILED_FORCE,
    OPENS_AGAIN,
    STAYS_THE_SAME_LOG,
    KNOWS_ITS_TOPICS,
    SERVES_WITHOUT_ERROR
  }
}
