package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import dev.daybook.eventlog.topic.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// Metadata: which topics there are, and that this broker leads them all. A topic that does not exist yet is created
/// on the way, if client and configuration want that; the answer waits until that is durable.
final class MetadataHandler implements Handler {
  private static final short FIRST_VERSION_WITH_AUTO_CREATE_FLAG = 4;
  private static final short FIRST_VERSION_WITH_NAMELESS_TOPICS = 12;

  private final EventLog log;
  private final BrokerConfig config;
  private final ThisBroker self;

  MetadataHandler(EventLog log, BrokerConfig config, ThisBroker self) {
    this.log = log;
    this.config = config;
    this.self = self;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    MetadataRequestData request = call.message(MetadataRequestData.class);
    if (asksByIdTooEarly(request, call.version())) {
      return Reply.now(refusal(request));
    }
    List<String> missing = mayCreate(request, call.version()) ? missing(request) : List.of();
    if (missing.isEmpty()) {
      return Reply.now(answer(request, call.version(), Map.of()));
    }
    Map<String, Errors> refused = new ConcurrentHashMap<>();
    return CompletableFuture.allOf(
            missing.stream().map(name -> create(name, refused)).toArray(CompletableFuture[]::new))
        .thenApplyAsync(
            created -> new Reply.Answer(answer(request, call.version(), refused)), call.loop());
  }

  private static boolean asksByIdTooEarly(MetadataRequestData request, short version) {
    return version < FIRST_VERSION_WITH_NAMELESS_TOPICS
        && request.topics() != null
        && request.topics().stream()
            .anyMatch(topic -> topic.name() == null || !topic.topicId().equals(Uuid.ZERO_UUID));
  }

  private static MetadataResponseData refusal(MetadataRequestData request) {
    MetadataResponseData response = new MetadataResponseData().setClusterId(null);
    for (MetadataRequestTopic asked : request.topics()) {
      response
          .topics()
          .add(
              new MetadataResponseTopic()
                  .setErrorCode(Errors.INVALID_REQUEST.code())
                  .setName(asked.name() == null ? "" : asked.name())
                  .setTopicId(asked.topicId())
                  .setTopicAuthorizedOperations(Operations.NOT_ASKED));
    }
    return response;
  }

  private boolean mayCreate(MetadataRequestData request, short version) {
    return config.autoCreateTopics()
        && (version < FIRST_VERSION_WITH_AUTO_CREATE_FLAG || request.allowAutoTopicCreation());
  }

  private List<String> missing(MetadataRequestData request) {
    if (request.topics() == null) {
      return List.of();
    }
    TopicCatalog topics = log.topics();
    return request.topics().stream()
        .filter(topic -> topic.topicId().equals(Uuid.ZERO_UUID))
        .map(MetadataRequestTopic::name)
        .filter(name -> name != null && TopicNames.isLegal(name) && !TopicNames.isInternal(name))
        .filter(name -> topics.byName(name).isEmpty())
        .distinct()
        .toList();
  }

  /// The catalogue knows afterwards whether it was created, by this request or another.
  private CompletableFuture<?> create(String name, Map<String, Errors> refused) {
    return log.createTopic(new NewTopic(name, config.partitions(), Map.of()))
        .thenAccept(
            decision -> {
              if (decision instanceof CatalogDecision.Refused refusal) {
                refused.put(name, CatalogErrors.of(refusal.reason()));
              }
            });
  }

  /// @param refused which topics could not be created, and why
  private MetadataResponseData answer(
      MetadataRequestData request, short version, Map<String, Errors> refused) {
    MetadataResponseData response =
        new MetadataResponseData()
            .setClusterId(self.clusterId())
            .setControllerId(self.id())
            .setClusterAuthorizedOperations(
                request.includeClusterAuthorizedOperations()
                    ? Operations.ALL_ON_CLUSTER
                    : Operations.NOT_ASKED);
    response
        .brokers()
        .add(
            new MetadataResponseBroker()
                .setNodeId(self.id())
                .setHost(self.host())
                .setPort(self.port()));
    boolean operations = request.includeTopicAuthorizedOperations();
    TopicCatalog topics = log.topics();
    if (asksForAll(request, version)) {
      topics.all().forEach(topic -> response.topics().add(describe(topic, operations)));
    } else {
      for (MetadataRequestTopic asked : request.topics()) {
        response.topics().add(find(topics, asked, version, operations, refused));
      }
    }
    return response;
  }

  private static boolean asksForAll(MetadataRequestData request, short version) {
    return request.topics() == null || (version == 0 && request.topics().isEmpty());
  }

  private static Errors unknown(String name) {
    return TopicNames.isLegal(name)
        ? Errors.UNKNOWN_TOPIC_OR_PARTITION
        : Errors.INVALID_TOPIC_EXCEPTION;
  }

  private MetadataResponseTopic find(
      TopicCatalog topics,
      MetadataRequestTopic asked,
      short version,
      boolean operations,
      Map<String, Errors> refused) {
    // Who asks by id leaves the name out, or empty.
    boolean byId = !asked.topicId().equals(Uuid.ZERO_UUID);
    String name = asked.name() == null || byId ? "" : asked.name();
    Errors unknown = byId ? Errors.UNKNOWN_TOPIC_ID : refused.getOrDefault(name, unknown(name));
    return TopicIds.find(topics, asked.topicId(), name)
        .map(known -> describe(known, operations))
        .orElseGet(
            () ->
                new MetadataResponseTopic()
                    .setErrorCode(unknown.code())
                    .setName(byId && version >= FIRST_VERSION_WITH_NAMELESS_TOPICS ? null : name)
                    .setTopicId(asked.topicId())
                    .setTopicAuthorizedOperations(Operations.NOT_ASKED));
  }

  private MetadataResponseTopic describe(Topic topic, boolean operations) {
    return new MetadataResponseTopic()
        .setName(topic.name())
        .setTopicId(TopicIds.wire(topic.id()))
        .setIsInternal(topic.internal())
        .setTopicAuthorizedOperations(operations ? Operations.ALL_ON_TOPIC : Operations.NOT_ASKED)
        .setPartitions(
            IntStream.range(0, topic.partitions()).mapToObj(i -> describe(topic, i)).toList());
  }

  private MetadataResponsePartition describe(Topic topic, int index) {
    Partition partition = Partitions.find(log, topic, index);
    List<Integer> replicas = List.of(self.id());
    return new MetadataResponsePartition()
        .setPartitionIndex(index)
        .setLeaderId(self.id())
        .setLeaderEpoch(partition == null ? 0 : partition.leaderEpoch())
        .setReplicaNodes(replicas)
        .setIsrNodes(replicas);
  }
}
