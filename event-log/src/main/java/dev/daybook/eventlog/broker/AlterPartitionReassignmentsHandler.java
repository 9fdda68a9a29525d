package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/// AlterPartitionReassignments: every partition is where it can only be, and stays.
final class AlterPartitionReassignmentsHandler implements Handler {
  private final EventLog log;
  private final ThisBroker self;

  AlterPartitionReassignmentsHandler(EventLog log, ThisBroker self) {
    this.log = log;
    this.self = self;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    AlterPartitionReassignmentsRequestData request =
        call.message(AlterPartitionReassignmentsRequestData.class);
    List<ReassignableTopicResponse> topics = request.topics().stream().map(this::answer).toList();
    return Reply.now(
        new AlterPartitionReassignmentsResponseData()
            .setErrorMessage(null)
            .setAllowReplicationFactorChange(request.allowReplicationFactorChange())
            .setResponses(topics));
  }

  private ReassignableTopicResponse answer(ReassignableTopic asked) {
    Optional<Topic> topic = log.topics().byName(asked.name());
    List<ReassignablePartitionResponse> partitions = new ArrayList<>();
    for (ReassignablePartition partition : asked.partitions()) {
      ApiError error =
          topic.isPresent() && Partitions.find(log, topic.get(), partition.partitionIndex()) != null
              ? judge(partition)
              : new ApiError(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no such partition");
      partitions.add(
          new ReassignablePartitionResponse()
              .setPartitionIndex(partition.partitionIndex())
              .setErrorCode(error.error().code())
              .setErrorMessage(error.message()));
    }
    return new ReassignableTopicResponse().setName(asked.name()).setPartitions(partitions);
  }

  private ApiError judge(ReassignablePartition asked) {
    if (asked.replicas() == null) {
      return new ApiError(Errors.NO_REASSIGNMENT_IN_PROGRESS, "Nothing is being moved");
    }
    return asked.replicas().equals(List.of(self.id()))
        ? ApiError.NONE
        : new ApiError(
            Errors.INVALID_REPLICA_ASSIGNMENT,
            "There is one broker, " + self.id() + ", and each partition has its one copy there");
  }
}
