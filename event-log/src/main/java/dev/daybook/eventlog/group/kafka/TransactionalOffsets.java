package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TxnOffsetCommitResponse;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;

/// Offsets committed in a transaction: the groups see them when that is committed. The coordinator would take them for
/// anything, so what is not there is sorted out before.
final class TransactionalOffsets {
  private static final int FIRST_VERSION_WITH_LOADING = 2;

  private final TxnOffsetCommitResponse.Builder answer = new TxnOffsetCommitResponse.Builder();
  private final TopicCatalog topics;
  private final List<TxnOffsetCommitRequestTopic> known = new ArrayList<>();

  private TransactionalOffsets(TopicCatalog topics) {
    this.topics = topics;
  }

  static CompletableFuture<? extends ApiMessage> commit(
      GroupCoordinatorService service,
      TopicCatalog topics,
      Caller caller,
      TxnOffsetCommitRequestData request) {
    TransactionalOffsets offsets = new TransactionalOffsets(topics);
    request.topics().forEach(offsets::sort);
    if (offsets.known.isEmpty()) {
      return CompletableFuture.completedFuture(offsets.answer.build().data());
    }
    return service
        .commitTransactionalOffsets(
            caller, request.duplicate().setTopics(offsets.known), BufferSupplier.NO_CACHING)
        .thenApply(committed -> offsets.merged(committed, caller.requestVersion()));
  }

  private void sort(TxnOffsetCommitRequestTopic asked) {
    Optional<Topic> topic = topics.byName(asked.name());
    TxnOffsetCommitRequestTopic kept = new TxnOffsetCommitRequestTopic().setName(asked.name());
    for (TxnOffsetCommitRequestPartition partition : asked.partitions()) {
      int index = partition.partitionIndex();
      if (topic.isPresent() && index >= 0 && index < topic.get().partitions()) {
        kept.partitions().add(partition);
      } else {
        answer.addPartition(asked.name(), index, Errors.UNKNOWN_TOPIC_OR_PARTITION);
      }
    }
    if (!kept.partitions().isEmpty()) {
      known.add(kept);
    }
  }

  /// Producers before version 2 break when they are told that something is loading (KAFKA-7296).
  private TxnOffsetCommitResponseData merged(TxnOffsetCommitResponseData committed, int version) {
    TxnOffsetCommitResponseData merged = answer.merge(committed).build().data();
    if (version < FIRST_VERSION_WITH_LOADING) {
      merged.topics().stream()
          .flatMap(topic -> topic.partitions().stream())
          .filter(partition -> partition.errorCode() == Errors.COORDINATOR_LOAD_IN_PROGRESS.code())
          .forEach(partition -> partition.setErrorCode(Errors.COORDINATOR_NOT_AVAILABLE.code()));
    }
    return merged;
  }
}
