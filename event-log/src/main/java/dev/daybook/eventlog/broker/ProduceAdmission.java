package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.partition.Lease;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.Preparation;
import dev.daybook.eventlog.partition.RecordValidator.RecordFault;
import dev.daybook.eventlog.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.protocol.Errors;

/// Whether what a client sent for one partition may go to the appender.
sealed interface ProduceAdmission {
  /// From here on clients know that a transaction can be aborted after an error, and the producer go on.
  short FIRST_VERSION_WITH_ABORTABLE = 11;

  /// From here on a partition joins a transaction by its first batch (KIP-890).
  short FIRST_VERSION_THAT_JOINS = 12;

  short NEWEST = Short.MAX_VALUE;

  /// It may.
  ///
  /// @param notYet what keeps it from being appended for the moment; the appender answers it
  /// @param rewritten whether the batch lies in memory of its own instead of its request's
  record Admitted(
      Partition partition,
      ByteBuffer batch,
      Optional<AppendResult.Refused> notYet,
      boolean rewritten)
      implements ProduceAdmission {
    Admitted(Partition partition, ByteBuffer batch) {
      this(partition, batch, Optional.empty(), false);
    }

    PartitionAppend append(Lease lease) {
      return new PartitionAppend(partition, batch, notYet, rewritten ? Lease.COLLECTED : lease);
    }

    boolean isTransactional() {
      return RecordBatch.at(batch, batch.position()).isTransactional();
    }

    Admitted copied() {
      ByteBuffer copy = ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
      return rewritten ? this : new Admitted(partition, copy, notYet, true);
    }
  }

  /// It may not.
  ///
  /// @param logStartOffset where the log starts that refused it, -1 when it was not the log
  record Refused(Errors error, String message, List<RecordFault> faults, long logStartOffset)
      implements ProduceAdmission {

    /// The same, refused by the log of this partition.
    Refused by(Partition partition) {
      return new Refused(error, message, faults, partition.logStartOffset());
    }
  }

  static Refused refused(Errors error, String message) {
    return new Refused(error, message, List.of(), -1);
  }

  static Refused refused(Preparation.Refused preparation) {
    return new Refused(
        error(preparation.reason()), preparation.message(), preparation.faults(), -1);
  }

  /// Whether it is the log itself that refuses for this reason, who tells where it starts with that: not one who keeps the
  /// batch from it, nor a fault for which Apache Kafka keeps silent about the log.
  static boolean isByLog(Reason reason) {
    return switch (reason) {
      case INVALID_TIMESTAMP,
          INVALID_RECORD,
          OUT_OF_ORDER_SEQUENCE,
          INVALID_PRODUCER_EPOCH,
          INVALID_TXN_STATE,
          COORDINATOR_FENCED,
          CONTRACT_NOT_READY,
          MEMORY_SHORT ->
          true;
      case UNKNOWN_PARTITION,
          CORRUPT_BATCH,
          BATCH_TOO_LARGE,
          NOT_IN_TRANSACTION,
          CONCURRENT_TRANSACTIONS,
          INVALID_PRODUCER_ID_MAPPING,
          COORDINATOR_NOT_READY,
          OTHERS_REFUSED,
          STORAGE_FULL,
          DAMAGED,
          STOPPING ->
          false;
    };
  }

  /// How Kafka's protocol calls it, to those who know all its errors.
  static Errors error(Reason reason) {
    return error(reason, NEWEST);
  }

  /// How Kafka's protocol calls it.
  ///
  /// @param version of the Produce request: old clients know fewer errors
  static Errors error(Reason reason, short version) {
    return switch (reason) {
      case UNKNOWN_PARTITION -> Errors.UNKNOWN_TOPIC_OR_PARTITION;
      case CORRUPT_BATCH -> Errors.CORRUPT_MESSAGE;
      case BATCH_TOO_LARGE -> Errors.MESSAGE_TOO_LARGE;
      case INVALID_TIMESTAMP -> Errors.INVALID_TIMESTAMP;
      case INVALID_RECORD -> Errors.INVALID_RECORD;
      // Every client retries this one without asking for new metadata; the message says what is
      // missing.
      case CONTRACT_NOT_READY, MEMORY_SHORT -> Errors.NOT_ENOUGH_REPLICAS;
      case OUT_OF_ORDER_SEQUENCE -> Errors.OUT_OF_ORDER_SEQUENCE_NUMBER;
      case INVALID_PRODUCER_EPOCH -> Errors.INVALID_PRODUCER_EPOCH;
      case INVALID_TXN_STATE -> Errors.INVALID_TXN_STATE;
      case COORDINATOR_FENCED -> Errors.TRANSACTION_COORDINATOR_FENCED;
      case OTHERS_REFUSED -> Errors.OPERATION_NOT_ATTEMPTED;
      case STORAGE_FULL, DAMAGED -> Errors.KAFKA_STORAGE_ERROR;
      case NOT_IN_TRANSACTION ->
          version >= FIRST_VERSION_WITH_ABORTABLE
              ? Errors.TRANSACTION_ABORTABLE
              : Errors.INVALID_TXN_STATE;
      case INVALID_PRODUCER_ID_MAPPING -> Errors.INVALID_PRODUCER_ID_MAPPING;
      // As Apache Kafka has it: older clients would not try again otherwise.
      case CONCURRENT_TRANSACTIONS ->
          version >= FIRST_VERSION_THAT_JOINS
              ? Errors.CONCURRENT_TRANSACTIONS
              : Errors.NOT_ENOUGH_REPLICAS;
      case COORDINATOR_NOT_READY -> Errors.NOT_ENOUGH_REPLICAS;
      case STOPPING -> Errors.NOT_LEADER_OR_FOLLOWER;
    };
  }
}
