package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.log.TimestampedOffset;
import dev.daybook.eventlog.partition.Isolation;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.Errors;

/// ListOffsets: where a partition starts and ends, and where a time is in it. Whatever needs a look into records is
/// done by a reader.
final class ListOffsetsHandler implements Handler {
  private static final long LATEST = -1;
  private static final long EARLIEST = -2;
  private static final long MAX_TIMESTAMP = -3;
  private static final long EARLIEST_LOCAL = -4;
  private static final long LATEST_TIERED = -5;

  private static final byte READ_COMMITTED = 1;
  private static final TimestampedOffset NONE = new TimestampedOffset(-1, -1);
  private static final short FIRST_VERSION_WITH_EPOCH = 4;
  private static final short FIRST_VERSION_WITH_MAX_TIMESTAMP = 7;

  private final EventLog log;

  ListOffsetsHandler(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    ListOffsetsRequestData request = call.message(ListOffsetsRequestData.class);
    boolean looksIntoRecords =
        request.topics().stream()
            .flatMap(topic -> topic.partitions().stream())
            .anyMatch(asked -> asked.timestamp() >= 0 || asked.timestamp() == MAX_TIMESTAMP);
    return looksIntoRecords
        ? CompletableFuture.supplyAsync(() -> answer(request, call.version()), log.readers())
        : CompletableFuture.completedFuture(answer(request, call.version()));
  }

  private Reply answer(ListOffsetsRequestData request, short version) {
    Isolation isolation =
        request.isolationLevel() == READ_COMMITTED
            ? Isolation.READ_COMMITTED
            : Isolation.READ_UNCOMMITTED;
    ListOffsetsResponseData response = new ListOffsetsResponseData();
    for (ListOffsetsTopic asked : request.topics()) {
      Optional<Topic> topic = log.topics().byName(asked.name());
      Map<Integer, ListOffsetsPartitionResponse> answers = new LinkedHashMap<>();
      for (ListOffsetsPartition one : asked.partitions()) {
        answers.merge(
            one.partitionIndex(),
            answer(topic, one, isolation, version),
            (first, second) -> twice(second));
      }
      response
          .topics()
          .add(
              new ListOffsetsTopicResponse()
                  .setName(asked.name())
                  .setPartitions(List.copyOf(answers.values())));
    }
    return new Reply.Answer(response);
  }

  /// Which of the two times was meant nobody can say.
  private static ListOffsetsPartitionResponse twice(ListOffsetsPartitionResponse asked) {
    return new ListOffsetsPartitionResponse()
        .setPartitionIndex(asked.partitionIndex())
        .setErrorCode(Errors.INVALID_REQUEST.code());
  }

  private ListOffsetsPartitionResponse answer(
      Optional<Topic> topic, ListOffsetsPartition asked, Isolation isolation, short version) {
    ListOffsetsPartitionResponse answer =
        new ListOffsetsPartitionResponse().setPartitionIndex(asked.partitionIndex());
    Partition partition =
        topic.map(known -> Partitions.find(log, known, asked.partitionIndex())).orElse(null);
    if (partition == null) {
      return answer.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }
    Errors error = Partitions.epochError(partition, asked.currentLeaderEpoch());
    if (error == Errors.NONE && !isKnown(asked.timestamp(), version)) {
      error = Errors.UNSUPPORTED_VERSION;
    }
    if (error != Errors.NONE) {
      return answer.setErrorCode(error.code());
    }
    TimestampedOffset found = find(partition, asked.timestamp(), isolation);
    if (version >= FIRST_VERSION_WITH_EPOCH && found.offset() >= 0) {
      answer.setLeaderEpoch(partition.epochs().at(found.offset()));
    }
    return answer.setOffset(found.offset()).setTimestamp(found.timestampMs());
  }

  private static boolean isKnown(long timestamp, short version) {
    if (timestamp >= EARLIEST) {
      return true;
    }
    long lowest =
        version >= FIRST_VERSION_WITH_MAX_TIMESTAMP + 2
            ? LATEST_TIERED
            : version > FIRST_VERSION_WITH_MAX_TIMESTAMP
                ? EARLIEST_LOCAL
                : version == FIRST_VERSION_WITH_MAX_TIMESTAMP ? MAX_TIMESTAMP : EARLIEST;
    return timestamp >= lowest;
  }

  private static TimestampedOffset find(Partition partition, long timestamp, Isolation isolation) {
    if (timestamp == LATEST) {
      return new TimestampedOffset(-1, partition.readableTo(isolation));
    }
    if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
      return new TimestampedOffset(-1, partition.logStartOffset());
    }
    if (timestamp == LATEST_TIERED) {
      return NONE; // Nothing is kept elsewhere.
    }
    try {
      return (timestamp == MAX_TIMESTAMP
              ? partition.maxTimestamp()
              : partition.offsetForTimestamp(timestamp))
          .filter(found -> found.offset() < partition.readableTo(isolation))
          .orElse(NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
