package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Topics that keep their records in one codec, whatever producers send.
class RepackingTest {
  @TempDir private Path directory;
  private RunningBroker daybook;
  private Admin admin;

  @BeforeEach
  void start() throws IOException {
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
  }

  @AfterEach
  void stop() throws IOException {
    admin.close();
    daybook.close();
  }

  @ParameterizedTest
  @CsvSource({
    "uncompressed, none",
    "gzip, gzip",
    "snappy, snappy",
    "lz4, lz4",
    "zstd, zstd",
  })
  void everyCodecBecomesTheTopicsAndNoRecordChanges(String type, String kept) throws Exception {
    create("kept", Map.of("compression.type", type));
    for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
      try (KafkaProducer<String, String> producer =
          daybook.producer("compression.type=" + codec, "linger.ms=20")) {
        producer.send(
            new ProducerRecord<>(
                "kept",
                0,
                7L,
                "key",
                codec + "x".repeat(500),
                List.of(new RecordHeader("h", new byte[] {1, 2}))));
        producer
            .send(new ProducerRecord<String, String>("kept", 0, 8L, "key", (String) null))
            .get();
      }
    }

    List<String> values = new ArrayList<>();
    for (MutableRecordBatch batch : fetch("kept").batches()) {
      batch.ensureValid();
      assertEquals(CompressionType.forName(kept), batch.compressionType());
      assertTrue(batch.hasProducerId());
      batch.forEach(
          record -> {
            assertEquals("key", StandardCharsets.UTF_8.decode(record.key()).toString());
            if (record.hasValue()) {
              assertEquals(7L, record.timestamp());
              assertEquals(2, record.headers()[0].value().length);
              values.add(StandardCharsets.UTF_8.decode(record.value()).toString());
            } else {
              assertEquals(8L, record.timestamp());
            }
          });
    }
    assertEquals(
        List.of("none", "gzip", "snappy", "lz4", "zstd"),
        values.stream().map(value -> value.replace("x", "")).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "lz4", "zstd"})
  void aHigherLevelPacksBetter(String codec) throws Exception {
    int most = codec.equals("gzip") ? 9 : 17;
    create("quick", Map.of("compression.type", codec, "compression." + codec + ".level", "1"));
    create(
        "small", Map.of("compression.type", codec, "compression." + codec + ".level", "" + most));
    StringBuilder text = new StringBuilder();
    java.util.Random random = new java.util.Random(5);
    while (text.length() < 200_000) {
      text.append("order ").append(random.nextInt(3_000)).append(" of ").append(random.nextInt(70));
    }
    for (String topic : List.of("quick", "small")) {
      assertEquals(Errors.NONE, error(produce(topic, Requests.batch(text.toString()))));
    }

    assertTrue(fetch("small").sizeInBytes() < fetch("quick").sizeInBytes());
  }

  @Test
  void whatGrowsBeyondTheLimitIsTooLarge() throws Exception {
    create("plain", Map.of("compression.type", "uncompressed", "max.message.bytes", "10000"));

    assertEquals(Errors.MESSAGE_TOO_LARGE, error(produce("plain", zipped(20_000))));
    assertEquals(Errors.NONE, error(produce("plain", zipped(5_000))));
  }

  @Test
  void memoryForWhatIsUnpackedComesBackWhetherItIsTakenOrNot() throws Exception {
    create("plain", Map.of("compression.type", "uncompressed", "max.message.bytes", "10000"));
    int more = (int) (Runtime.getRuntime().maxMemory() / 8 / (900 << 10)) + 20;

    for (int i = 0; i < more; i++) {
      assertEquals(Errors.MESSAGE_TOO_LARGE, error(produce("plain", zipped(900 << 10))));
    }
    assertEquals(Errors.NONE, error(produce("plain", zipped(5_000))));
  }

  @Test
  void aBombIsNotUnpacked() throws Exception {
    create("plain", Map.of("compression.type", "uncompressed"));

    assertEquals(Errors.CORRUPT_MESSAGE, error(produce("plain", zipped(200 << 20))));
  }

  /// One record of so many zeros, packed.
  private static MemoryRecords zipped(int bytes) {
    return MemoryRecords.withRecords(
        Compression.gzip().build(),
        new SimpleRecord(System.currentTimeMillis(), new byte[1], new byte[bytes]));
  }

  private void create(String topic, Map<String, String> settings) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(settings))).all().get();
  }

  private PartitionProduceResponse produce(String topic, MemoryRecords batch) throws IOException {
    try (WireClient client = daybook.wire()) {
      return client
          .ask(Requests.produce(topic, Uuid.ZERO_UUID, 0, batch, 12), 12, ProduceResponseData.class)
          .responses()
          .iterator()
          .next()
          .partitionResponses()
          .getFirst();
    }
  }

  private MemoryRecords fetch(String topic) throws IOException {
    try (WireClient client = daybook.wire()) {
      FetchResponseData found =
          client.ask(Requests.fetch(topic, Uuid.ZERO_UUID, 0, 0, 12), 12, FetchResponseData.class);
      return (MemoryRecords)
          Objects.requireNonNull(found.responses().getFirst().partitions().getFirst().records());
    }
  }

  private static Errors error(PartitionProduceResponse answer) {
    return Errors.forCode(answer.errorCode());
  }
}
