package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.broker.WireClient;
import dev.daybook.eventlog.labs.HistoryEvent.ReadWhole;
import dev.daybook.eventlog.labs.HistoryEvent.Seen;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfigCollection;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/// A connection of the labs: requests as the wire has them, without the stock client's threads, buffers and patience.
/// Fetched batches are judged and opened by Kafka's own classes.
final class LabClient implements AutoCloseable {
  /// The servers of the labs start while everything else is busy.
  private static final int PATIENCE_MS = 90_000;

  private static final int PRODUCE_VERSION = 9;
  private static final int FETCH_VERSION = 12;
  private static final int FETCH_BYTES = 1 << 20;

  private final WireClient wire;

  LabClient(int port) throws IOException {
    this.wire = new WireClient(port, PATIENCE_MS);
  }

  void createTopic(String name, int partitions) throws IOException {
    CreatableTopicConfigCollection configs = new CreatableTopicConfigCollection();
    configs.add(new CreatableTopicConfig().setName("segment.ms").setValue("150"));
    configs.add(new CreatableTopicConfig().setName("index.interval.bytes").setValue("256"));
    CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(10_000);
    request
        .topics()
        .add(
            new CreatableTopic()
                .setName(name)
                .setNumPartitions(partitions)
                .setReplicationFactor((short) 1)
                .setConfigs(configs));
    CreateTopicsResponseData answer = wire.ask(request, 5, CreateTopicsResponseData.class);
    requireNone(answer.topics().find(name).errorCode(), "create topic " + name);
  }

  /// The name of the log behind this port.
  String clusterId() throws IOException {
    MetadataRequestData request = new MetadataRequestData().setTopics(List.of());
    return String.valueOf(wire.ask(request, 9, MetadataResponseData.class).clusterId());
  }

  long newProducerId() throws IOException {
    InitProducerIdResponseData answer =
        wire.ask(
            new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(1000),
            4,
            InitProducerIdResponseData.class);
    requireNone(answer.errorCode(), "new producer id");
    return answer.producerId();
  }

  /// Sends a batch; the answers come in this order.
  void send(LogId log, ByteBuffer batch) throws IOException {
    TopicProduceData topic = new TopicProduceData().setName(log.topic());
    topic
        .partitionData()
        .add(
            new PartitionProduceData()
                .setIndex(log.partition())
                .setRecords(MemoryRecords.readableRecords(batch)));
    ProduceRequestData request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(10_000);
    request.topicData().add(topic);
    wire.send(request, PRODUCE_VERSION);
  }

  PartitionProduceResponse awaitAnswer() throws IOException {
    return wire.read(ApiKeys.PRODUCE, PRODUCE_VERSION, ProduceResponseData.class)
        .responses()
        .iterator()
        .next()
        .partitionResponses()
        .getFirst();
  }

  /// One fetch of one partition.
  PartitionData fetch(LogId log, long offset, int maxWaitMs) throws IOException {
    FetchRequestData request =
        new FetchRequestData()
            .setReplicaId(-1)
            .setMaxWaitMs(maxWaitMs)
            .setMinBytes(1)
            .setMaxBytes(FETCH_BYTES)
            .setTopics(
                List.of(
                    new FetchTopic()
                        .setTopic(log.topic())
                        .setPartitions(
                            List.of(
                                new FetchPartition()
                                    .setPartition(log.partition())
                                    .setFetchOffset(offset)
                                    .setPartitionMaxBytes(FETCH_BYTES)))));
    FetchResponseData answer = wire.ask(request, FETCH_VERSION, FetchResponseData.class);
    return answer.responses().getFirst().partitions().getFirst();
  }

  /// Every record there was when this was asked.
  ///
  /// @throws UnknownTopic when the server does not know the topic: it would read as an empty log otherwise
  ReadWhole readWhole(LogId log) throws IOException {
    PartitionData first = fetch(log, 0, 0);
    if (first.logStartOffset() <= 0) {
      requireServed(log, first, 0);
    }
    long start = first.logStartOffset();
    long end = first.highWatermark();
    List<Seen> found = new ArrayList<>();
    long next = start;
    while (next < end) {
      PartitionData answer = fetch(log, next, 0);
      requireServed(log, answer, next);
      List<Seen> records = records(log, answer, next);
      if (records.isEmpty()) {
        break;
      }
      found.addAll(records);
      next = found.getLast().offset() + 1;
    }
    return new ReadWhole(
        log, start, end, found.stream().filter(seen -> seen.offset() < end).toList());
  }

  private static void requireServed(LogId log, PartitionData answer, long offset)
      throws IOException {
    Errors error = Errors.forCode(answer.errorCode());
    if (error == Errors.UNKNOWN_TOPIC_OR_PARTITION) {
      throw new UnknownTopic("%s is unknown".formatted(log));
    }
    if (error == Errors.CORRUPT_MESSAGE || error == Errors.OFFSET_OUT_OF_RANGE) {
      throw new AssertionError("%s at offset %d: %s".formatted(log, offset, error));
    }
    requireNone(answer.errorCode(), "fetch " + log + " at " + offset);
  }

  /// The records from this offset on, each as it claims to be.
  static List<Seen> records(LogId log, PartitionData answer, long from) {
    List<Seen> found = new ArrayList<>();
    for (RecordBatch batch : ((MemoryRecords) answer.records()).batches()) {
      batch.ensureValid();
      for (Record record : batch) {
        if (record.offset() >= from) {
          found.add(new Seen(log, record.offset(), Payload.decode(record.value())));
        }
      }
    }
    return found;
  }

  private static void requireNone(short code, String what) throws IOException {
    if (code != Errors.NONE.code()) {
      throw new IOException(what + ": " + Errors.forCode(code));
    }
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}
