package dev.daybook.eventlog.transaction;

import java.util.Collection;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What is allowed at which point of a transactional id's life: pure functions of the state, as Kafka's coordinator
/// decides (KIP-98, KIP-360, KIP-890). No decision changes anything.
final class Rules {
  private Rules() {}

  /// A producer begins, or wants to go on after an error.
  ///
  /// @param expected who the producer was, if it wants to go on
  /// @param newProducerIds gives an id that was never given before
  static Decision init(
      @Nullable Transaction current,
      String id,
      int timeoutMs,
      Optional<ProducerIdentity> expected,
      LongSupplier newProducerIds,
      long nowMs) {
    if (current == null) {
      return new Decision.Becomes(
          Transaction.first(id, newProducerIds.getAsLong(), timeoutMs, nowMs));
    }
    if (expected.isPresent() && !mayGoOn(current, expected.get())) {
      return fenced(current, expected.get());
    }
    return switch (current.state()) {
      case PREPARE_COMMIT, PREPARE_ABORT -> concurrent(current);
      case ONGOING -> fence(current, expected, newProducerIds, nowMs);
      case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT ->
          nextInstance(current, timeoutMs, expected, newProducerIds, nowMs);
    };
  }

  /// Ends the open transaction of a producer that is to be no more: its epoch is used up.
  static Decision fence(Transaction current, LongSupplier newProducerIds, long nowMs) {
    return ends(current, false, Transaction.RAISES_EPOCH, newProducerIds, nowMs);
  }

  /// Partitions are to take part in the transaction, before anything is written to them.
  static Decision add(
      @Nullable Transaction current,
      ProducerIdentity producer,
      Collection<TransactionPartition> partitions,
      short version,
      long nowMs) {
    Optional<Decision.Refused> refused = refuseStranger(current, producer);
    if (refused.isPresent() || current == null) {
      return refused.orElseThrow();
    }
    if (current.state() == TransactionState.ONGOING
        && current.partitions().containsAll(partitions)) {
      return new Decision.Stays(current);
    }
    return new Decision.Becomes(current.with(partitions, version, nowMs));
  }

  /// Whether a partition takes part in the producer's open transaction already.
  static Decision verify(
      @Nullable Transaction current, ProducerIdentity producer, TransactionPartition partition) {
    Optional<Decision.Refused> refused = refuseStranger(current, producer);
    if (refused.isPresent() || current == null) {
      return refused.orElseThrow();
    }
    if (current.state() == TransactionState.ONGOING && current.partitions().contains(partition)) {
      return new Decision.Stays(current);
    }
    return new Decision.Refused(
        TransactionFault.ABORTABLE,
        partition.topic()
            + "-"
            + partition.index()
            + " takes no part in the open transaction of '"
            + current.id()
            + "'");
  }

  /// The producer wants its transaction to end.
  static Decision end(
      @Nullable Transaction current,
      ProducerIdentity producer,
      boolean commit,
      short version,
      LongSupplier newProducerIds,
      long nowMs) {
    if (current == null) {
      return unknownProducer(producer);
    }
    return version >= Transaction.RAISES_EPOCH
        ? endAndRaise(current, producer, commit, version, newProducerIds, nowMs)
        : endInEpoch(current, producer, commit, version, newProducerIds, nowMs);
  }

  private static boolean mayGoOn(Transaction current, ProducerIdentity expected) {
    return expected.id() == current.producerId()
        || (expected.id() == current.previousProducerId()
            && Transaction.isExhausted(expected.epoch()));
  }

  /// A fenced producer must not end its successor's transaction: Kafka lets it, when it only asks to go on.
  private static Decision fence(
      Transaction current,
      Optional<ProducerIdentity> expected,
      LongSupplier newProducerIds,
      long nowMs) {
    return expected.isPresent() && !expected.get().equals(current.producer())
        ? fenced(current, expected.get())
        : fence(current, newProducerIds, nowMs);
  }

  private static Decision nextInstance(
      Transaction current,
      int timeoutMs,
      Optional<ProducerIdentity> expected,
      LongSupplier newProducerIds,
      long nowMs) {
    boolean isCurrent = expected.isEmpty() || expected.get().epoch() == current.epoch();
    if (current.isExhausted() && isCurrent) {
      short last = expected.isPresent() ? current.epoch() : ProducerIdentity.NO_EPOCH;
      return new Decision.Becomes(
          current.rotated(newProducerIds.getAsLong(), last, timeoutMs, nowMs));
    }
    if (isCurrent) {
      short last = expected.isPresent() ? current.epoch() : ProducerIdentity.NO_EPOCH;
      return new Decision.Becomes(
          current.initialised((short) (current.epoch() + 1), last, timeoutMs, nowMs));
    }
    if (expected.get().epoch() == current.lastEpoch()) {
      // The same request again, whose answer was lost: a newer instance would have cleared the last
      // epoch.
      return new Decision.Becomes(
          current.initialised(current.epoch(), current.lastEpoch(), timeoutMs, nowMs));
    }
    return fenced(current, expected.get());
  }

