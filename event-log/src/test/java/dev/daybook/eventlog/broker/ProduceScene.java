package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.partition.RecordValidator.RecordFault;
import dev.daybook.eventlog.partition.RecordValidator.Verdict;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A broker with a topic `orders`, and a client that asks it to take batches which are made by hand.
abstract class ProduceScene {
  private static final int ATTRIBUTES_AT = 21;
  static final int VERSION = 12;

  @TempDir private Path directory;
  RunningBroker daybook;
  WireClient client;

  @BeforeEach
  void start() throws IOException {
    daybook = RunningBroker.in(directory, config -> config, ProduceScene::noLies);
    client = daybook.wire();
    create("orders", "", "");
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    daybook.close();
  }

  /// A contract: no value may be "lie"; of "later" nobody knows yet.
  private static Verdict noLies(Topic topic, List<LogRecord> records) {
    List<RecordFault> faults = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      String value = StandardCharsets.UTF_8.decode(records.get(i).requireValue()).toString();
      if (value.equals("later")) {
        return new Verdict.NotReady("schemas are still being loaded");
      }
      if (value.equals("lie")) {
        faults.add(new RecordFault(i, "the value is a lie"));
      }
    }
    return faults.isEmpty() ? new Verdict.Accepted() : new Verdict.Refused(faults);
  }

  MemoryRecords fetch(String topic) throws IOException {
    FetchResponseData found =
        client.ask(Requests.fetch(topic, Uuid.ZERO_UUID, 0, 0, 12), 12, FetchResponseData.class);
    return (MemoryRecords) found.responses().getFirst().partitions().getFirst().records();
  }

  List<String> values(String topic) throws IOException {
    List<String> values = new ArrayList<>();
    fetch(topic)
        .records()
        .forEach(record -> values.add(StandardCharsets.UTF_8.decode(record.value()).toString()));
    return values;
  }

  void create(String topic, String setting, String value) throws IOException {
    CreateTopicsRequestData request = Requests.createTopics(topic);
    if (!setting.isEmpty()) {
      request
          .topics()
          .find(topic)
          .configs()
          .add(new CreatableTopicConfig().setName(setting).setValue(value));
    }
    CreateTopicsResponseData answer = client.ask(request, 7, CreateTopicsResponseData.class);
    assertEquals(0, answer.topics().find(topic).errorCode());
  }

  /// A batch with one value, and these attributes.
  static ByteBuffer withAttribute(int bit, String value) {
    ByteBuffer bytes = Requests.bytes(Requests.batch(value));
    return withCrc(bytes.putShort(ATTRIBUTES_AT, (short) bit));
  }

  static ByteBuffer withCrc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(ATTRIBUTES_AT, bytes.limit() - ATTRIBUTES_AT));
    bytes.putInt(17, (int) crc.getValue());
    return bytes;
  }

  PartitionProduceResponse produce(String topic, int partition, ByteBuffer batch)
      throws IOException {
    return produce(topic, partition, MemoryRecords.readableRecords(batch));
  }

  PartitionProduceResponse produce(String topic, int partition, MemoryRecords batch)
      throws IOException {
    return send(Requests.produce(topic, Uuid.ZERO_UUID, partition, batch, VERSION), VERSION);
  }

  PartitionProduceResponse send(ProduceRequestData request, int version) throws IOException {
    return client
        .ask(request, version, ProduceResponseData.class)
        .responses()
        .iterator()
        .next()
        .partitionResponses()
        .getFirst();
  }

  static Errors error(PartitionProduceResponse answer) {
    return Errors.forCode(answer.errorCode());
  }
}
