package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.MarkerAppend;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerPartitionResult;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerResult;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerTopicResult;
import org.apache.kafka.common.protocol.Errors;

/// WriteTxnMarkers: ends transactions in partitions, whatever the coordinator thinks of them. This is how an
/// administrator aborts a transaction that hangs (KIP-664); our own coordinator needs no request for it. All markers
/// of a request become durable with one force.
///
/// Markers in internal topics are their owners' business, and refused here.
final class WriteTxnMarkersHandler implements Handler {
  private final EventLog log;

  WriteTxnMarkersHandler(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    WriteTxnMarkersResponseData response = new WriteTxnMarkersResponseData();
    List<MarkerAppend> appends = new ArrayList<>();
    List<WritableTxnMarkerPartitionResult> answers = new ArrayList<>();
    for (WritableTxnMarker asked : call.message(WriteTxnMarkersRequestData.class).markers()) {
      WritableTxnMarkerResult result =
          new WritableTxnMarkerResult().setProducerId(asked.producerId());
      response.markers().add(result);
      for (WritableTxnMarkerTopic topic : asked.topics()) {
        WritableTxnMarkerTopicResult answer =
            new WritableTxnMarkerTopicResult().setName(topic.name());
        result.topics().add(answer);
        for (int index : topic.partitionIndexes()) {
          WritableTxnMarkerPartitionResult partition =
              new WritableTxnMarkerPartitionResult().setPartitionIndex(index);
          answer.partitions().add(partition);
          Optional<MarkerAppend> append = append(asked, topic.name(), partition);
          if (append.isPresent()) {
            appends.add(append.get());
            answers.add(partition);
          }
        }
      }
    }
    return log.append(appends)
        .durable()
        .thenApplyAsync(
            results -> {
              for (int i = 0; i < results.size(); i++) {
                answers.get(i).setErrorCode(error(results.get(i)).code());
              }
              return new Reply.Answer(response);
            },
            call.loop());
  }

  /// What the appender is to be asked; empty when the answer stands.
  private Optional<MarkerAppend> append(
      WritableTxnMarker asked, String name, WritableTxnMarkerPartitionResult answer) {
    Optional<Topic> topic = log.topics().byName(name);
    Partition partition =
        topic.map(known -> Partitions.find(log, known, answer.partitionIndex())).orElse(null);
    if (partition == null) {
      answer.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
      return Optional.empty();
    }
    if (partition.topic().internal()) {
      answer.setErrorCode(Errors.INVALID_TOPIC_EXCEPTION.code());
      return Optional.empty();
    }
    if (asked.producerId() < 0 || asked.producerEpoch() < 0) {
      answer.setErrorCode(Errors.INVALID_REQUEST.code());
      return Optional.empty();
    }
    return Optional.of(
        new MarkerAppend(
            partition,
            new TransactionMarker(
                asked.producerId(),
                asked.producerEpoch(),
                asked.coordinatorEpoch(),
                asked.transactionResult(),
                asked.transactionVersion())));
  }

  private static Errors error(AppendResult result) {
    return switch (result) {
      case AppendResult.Appended _, AppendResult.Duplicate _ -> Errors.NONE;
      case AppendResult.Refused(AppendResult.Reason reason, _) -> ProduceAdmission.error(reason);
    };
  }
}
