package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Appending;
import dev.daybook.eventlog.partition.MarkerAppend;
import dev.daybook.eventlog.record.TransactionMarker;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The markers of one prepared end, on the appender's thread: which partitions take theirs now, which later, and which
/// need none. A partition that is gone needs none; nor does one where an earlier transaction of the producer is open
/// again, which has taken nothing of this one. A damaged one takes its marker when it is repaired, and one of group
/// offsets when the group coordinator writes it. Good for one decision.
final class EndMarkers {
  private static final Logger LOG = LoggerFactory.getLogger(EndMarkers.class);

  private final Appending appending;
  private final TransactionLog log;
  private final Transaction prepared;
  private final TransactionMarker marker;

  EndMarkers(Appending appending, TransactionLog log, Transaction prepared) {
    this.appending = appending;
    this.log = log;
    this.prepared = prepared;
    this.marker = StateTopic.marker(log, prepared);
  }

  /// Those that can only be told later how the transaction ended.
  Set<TransactionPartition> later() {
    return only(one -> one.isGroupOffsets() ? !hasReopened(one) : isDamaged(one));
  }

  /// Marks all partitions but these.
  ///
  /// @return those that turn out to be damaged: found so since somebody looked
  Set<TransactionPartition> write(Set<TransactionPartition> later) {
    return only(one -> !later.contains(one) && !one.isGroupOffsets() && !hasReopened(one)).stream()
        .filter(this::isRefusedForNow)
        .collect(Collectors.toSet());
  }

  /// Tells the log which partitions keep the transaction from ending, and what helps.
  void tellOfDamaged() {
    only(this::isDamaged)
        .forEach(
            one ->
                LOG.warn(
                    "a transaction's end waits for a damaged partition: id={} state={} partition={}-{}; run 'daybook repair',"
                        + " or delete the topic",
                    prepared.id(),
                    prepared.state().kafkaName(),
                    one.topic(),
                    one.index()));
  }

  /// One that has seen a newer producer refuses a marker rightly.
  private boolean isRefusedForNow(TransactionPartition partition) {
    Optional<AppendResult> result =
        partition.in(log).map(found -> appending.append(new MarkerAppend(found, marker)));
    if (result.isEmpty()
        || !(result.get()
            instanceof AppendResult.Refused(AppendResult.Reason reason, String message))
        || reason == AppendResult.Reason.UNKNOWN_PARTITION) {
      return false;
    }
    LOG.warn(
        "a transaction's marker was refused: id={} partition={}-{} reason={} message=\"{}\"",
        prepared.id(),
        partition.topic(),
        partition.index(),
        reason,
        message);
    return reason == AppendResult.Reason.DAMAGED;
  }

  private boolean hasReopened(TransactionPartition partition) {
    return partition
        .in(log)
        .flatMap(found -> found.openTransaction(marker.producerId()))
        .filter(open -> !open.isEndedBy(marker))
        .isPresent();
  }

  private boolean isDamaged(TransactionPartition partition) {
    return !partition.isGroupOffsets()
        && !hasReopened(partition)
        && partition.in(log).filter(found -> found.damage().isOpen()).isPresent();
  }

  private Set<TransactionPartition> only(Predicate<TransactionPartition> test) {
    return prepared.partitions().stream().filter(test).collect(Collectors.toSet());
  }
}
