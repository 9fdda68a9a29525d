package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.partition.AppendResult;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionCoordinatorFencedException;
import org.apache.kafka.common.errors.UnknownServerException;

/// Why the log took no records of the coordinator, in the exceptions for which the coordinator knows an answer that
/// makes a client do the right thing.
final class Refusals {
  private static final int FIRST_VERSION_WITH_ABORTABLE = 4;

  private Refusals() {}

  /// @param version of TxnOffsetCommit: older clients do not know of errors after which a transaction can be aborted
  static RuntimeException of(AppendResult.Reason reason, String message, int version) {
    return switch (reason) {
      case UNKNOWN_PARTITION, STOPPING -> new NotLeaderOrFollowerException(message);
      case STORAGE_FULL, DAMAGED, CONTRACT_NOT_READY, MEMORY_SHORT ->
          new NotEnoughReplicasException(message);
      case BATCH_TOO_LARGE -> new RecordTooLargeException(message);
      case INVALID_PRODUCER_EPOCH -> new InvalidProducerEpochException(message);
      case INVALID_PRODUCER_ID_MAPPING -> new InvalidPidMappingException(message);
      case INVALID_TXN_STATE -> new InvalidTxnStateException(message);
      case NOT_IN_TRANSACTION ->
          version >= FIRST_VERSION_WITH_ABORTABLE
              ? new TransactionAbortableException(message)
              : new InvalidTxnStateException(message);
      case CONCURRENT_TRANSACTIONS -> new ConcurrentTransactionsException(message);
      case COORDINATOR_NOT_READY -> new CoordinatorNotAvailableException(message);
      case COORDINATOR_FENCED -> new TransactionCoordinatorFencedException(message);
      case CORRUPT_BATCH,
          INVALID_TIMESTAMP,
          INVALID_RECORD,
          OUT_OF_ORDER_SEQUENCE,
          OTHERS_REFUSED ->
          new UnknownServerException(reason + ": " + message);
    };
  }
}
