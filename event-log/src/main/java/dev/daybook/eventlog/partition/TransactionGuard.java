package dev.daybook.eventlog.partition;

/// What keeps a batch that was verified with the coordinator from opening a transaction after that has ended (KIP-890):
/// the coordinator says yes, its abort marker overtakes the batch, and nobody would ever end what the batch opens. So a
/// guard is taken before the coordinator is asked, and each marker of the producer in this partition makes it void.
///
/// @param generation how often transactions of the producer had ended here
/// @param epochsRise whether the producer's epoch rises with each transaction, so that its first batch has sequence 0
public record TransactionGuard(long producerId, long generation, boolean epochsRise) {

  /// The same for a producer of transactions of version 2.
  public TransactionGuard withRisingEpochs() {
    return new TransactionGuard(producerId, generation, true);
  }
}
