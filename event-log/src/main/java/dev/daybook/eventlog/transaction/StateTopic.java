package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import dev.daybook.eventlog.topic.TopicSettings;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// `__transaction_state`, where all that is known of transactions is. An id belongs to the partition it hashes to, so
/// the number of partitions never changes once the topic is there.
final class StateTopic {
  private StateTopic() {}

  static Optional<Topic> existing(TransactionLog log) {
    return log.topics().byName(TopicNames.TRANSACTION_STATE);
  }

  /// Creates the topic when there is none. Completes with why the log refuses it, if it does.
  static CompletableFuture<Optional<Decision.Refused>> ensure(
      TransactionLog log, TransactionSettings settings) {
    return existing(log).isPresent()
        ? CompletableFuture.completedFuture(Optional.empty())
        : log.createTopic(wanted(settings)).thenApply(decision -> refusal(log, decision));
  }

  /// None also when somebody else was faster: then the name is taken, and the topic there.
  private static Optional<Decision.Refused> refusal(TransactionLog log, CatalogDecision decision) {
    if (existing(log).isPresent()) {
      return Optional.empty();
    }
    boolean damaged =
        decision instanceof CatalogDecision.Refused(CatalogDecision.Reason reason, _)
            && reason == CatalogDecision.Reason.DAMAGED;
    return Optional.of(
        new Decision.Refused(
            damaged ? TransactionFault.DAMAGED : TransactionFault.NOT_AVAILABLE,
            TopicNames.TRANSACTION_STATE + " could not be created: " + decision));
  }

  /// As Kafka computes it.
  static PartitionId home(Topic topic, String id) {
    return topic.partition((id.hashCode() & Integer.MAX_VALUE) % topic.partitions());
  }

  /// The marker that ends this transaction. Its coordinator's epoch is that of the partition which the transaction's state
  /// is in, so it rises when state could have been lost.
  static TransactionMarker marker(TransactionLog log, Transaction prepared) {
    int epoch =
        existing(log)
            .map(topic -> log.partition(home(topic, prepared.id())))
            .map(Partition::leaderEpoch)
            .orElse(0);
    return new TransactionMarker(
        prepared.producerId(),
        prepared.epoch(),
        epoch,
        prepared.commits(),
        prepared.clientVersion());
  }

  private static NewTopic wanted(TransactionSettings settings) {
    return new NewTopic(
        TopicNames.TRANSACTION_STATE,
        settings.statePartitions(),
        Map.of(
            TopicSettings.CLEANUP_POLICY,
            "compact",
            TopicSettings.SEGMENT_BYTES,
            Integer.toString(settings.stateSegmentBytes())));
  }
}
