package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;

/// Committed offsets of groups, of the topics asked for or of all. Up to version 7 a request is about one group,
/// later about many; up to version 9 topics have names, later ids.
final class OffsetFetches {
  private final GroupCoordinatorService service;
  private final TopicResolver resolver;
  private final Function<String, Optional<DamagedGroupsException>> refusals;
  private final Caller caller;
  private final boolean requireStable;

  private OffsetFetches(
      GroupCoordinatorService service,
      TopicCatalog topics,
      Function<String, Optional<DamagedGroupsException>> refusals,
      Caller caller,
      boolean requireStable) {
    this.service = service;
    this.refusals = refusals;
    this.resolver =
        new TopicResolver(topics, OffsetFetchRequest.useTopicIds((short) caller.requestVersion()));
    this.caller = caller;
    this.requireStable = requireStable;
  }

  /// @param refusals why a group can not be asked, if it can not
  static CompletableFuture<? extends ApiMessage> fetch(
      GroupCoordinatorService service,
      TopicCatalog topics,
      Function<String, Optional<DamagedGroupsException>> refusals,
      Caller caller,
      OffsetFetchRequestData request) {
    OffsetFetchRequest typed =
        TypedRequest.of(request, caller.requestVersion(), OffsetFetchRequest.class);
    OffsetFetches fetches =
        new OffsetFetches(service, topics, refusals, caller, typed.requireStable());
    List<CompletableFuture<OffsetFetchResponseGroup>> groups =
        typed.groups().stream().map(fetches::group).toList();
    return CompletableFuture.allOf(groups.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done ->
                new OffsetFetchResponse.Builder(
                        groups.stream().map(CompletableFuture::join).toList())
                    .build((short) caller.requestVersion())
                    .data());
  }

  private CompletableFuture<OffsetFetchResponseGroup> group(OffsetFetchRequestGroup asked) {
    Optional<DamagedGroupsException> refusal = refusals.apply(asked.groupId());
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(fault(asked, refusal.get()));
    }
    return (OffsetFetchRequest.requestAllOffsets(asked) ? all(asked) : some(asked))
        .exceptionally(fault -> fault(asked, fault));
  }

  private OffsetFetchResponseGroup fault(OffsetFetchRequestGroup asked, Throwable fault) {
    return OffsetFetchResponse.groupError(
        asked, Errors.forException(fault), caller.requestVersion());
  }

  private CompletableFuture<OffsetFetchResponseGroup> all(OffsetFetchRequestGroup asked) {
    return service.fetchOffsets(caller, asked, requireStable).thenApply(this::onlyThere);
  }

  /// An offset of a topic that goes just now is not shown any more.
  private OffsetFetchResponseGroup onlyThere(OffsetFetchResponseGroup answer) {
    List<OffsetFetchResponseTopics> there = new ArrayList<>();
    for (OffsetFetchResponseTopics topic : answer.topics()) {
      resolver
          .topics()
          .byName(topic.name())
          .ifPresent(found -> there.add(topic.setTopicId(TopicImages.uuid(found.id()))));
    }
    return answer.setTopics(there);
  }

  private CompletableFuture<OffsetFetchResponseGroup> some(OffsetFetchRequestGroup asked) {
    List<OffsetFetchRequestTopics> known = new ArrayList<>();
    List<OffsetFetchResponseTopics> unknown = new ArrayList<>();
    for (OffsetFetchRequestTopics topic : asked.topics()) {
      Optional<Topic> found = resolver.find(topic.topicId(), topic.name());
      found.ifPresentOrElse(
          there ->
              known.add(
                  topic.duplicate().setName(there.name()).setTopicId(TopicImages.uuid(there.id()))),
          () -> unknown.add(nothing(topic)));
    }
    return service
        .fetchOffsets(caller, asked.duplicate().setTopics(known), requireStable)
        .thenApply(answer -> with(unknown, answer));
  }

  private static OffsetFetchResponseGroup with(
      List<OffsetFetchResponseTopics> unknown, OffsetFetchResponseGroup answer) {
    if (answer.errorCode() != Errors.NONE.code() || unknown.isEmpty()) {
      return answer;
    }
    List<OffsetFetchResponseTopics> topics = new ArrayList<>(answer.topics());
    topics.addAll(unknown);
    return answer.setTopics(topics);
  }

  /// There is no offset of a topic that is not there: by name that is no fault, as in Kafka; an id that nothing
  /// has is one.
  private OffsetFetchResponseTopics nothing(OffsetFetchRequestTopics asked) {
    return new OffsetFetchResponseTopics()
        .setName(asked.name())
        .setTopicId(asked.topicId())
        .setPartitions(asked.partitionIndexes().stream().map(this::nothing).toList());
  }

  private OffsetFetchResponsePartitions nothing(int partition) {
    return new OffsetFetchResponsePartitions()
        .setPartitionIndex(partition)
        .setErrorCode((resolver.byId() ? resolver.unknownTopic() : Errors.NONE).code())
        .setCommittedOffset(OffsetFetchResponse.INVALID_OFFSET)
        .setMetadata(OffsetFetchResponse.NO_METADATA);
  }
}
