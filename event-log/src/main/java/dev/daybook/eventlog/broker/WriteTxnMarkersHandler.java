package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.group.GroupCoordinator;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.MarkerAppend;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.record.TransactionMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerPartitionResult;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerResult;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerTopicResult;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// WriteTxnMarkers: ends transactions in partitions, whatever the coordinator thinks of them. This is how an
/// administrator aborts a transaction that hangs (KIP-664); our own coordinator needs no request for it. All markers
/// of a request become durable with one force.
///
/// Markers in the offsets topic are written by the group coordinator, which has to know how its commits ended.
final class WriteTxnMarkersHandler implements Handler {
  private static final Logger LOG = LoggerFactory.getLogger(WriteTxnMarkersHandler.class);

  private final EventLog log;
  private final GroupCoordinator<ApiMessage> groups;

  WriteTxnMarkersHandler(EventLog log, GroupCoordinator<ApiMessage> groups) {
    this.log = log;
    this.groups = groups;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    WriteTxnMarkersResponseData response = new WriteTxnMarkersResponseData();
    Asked asked = new Asked();
    for (WritableTxnMarker marker : call.message(WriteTxnMarkersRequestData.class).markers()) {
      WritableTxnMarkerResult result =
          new WritableTxnMarkerResult().setProducerId(marker.producerId());
      response.markers().add(result);
      for (WritableTxnMarkerTopic topic : marker.topics()) {
        WritableTxnMarkerTopicResult answer =
            new WritableTxnMarkerTopicResult().setName(topic.name());
        result.topics().add(answer);
        for (int index : topic.partitionIndexes()) {
          WritableTxnMarkerPartitionResult partition =
              new WritableTxnMarkerPartitionResult().setPartitionIndex(index);
          answer.partitions().add(partition);
          ask(asked, marker, topic.name(), partition);
        }
      }
    }
    return asked.done(log).thenApplyAsync(done -> new Reply.Answer(response), call.loop());
  }

  private void ask(
      Asked asked, WritableTxnMarker wanted, String name, WritableTxnMarkerPartitionResult answer) {
    Partition partition =
        log.topics()
            .byName(name)
            .map(topic -> Partitions.find(log, topic, answer.partitionIndex()))
            .orElse(null);
    if (partition == null) {
      answer.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
      return;
    }
    if (wanted.producerId() < 0 || wanted.producerEpoch() < 0) {
      answer.setErrorCode(Errors.INVALID_REQUEST.code());
      return;
    }
    TransactionMarker marker =
        new TransactionMarker(
            wanted.producerId(),
            wanted.producerEpoch(),
            wanted.coordinatorEpoch(),
            wanted.transactionResult(),
            wanted.transactionVersion());
    if (name.equals(Topic.GROUP_METADATA_TOPIC_NAME)) {
      asked.groups.add(
          groups
              .endTransaction(answer.partitionIndex(), marker)
              .handle((done, failure) -> answer.setErrorCode(error(failure).code())));
    } else if (partition.topic().internal()) {
      answer.setErrorCode(Errors.INVALID_TOPIC_EXCEPTION.code());
    } else {
      asked.appends.add(new MarkerAppend(partition, marker));
      asked.answers.add(answer);
    }
  }

  private static Errors error(AppendResult result) {
    return switch (result) {
      case AppendResult.Appended _, AppendResult.Duplicate _ -> Errors.NONE;
      case AppendResult.Refused(AppendResult.Reason reason, String message) -> {
        // The answer has no room for it.
        LOG.warn(
            "an administrator's marker was refused: reason={} message=\"{}\"", reason, message);
        yield ProduceAdmission.error(reason);
      }
    };
  }

  /// A group coordinator that is not ready is asked again.
  private static Errors error(@Nullable Throwable failure) {
    if (failure == null) {
      return Errors.NONE;
    }
    Errors error = Errors.forException(failure);
    return switch (error) {
      case COORDINATOR_NOT_AVAILABLE, COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR ->
          Errors.NOT_LEADER_OR_FOLLOWER;
      default -> error;
    };
  }

  /// Who is asked, and where the answers go.
  private static final class Asked {
    private final List<MarkerAppend> appends = new ArrayList<>();
    private final List<WritableTxnMarkerPartitionResult> answers = new ArrayList<>();
    private final List<CompletableFuture<?>> groups = new ArrayList<>();

    private CompletableFuture<Void> done(EventLog log) {
      CompletableFuture<Void> appended =
          log.append(appends)
              .durable()
              .thenAccept(
                  results -> {
                    for (int i = 0; i < results.size(); i++) {
                      answers.get(i).setErrorCode(error(results.get(i)).code());
                    }
                  });
      return CompletableFuture.allOf(groups.toArray(CompletableFuture[]::new))
          .thenCompose(done -> appended);
    }
  }
}
