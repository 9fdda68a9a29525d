package dev.daybook.eventlog.transaction;

/// What a coordinator answers to a producer.
public sealed interface TransactionReply {

  /// It is so, durably.
  ///
  /// @param producer who the producer is from now on
  record Done(ProducerIdentity producer) implements TransactionReply {}

  /// It is not.
  ///
  /// @param message one sentence that says what is wrong
  record Refused(TransactionFault fault, String message) implements TransactionReply {}
}
