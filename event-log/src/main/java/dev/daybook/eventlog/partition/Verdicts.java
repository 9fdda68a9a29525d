package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.partition.ProducerState.Verdict;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.TransactionMarker;
import java.util.Optional;

/// How a producer is told what its partition says of a batch.
final class Verdicts {
  private Verdicts() {}

  /// Why a batch is refused; empty when it is not.
  static Optional<AppendResult.Refused> refusal(Verdict verdict, RecordBatch batch) {
    return refusal(
        verdict,
        "Producer %d of epoch %d, sequence %d"
            .formatted(batch.producerId(), batch.producerEpoch(), batch.baseSequence()));
  }

  /// Why a marker is refused; empty when it is not.
  static Optional<AppendResult.Refused> refusal(Verdict verdict, TransactionMarker marker) {
    return refusal(
        verdict,
        "A marker for producer %d of epoch %d by a coordinator of epoch %d"
            .formatted(marker.producerId(), marker.producerEpoch(), marker.coordinatorEpoch()));
  }

  private static Optional<AppendResult.Refused> refusal(Verdict verdict, String who) {
    return switch (verdict) {
      case Verdict.InSequence(), Verdict.Duplicate(long _) -> Optional.empty();
      case Verdict.OutOfOrder(int expected) ->
          refused(
              AppendResult.Reason.OUT_OF_ORDER_SEQUENCE,
              who + ": expected was sequence " + expected);
      case Verdict.Fenced(short epoch) ->
          refused(
              AppendResult.Reason.INVALID_PRODUCER_EPOCH,
              who + ": a newer instance has epoch " + epoch);
      case Verdict.NoTransaction() ->
          refused(
              AppendResult.Reason.INVALID_TXN_STATE,
              who + ": the batch belongs to no transaction that is open here");
      case Verdict.TransactionOpen() ->
          refused(
              AppendResult.Reason.INVALID_TXN_STATE,
              who + ": the batch belongs to no transaction while one of the producer is open");
      case Verdict.FormerOpen() ->
          refused(
              AppendResult.Reason.CONCURRENT_TRANSACTIONS,
              who
                  + ": an earlier transaction of the producer, whose end is lost, is open here; an administrator can"
                  + " abort it (kafka-transactions.sh find-hanging, abort)");
      case Verdict.CoordinatorFenced(int epoch) ->
          refused(
              AppendResult.Reason.COORDINATOR_FENCED,
              who + ": a coordinator of epoch " + epoch + " has taken over");
    };
  }

  private static Optional<AppendResult.Refused> refused(
      AppendResult.Reason reason, String message) {
    return Optional.of(new AppendResult.Refused(reason, message));
  }
}
