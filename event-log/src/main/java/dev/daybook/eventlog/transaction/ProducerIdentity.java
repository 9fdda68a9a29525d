package dev.daybook.eventlog.transaction;

/// A producer id and its epoch: who a producer claims to be, or is told that it is.
public record ProducerIdentity(long id, short epoch) {
  static final long NO_ID = -1;
  static final short NO_EPOCH = -1;

  /// Nobody.
  public static final ProducerIdentity NONE = new ProducerIdentity(NO_ID, NO_EPOCH);
}
