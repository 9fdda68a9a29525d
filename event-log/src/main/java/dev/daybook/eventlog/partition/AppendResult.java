package dev.daybook.eventlog.partition;

/// What became of an append. Every outcome but a broken disk is a value: the caller must read it.
public sealed interface AppendResult {

  /// The records are in the log from `baseOffset` on.
  ///
  /// @param logAppendTimeMs the time the log gave the records, or -1 when they keep the producer's
  record Appended(long baseOffset, long lastOffset, long logAppendTimeMs, long logStartOffset)
      implements AppendResult {}

  /// The same batch of the same idempotent producer is in the log already; this is where (KIP-98).
  record Duplicate(long baseOffset, long logStartOffset) implements AppendResult {}

  /// Nothing was appended.
  ///
  /// @param message one sentence that says what is wrong and what to do
  record Refused(Reason reason, String message) implements AppendResult {}

  /// Why an append was refused.
  enum Reason {
    /// No such partition, or it is being deleted.
    UNKNOWN_PARTITION,
    /// A batch's bytes do not match their checksum or their own header.
    CORRUPT_BATCH,
    /// The batches are larger than the topic or one journal entry takes.
    BATCH_TOO_LARGE,
    /// A record is dated outside of what the topic accepts.
    INVALID_TIMESTAMP,
    /// A record breaks a rule of its topic.
    INVALID_RECORD,
    /// The contract that must be checked is not loaded yet; worth trying again.
    CONTRACT_NOT_READY,
    /// Too much memory is taken by batches that were packed anew and wait to be appended; worth trying again.
    MEMORY_SHORT,
    /// The sequence does not follow the producer's last one (KIP-98).
    OUT_OF_ORDER_SEQUENCE,
    /// A newer instance of the producer has taken over.
    INVALID_PRODUCER_EPOCH,
    /// The batch belongs to no transaction that is known to be open here, or to none while one is open.
    INVALID_TXN_STATE,
    /// The partition was never added to the batch's transaction; the producer can abort that and go on.
    NOT_IN_TRANSACTION,
    /// The producer's last transaction is still ending; worth trying again.
    CONCURRENT_TRANSACTIONS,
    /// The producer id does not belong to the transactional id.
    INVALID_PRODUCER_ID_MAPPING,
    /// The state of transactions can not be read or written now; worth trying again.
    COORDINATOR_NOT_READY,
    /// Somebody who decides about transactions has been followed by another.
    COORDINATOR_FENCED,
    /// Other parts of the same request were refused, and it wants all or nothing.
    OTHERS_REFUSED,
    /// The disk is too full to admit more; reads go on.
    STORAGE_FULL,
    /// Records of the partition are damaged or lost, so it takes no more until somebody decides; reads go on.
    DAMAGED,
    /// The log is stopping.
    STOPPING
  }
}
