package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/// CreatePartitions: more partitions for topics there are. What is in the old ones stays there, so that records of one key
/// may lie in two partitions from then on, as in Apache Kafka.
final class CreatePartitionsHandler implements Handler {
  private final EventLog log;
  private final BrokerConfig config;

  CreatePartitionsHandler(EventLog log, BrokerConfig config) {
    this.log = log;
    this.config = config;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    CreatePartitionsRequestData request = call.message(CreatePartitionsRequestData.class);
    Map<String, CompletableFuture<ApiError>> answers = new LinkedHashMap<>();
    for (CreatePartitionsTopic asked : request.topics()) {
      answers.put(asked.name(), add(asked, request.validateOnly()));
    }
    return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
        .thenApplyAsync(
            done -> {
              List<CreatePartitionsTopicResult> results = new ArrayList<>();
              answers.forEach((name, error) -> results.add(result(name, error.join())));
              return new Reply.Answer(new CreatePartitionsResponseData().setResults(results));
            },
            call.loop());
  }

  private CompletableFuture<ApiError> add(CreatePartitionsTopic asked, boolean validateOnly) {
    Optional<Topic> known = log.topics().byName(asked.name());
    if (known.isEmpty()) {
      return refused(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no such topic");
    }
    Topic topic = known.get();
    CatalogDecision preview = log.topics().addPartitions(topic.id(), asked.count());
    if (preview instanceof CatalogDecision.Refused) {
      return CompletableFuture.completedFuture(CatalogErrors.of(preview));
    }
    ApiError assigned = assignmentFault(asked, asked.count() - topic.partitions());
    if (assigned.isFailure() || validateOnly) {
      return CompletableFuture.completedFuture(assigned);
    }
    return log.addPartitions(topic.id(), asked.count()).thenApply(CatalogErrors::of);
  }

  private ApiError assignmentFault(CreatePartitionsTopic asked, int added) {
    if (asked.assignments() == null) {
      return ApiError.NONE;
    }
    if (asked.assignments().size() != added) {
      return new ApiError(
          Errors.INVALID_REPLICA_ASSIGNMENT,
          "Attempted to add %d additional partition(s), but only %d assignment(s) were specified."
              .formatted(added, asked.assignments().size()));
    }
    boolean ours =
        asked.assignments().stream()
            .allMatch(one -> one.brokerIds().equals(List.of(config.nodeId())));
    return ours
        ? ApiError.NONE
        : new ApiError(
            Errors.INVALID_REPLICA_ASSIGNMENT,
            "Each partition is assigned to the one broker there is: " + config.nodeId());
  }

  private static CompletableFuture<ApiError> refused(Errors error, String message) {
    return CompletableFuture.completedFuture(new ApiError(error, message));
  }

  private static CreatePartitionsTopicResult result(String name, ApiError error) {
    return new CreatePartitionsTopicResult()
        .setName(name)
        .setErrorCode(error.error().code())
        .setErrorMessage(error.message());
  }
}
