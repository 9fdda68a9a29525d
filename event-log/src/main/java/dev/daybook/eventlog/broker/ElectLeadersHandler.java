package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/// ElectLeaders: the one broker leads every partition already.
final class ElectLeadersHandler implements Handler {
  private final EventLog log;

  ElectLeadersHandler(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    ElectLeadersRequestData request = call.message(ElectLeadersRequestData.class);
    List<ReplicaElectionResult> results = new ArrayList<>();
    // Who asks for all partitions is told of those that got another leader: none.
    if (request.topicPartitions() != null) {
      request.topicPartitions().forEach(topic -> results.add(result(topic)));
    }
    return Reply.now(new ElectLeadersResponseData().setReplicaElectionResults(results));
  }

  private ReplicaElectionResult result(TopicPartitions asked) {
    Optional<Topic> topic = log.topics().byName(asked.topic());
    List<PartitionResult> results = new ArrayList<>();
    for (int index : asked.partitions()) {
      boolean known = topic.isPresent() && Partitions.find(log, topic.get(), index) != null;
      ApiError error =
          known
              ? new ApiError(Errors.ELECTION_NOT_NEEDED, "The one broker leads it already")
              : new ApiError(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no such partition");
      results.add(
          new PartitionResult()
              .setPartitionId(index)
              .setErrorCode(error.error().code())
              .setErrorMessage(error.message()));
    }
    return new ReplicaElectionResult().setTopic(asked.topic()).setPartitionResult(results);
  }
}
