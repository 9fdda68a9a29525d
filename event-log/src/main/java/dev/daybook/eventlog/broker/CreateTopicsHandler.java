package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.CatalogRecord;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// CreateTopics. There is one copy of everything, so a replication factor above 1 is refused instead of ignored:
/// whoever asks for three copies must not believe to have them.
final class CreateTopicsHandler implements Handler {
  private static final int DEFAULT = -1;

  /// What tools take for the log of Apache Kafka's controllers.
  private static final String CLUSTER_METADATA = "__cluster_metadata";

  private final EventLog log;
  private final BrokerConfig config;

  CreateTopicsHandler(EventLog log, BrokerConfig config) {
    this.log = log;
    this.config = config;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    CreateTopicsRequestData request = call.message(CreateTopicsRequestData.class);
    List<CompletableFuture<CreatableTopicResult>> results = new ArrayList<>();
    for (CreatableTopic asked : request.topics()) {
      boolean twice = request.topics().findAll(asked.name()).size() > 1;
      results.add(
          twice
              ? CompletableFuture.completedFuture(
                  refused(asked, Errors.INVALID_REQUEST, "Duplicate topic name."))
              : create(asked, request.validateOnly()));
    }
    return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
        .thenApplyAsync(
            done -> {
              CreateTopicsResponseData response = new CreateTopicsResponseData();
              results.forEach(
                  result -> {
                    if (response.topics().find(result.join().name()) == null) {
                      response.topics().add(result.join());
                    }
                  });
              return new Reply.Answer(response);
            },
            call.loop());
  }

  private CompletableFuture<CreatableTopicResult> create(
      CreatableTopic asked, boolean validateOnly) {
    CreatableTopicResult fault = nameFault(asked);
    if (fault == null) {
      fault = copiesFault(asked);
    }
    if (fault == null) {
      fault = settingsFault(asked);
    }
    if (fault != null) {
      return CompletableFuture.completedFuture(fault);
    }
    NewTopic wanted = new NewTopic(asked.name(), partitions(asked), settings(asked));
    CompletableFuture<CatalogDecision> decision =
        validateOnly
            ? CompletableFuture.completedFuture(log.topics().create(wanted, TopicId::random))
            : log.createTopic(wanted);
    return decision.thenApply(
        decided ->
            switch (decided) {
              case CatalogDecision.Accepted(List<CatalogRecord> records) ->
                  created(records, validateOnly);
              case CatalogDecision.Refused(CatalogDecision.Reason reason, String message) ->
                  refused(asked, CatalogErrors.of(reason), message);
            });
  }

  private int partitions(CreatableTopic asked) {
    if (!asked.assignments().isEmpty()) {
      return asked.assignments().size();
    }
    return asked.numPartitions() == DEFAULT ? config.partitions() : asked.numPartitions();
  }

  private static Map<String, String> settings(CreatableTopic asked) {
    Map<String, String> settings = new TreeMap<>();
    asked.configs().forEach(setting -> settings.put(setting.name(), setting.value()));
    return settings;
  }

  private static @Nullable CreatableTopicResult nameFault(CreatableTopic asked) {
    return asked.name().equals(CLUSTER_METADATA)
        ? refused(
            asked,
            Errors.INVALID_REQUEST,
            "Creation of internal topic " + CLUSTER_METADATA + " is prohibited.")
        : null;
  }

  private static @Nullable CreatableTopicResult settingsFault(CreatableTopic asked) {
    return asked.configs().stream()
        .filter(setting -> setting.value() == null)
        .findFirst()
        .map(
            setting ->
                refused(
                    asked,
                    Errors.INVALID_CONFIG,
                    "Setting '" + setting.name() + "' has no value; leave it out for its default"))
        .orElse(null);
  }

  private @Nullable CreatableTopicResult copiesFault(CreatableTopic asked) {
    if (!asked.assignments().isEmpty()) {
      return assignmentFault(asked);
    }
    short copies = asked.replicationFactor();
    if (copies == DEFAULT || copies == 1) {
      return null;
    }
    return refused(
        asked,
        Errors.INVALID_REPLICATION_FACTOR,
        "Replication factor "
            + copies
            + " is not possible on 1 broker; set replication.factor to 1, or to -1 for the broker's default"
            + " (Connect: *.storage.replication.factor, Streams: replication.factor)");
  }

  private @Nullable CreatableTopicResult assignmentFault(CreatableTopic asked) {
    if (asked.numPartitions() != DEFAULT || asked.replicationFactor() != DEFAULT) {
      return refused(
          asked,
          Errors.INVALID_REQUEST,
          "A manual partition assignment was specified, but numPartitions or replicationFactor was not set to -1.");
    }
    for (int index = 0; index < asked.assignments().size(); index++) {
      CreatableReplicaAssignment assignment = asked.assignments().find(index);
      if (assignment == null || !assignment.brokerIds().equals(List.of(config.nodeId()))) {
        return refused(
            asked,
            Errors.INVALID_REPLICA_ASSIGNMENT,
            "Partitions count from 0 without gap, each assigned to the one broker there is: "
                + config.nodeId());
      }
    }
    return null;
  }

  private static CreatableTopicResult created(List<CatalogRecord> records, boolean validateOnly) {
    Topic topic =
        records.stream()
            .filter(CatalogRecord.TopicCreated.class::isInstance)
            .map(record -> ((CatalogRecord.TopicCreated) record).topic())
            .findFirst()
            .orElseThrow();
    CreatableTopicResult result =
        new CreatableTopicResult()
            .setName(topic.name())
            .setErrorMessage(null)
            .setNumPartitions(topic.partitions())
            .setReplicationFactor((short) 1)
            .setConfigs(
                ConfigEntry.of(topic).stream()
                    .map(
                        entry ->
                            new CreatableTopicConfigs()
                                .setName(entry.name())
                                .setValue(entry.value())
                                .setConfigSource(entry.source().code()))
                    .toList());
    return validateOnly ? result : result.setTopicId(TopicIds.wire(topic.id()));
  }

  private static CreatableTopicResult refused(CreatableTopic asked, Errors error, String message) {
    return new CreatableTopicResult()
        .setName(asked.name())
        .setErrorCode(error.code())
        .setErrorMessage(message)
        .setNumPartitions(DEFAULT)
        .setReplicationFactor((short) DEFAULT)
        .setConfigs(List.of());
  }
}
