package dev.daybook.eventlog.transaction;

import java.util.Optional;
import java.util.stream.Stream;

/// Where a transactional id stands; numbers and names are Kafka's.
public enum TransactionState {
  /// A producer has the id, and has begun nothing.
  EMPTY(0, "Empty"),
  /// Something is written that nobody who reads only what is committed may see yet.
  ONGOING(1, "Ongoing"),
  /// It is decided to commit; some partitions were not told yet.
  PREPARE_COMMIT(2, "PrepareCommit"),
  /// It is decided to abort; some partitions were not told yet.
  PREPARE_ABORT(3, "PrepareAbort"),
  COMPLETE_COMMIT(4, "CompleteCommit"),
  COMPLETE_ABORT(5, "CompleteAbort");

  private final byte id;
  private final String kafkaName;

  TransactionState(int id, String kafkaName) {
    this.id = (byte) id;
    this.kafkaName = kafkaName;
  }

  byte id() {
    return id;
  }

  /// What Kafka's tools call it.
  public String kafkaName() {
    return kafkaName;
  }

  /// Whether it is decided how the transaction ends, and not every partition knows it.
  public boolean isPrepared() {
    return this == PREPARE_COMMIT || this == PREPARE_ABORT;
  }

  /// Whether the last transaction is over, if there ever was one.
  public boolean isAtRest() {
    return this == EMPTY || this == COMPLETE_COMMIT || this == COMPLETE_ABORT;
  }

  public static Optional<TransactionState> named(String kafkaName) {
    return Stream.of(values()).filter(state -> state.kafkaName.equals(kafkaName)).findFirst();
  }

  /// @throws IllegalArgumentException when there is no such state
  static TransactionState of(byte id) {
    return Stream.of(values())
        .filter(state -> state.id == id)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("There is no transaction state of number " + id));
  }
}
