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
  private static final byte PREFERRED = 0;
  private static final byte UNCLEAN = 1;

  private final EventLog log;

  ElectLeadersHandler(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    ElectLeadersRequestData request = call.message(ElectLeadersRequestData.class);
    boolean knownType = request.electionType() == PREFERRED || request.electionType() == UNCLEAN;
    List<ReplicaElectionResult> results = new ArrayList<>();
    // Who asks for all partitions is told of those that got another leader: none.
    if (request.topicPartitions() != null) {
      request.topicPartitions().forEach(topic -> results.add(result(topic, knownType)));
    }
    return Reply.now(
        new ElectLeadersResponseData()
            .setErrorCode((knownType ? Errors.NONE : Errors.INVALID_REQUEST).code())
            .setReplicaElectionResults(results));
  }

  private ReplicaElectionResult result(TopicPartitions asked, boolean knownType) {
    Optional<Topic> topic = log.topics().byName(asked.topic());
    List<PartitionResult> results = new ArrayList<>();
    for (int index : asked.partitions()) {
      ApiError error =
          knownType
              ? error(topic, index)
              : new ApiError(Errors.INVALID_REQUEST, "There are two kinds of election: 0 and 1");
      results.add(
          new PartitionResult()
              .setPartitionId(index)
              .setErrorCode(error.error().code())
              .setErrorMessage(error.message()));
    }
    return new ReplicaElectionResult().setTopic(asked.topic()).setPartitionResult(results);
  }

  private ApiError error(Optional<Topic> topic, int index) {
    return topic.isPresent() && Partitions.find(log, topic.get(), index) != null
        ? new ApiError(Errors.ELECTION_NOT_NEEDED, "The one broker leads it already")
        : new ApiError(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no such partition");
  }
}
