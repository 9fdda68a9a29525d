package dev.daybook.eventlog.transaction;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// One transactional id as the log has it: an immutable value. Its methods make the next value; whether that step is
/// legal, the rules have decided before.
///
/// @param producerId the producer that may write under this id
/// @param previousProducerId the one before, when the last step gave out a new one
/// @param nextProducerId the one that the producer gets when the transaction is over; its epochs are used up
/// @param epoch counts the instances of the producer, and with version 2 each transaction
/// @param lastEpoch the epoch before the last step, when the step was asked for by the one who had it: asking again is
///     a retry
/// @param timeoutMs how long a transaction may stay open
/// @param partitions what was written to; once prepared, those that were not told the end yet
/// @param startMs when the transaction began; -1 when there is none
/// @param updateMs when the last step was taken
/// @param clientVersion the version of the transaction protocol that the producer used in the last step: 0 for those
///     that add partitions by themselves, 2 for those whose epoch rises with each transaction (KIP-890)
public record Transaction(
    String id,
    long producerId,
    long previousProducerId,
    long nextProducerId,
    short epoch,
    short lastEpoch,
    int timeoutMs,
    TransactionState state,
    Set<TransactionPartition> partitions,
    long startMs,
    long updateMs,
    short clientVersion) {
  /// From this version of the protocol on, the end of a transaction raises the epoch.
  public static final short RAISES_EPOCH = 2;

  private static final long NEVER = -1;

  public Transaction {
    if (state == TransactionState.EMPTY && !partitions.isEmpty()) {
      throw new IllegalArgumentException("Transaction " + id + " is empty, yet has partitions");
    }
    partitions = sorted(partitions);
  }

  /// The last epoch that is never given to a producer: so there is always one more to fence it with.
  static boolean isExhausted(short epoch) {
    return epoch >= Short.MAX_VALUE - 1;
  }

  ProducerIdentity producer() {
    return new ProducerIdentity(producerId, epoch);
  }

  boolean isExhausted() {
    return isExhausted(epoch);
  }

  boolean commits() {
    return state == TransactionState.PREPARE_COMMIT || state == TransactionState.COMPLETE_COMMIT;
  }

  boolean isPrepared() {
    return state.isPrepared();
  }

  /// A transactional id that was never seen before.
  static Transaction first(String id, long producerId, int timeoutMs, long nowMs) {
    return new Transaction(
        id,
        producerId,
        ProducerIdentity.NO_ID,
        ProducerIdentity.NO_ID,
        (short) 0,
        ProducerIdentity.NO_EPOCH,
        timeoutMs,
        TransactionState.EMPTY,
        Set.of(),
        NEVER,
        nowMs,
        (short) 0);
  }

  /// A new instance of the producer begins.
  Transaction initialised(short newEpoch, short newLastEpoch, int newTimeoutMs, long nowMs) {
    return new Transaction(
        id,
        producerId,
        producerId,
        ProducerIdentity.NO_ID,
        newEpoch,
        newLastEpoch,
        newTimeoutMs,
        TransactionState.EMPTY,
        Set.of(),
        NEVER,
        nowMs,
        clientVersion);
  }

  /// A new instance begins with a new producer id, for the epochs of the old one are used up.
  Transaction rotated(long newProducerId, short newLastEpoch, int newTimeoutMs, long nowMs) {
    return new Transaction(
        id,
        newProducerId,
        producerId,
        ProducerIdentity.NO_ID,
        (short) 0,
        newLastEpoch,
        newTimeoutMs,
        TransactionState.EMPTY,
        Set.of(),
        NEVER,
        nowMs,
        clientVersion);
  }

  /// The transaction also writes to these; with the first ones it begins.
  Transaction with(Collection<TransactionPartition> more, short version, long nowMs) {
    TreeSet<TransactionPartition> all = new TreeSet<>(partitions);
    all.addAll(more);
    boolean begins = state != TransactionState.ONGOING;
    return new Transaction(
        id,
        producerId,
        producerId,
        nextProducerId,
        epoch,
        lastEpoch,
        timeoutMs,
        TransactionState.ONGOING,
        all,
        begins ? nowMs : startMs,
        nowMs,
        version);
  }

  /// It is decided how the transaction ends.
  ///
  /// @param newProducerId the id that follows when the epochs are used up, or -1
  Transaction prepared(boolean commit, short version, long newProducerId, long nowMs) {
    boolean raises = version >= RAISES_EPOCH;
    short raised = raises && epoch < Short.MAX_VALUE ? (short) (epoch + 1) : epoch;
    return new Transaction(
        id,
        producerId,
        producerId,
        newProducerId,
        raised,
        raises ? epoch : lastEpoch,
        timeoutMs,
        commit ? TransactionState.PREPARE_COMMIT : TransactionState.PREPARE_ABORT,
        partitions,
        startMs == NEVER || state.isAtRest() ? nowMs : startMs,
        nowMs,
        version);
  }

  /// All but these know how the transaction ended.
  Transaction waitingFor(Collection<TransactionPartition> left) {
    return new Transaction(
        id,
        producerId,
        previousProducerId,
        nextProducerId,
        epoch,
        lastEpoch,
        timeoutMs,
        state,
        Set.copyOf(left),
        startMs,
        updateMs,
        clientVersion);
  }

  /// Every partition knows how the transaction ended.
  Transaction completed(long nowMs) {
    boolean rotates = nextProducerId != ProducerIdentity.NO_ID;
    return new Transaction(
        id,
        rotates ? nextProducerId : producerId,
        producerId,
        ProducerIdentity.NO_ID,
        rotates ? 0 : epoch,
        lastEpoch,
        timeoutMs,
        commits() ? TransactionState.COMPLETE_COMMIT : TransactionState.COMPLETE_ABORT,
        Set.of(),
        startMs,
        nowMs,
        clientVersion);
  }

  private static Set<TransactionPartition> sorted(Set<TransactionPartition> partitions) {
    SortedSet<TransactionPartition> sorted = new TreeSet<>(partitions);
    return Collections.unmodifiableSortedSet(sorted);
  }
}