  private static Optional<Decision.Refused> refuseStranger(
      @Nullable Transaction current, ProducerIdentity producer) {
    if (current == null || current.producerId() != producer.id()) {
      return Optional.of(unknownProducer(producer));
    }
    if (current.epoch() != producer.epoch()) {
      return Optional.of(fenced(current, producer));
    }
    return current.state().isPrepared() ? Optional.of(concurrent(current)) : Optional.empty();
  }

  /// Up to version 1 of the protocol: an end leaves the epoch as it is, so state and epoch are all there is to tell a
  /// retry by.
  private static Decision endInEpoch(
      Transaction current,
      ProducerIdentity producer,
      boolean commit,
      short version,
      LongSupplier newProducerIds,
      long nowMs) {
    if (current.producerId() != producer.id()) {
      return unknownProducer(producer);
    }
    if (current.epoch() != producer.epoch()) {
      return fenced(current, producer);
    }
    return switch (current.state()) {
      case ONGOING -> ends(current, commit, version, newProducerIds, nowMs);
      case COMPLETE_COMMIT -> commit ? new Decision.Stays(current) : invalid(current, commit);
      case COMPLETE_ABORT -> commit ? invalid(current, commit) : new Decision.Stays(current);
      case PREPARE_COMMIT -> commit ? concurrent(current) : invalid(current, commit);
      case PREPARE_ABORT -> commit ? invalid(current, commit) : concurrent(current);
      case EMPTY -> invalid(current, commit);
    };
  }

  /// From version 2 on each end raises the epoch, so that an end which comes late speaks of no later transaction:
  ///
  /// ```text
  ///                  the epoch before (a retry)     the epoch that is now
  ///                  abort         commit           abort           commit
  ///  Empty           fenced        fenced           raise again     invalid
  ///  CompleteAbort   as it is      invalid          raise again     invalid
  ///  CompleteCommit  invalid       as it is         raise again     invalid
  /// ```
  private static Decision endAndRaise(
      Transaction current,
      ProducerIdentity producer,
      boolean commit,
      short version,
      LongSupplier newProducerIds,
      long nowMs) {
    boolean isRetryOfRotation =
        current.previousProducerId() == producer.id()
            && producer.epoch() == Short.MAX_VALUE - 1
            && current.epoch() == 0;
    if (current.producerId() != producer.id() && !isRetryOfRotation) {
      return unknownProducer(producer);
    }
    boolean isRetry = isRetryOfRotation || current.epoch() == producer.epoch() + 1;
    boolean isNow = current.epoch() == producer.epoch() && current.producerId() == producer.id();
    return switch (current.state()) {
      case ONGOING ->
          isNow ? ends(current, commit, version, newProducerIds, nowMs) : fenced(current, producer);
      case PREPARE_COMMIT, PREPARE_ABORT -> {
        if (!isRetry) {
          yield fenced(current, producer);
        }
        yield current.commits() == commit ? concurrent(current) : invalid(current, commit);
      }
      case COMPLETE_COMMIT, COMPLETE_ABORT -> {
        if (isRetry) {
          yield current.commits() == commit
              ? new Decision.Stays(current)
              : invalid(current, commit);
        }
        yield isNow
            ? endsWithNothing(current, commit, version, newProducerIds, nowMs)
            : fenced(current, producer);
      }
      case EMPTY ->
          isNow
              ? endsWithNothing(current, commit, version, newProducerIds, nowMs)
              : fenced(current, producer);
    };
  }

  /// A producer may abort before it wrote anything: it wants to be sure that nothing of it is under way.
  private static Decision endsWithNothing(
      Transaction current, boolean commit, short version, LongSupplier newProducerIds, long nowMs) {
    return commit
        ? invalid(current, commit)
        : ends(current, commit, version, newProducerIds, nowMs);
  }

  private static Decision ends(
      Transaction current, boolean commit, short version, LongSupplier newProducerIds, long nowMs) {
    boolean raises = version >= Transaction.RAISES_EPOCH;
    long next =
        raises && current.isExhausted() ? newProducerIds.getAsLong() : ProducerIdentity.NO_ID;
    return new Decision.Ends(current.prepared(commit, version, next, nowMs));
  }

  private static Decision.Refused concurrent(Transaction current) {
    return new Decision.Refused(
        TransactionFault.CONCURRENT,
        "The last transaction of '" + current.id() + "' is still ending; try again");
  }

  private static Decision.Refused fenced(Transaction current, ProducerIdentity producer) {
    return new Decision.Refused(
        TransactionFault.FENCED,
        "Producer "
            + producer.id()
            + " with epoch "
            + producer.epoch()
            + " has been taken over from: '"
            + current.id()
            + "' has epoch "
            + current.epoch());
  }

  private static Decision.Refused unknownProducer(ProducerIdentity producer) {
    return new Decision.Refused(
        TransactionFault.UNKNOWN_PRODUCER,
        "Producer " + producer.id() + " does not belong to this transactional id");
  }

  private static Decision.Refused invalid(Transaction current, boolean commit) {
    return new Decision.Refused(
        TransactionFault.INVALID_STATE,
        "'"
            + current.id()
            + "' can not be "
            + (commit ? "committed" : "aborted")
            + " in state "
            + current.state().kafkaName());
  }
}
