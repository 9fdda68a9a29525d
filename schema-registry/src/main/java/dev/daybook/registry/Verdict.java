package dev.daybook.registry;

/// What the contract says of one record's key or value.
public sealed interface Verdict {
  /// The contract is kept.
  record Accepted() implements Verdict {}

  /// The contract is broken; the reason is for the producer to read.
  record Refused(String reason) implements Verdict {}

  /// The contract is not known yet, so nothing may pass; the producer may try again.
  record NotReady(String reason) implements Verdict {}
}
