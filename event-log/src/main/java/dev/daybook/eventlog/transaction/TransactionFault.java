package dev.daybook.eventlog.transaction;

/// Why a coordinator says no.
public enum TransactionFault {
  /// The request makes no sense.
  INVALID_REQUEST,
  /// The time-out is longer than the broker allows, or none.
  INVALID_TIMEOUT,
  /// Another step of the same transactional id is under way; worth trying again.
  CONCURRENT,
  /// A newer instance of the producer has taken over.
  FENCED,
  /// The producer id is not the one that the transactional id has, or there is no such transactional id.
  UNKNOWN_PRODUCER,
  /// The transaction is not in a state in which this can be asked.
  INVALID_STATE,
  /// The partition was never added to the transaction: the producer can abort it and go on.
  ABORTABLE,
  /// There is no such transactional id.
  UNKNOWN_ID,
  /// The state is being loaded; worth trying again.
  LOADING,
  /// The state can not be written or read now; worth trying again.
  NOT_AVAILABLE,
  /// What the state is in has lost records, or may have: trying again is of no use before a repair.
  DAMAGED,
  /// Some partitions are not there, so nothing was added.
  UNKNOWN_PARTITION
}
