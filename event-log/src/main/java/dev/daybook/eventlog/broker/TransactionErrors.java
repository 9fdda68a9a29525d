package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.transaction.TransactionFault;
import org.apache.kafka.common.protocol.Errors;

/// A coordinator's refusal in the words of Kafka's protocol.
final class TransactionErrors {
  private TransactionErrors() {}

  static Errors of(TransactionFault fault) {
    return switch (fault) {
      case INVALID_REQUEST -> Errors.INVALID_REQUEST;
      case INVALID_TIMEOUT -> Errors.INVALID_TRANSACTION_TIMEOUT;
      case CONCURRENT -> Errors.CONCURRENT_TRANSACTIONS;
      case FENCED -> Errors.PRODUCER_FENCED;
      case UNKNOWN_PRODUCER -> Errors.INVALID_PRODUCER_ID_MAPPING;
      case INVALID_STATE -> Errors.INVALID_TXN_STATE;
      case ABORTABLE -> Errors.TRANSACTION_ABORTABLE;
      case UNKNOWN_ID -> Errors.TRANSACTIONAL_ID_NOT_FOUND;
      case LOADING -> Errors.COORDINATOR_LOAD_IN_PROGRESS;
      case NOT_AVAILABLE -> Errors.COORDINATOR_NOT_AVAILABLE;
      case DAMAGED -> Errors.UNKNOWN_SERVER_ERROR;
      case UNKNOWN_PARTITION -> Errors.UNKNOWN_TOPIC_OR_PARTITION;
    };
  }

  /// @param knowsFenced whether the version of the request knows PRODUCER_FENCED; before, the same was told as
  ///     INVALID_PRODUCER_EPOCH
  static Errors of(TransactionFault fault, boolean knowsFenced) {
    return fault == TransactionFault.FENCED && !knowsFenced
        ? Errors.INVALID_PRODUCER_EPOCH
        : of(fault);
  }
}
