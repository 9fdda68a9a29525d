package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.topic.EpochRaise;
import dev.daybook.eventlog.topic.NewTopic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// The life of a log that becomes a fixture: some of all that a format holds, a clean stop, then a tail that only the
/// journal has when this process halts. Writes down what it sent, which is what any later Daybook must find.
final class FixtureLife {
  static final String DEDUP = "dedup";
  static final long DEDUP_PRODUCER = 4_711;

  private static final long DAY_MS = 1_750_000_000_000L;
  private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

  private final Path data;
  private final FixtureContent sent = new FixtureContent();

  private FixtureLife(Path data) {
    this.data = data;
  }

  /// @param arguments the data directory, and the file for what it holds
  public static void main(String[] arguments) throws Exception {
    FixtureLife life = new FixtureLife(Path.of(arguments[0]));
    try (RunningBroker daybook = RunningBroker.in(life.data)) {
      life.first(daybook);
    }
    RunningBroker daybook = RunningBroker.in(life.data);
    life.second(daybook);
    Files.writeString(Path.of(arguments[1]), life.sent.text());
    Runtime.getRuntime().halt(0);
  }

  private void first(RunningBroker daybook) throws Exception {
    create(daybook, "segments", 1, Map.of("segment.ms", "1000"));
    create(daybook, "shortened", 1, Map.of("segment.ms", "1000"));
    create(daybook, "two-partitions", 2, Map.of());
    create(daybook, "passing", 1, Map.of());
    create(daybook, DEDUP, 1, Map.of());
    sendInAllCodecs(daybook, "first");
    for (String topic : List.of("segments", "shortened", "passing")) {
      send(daybook, "none", topic, "s", 30, 700);
    }
    send(daybook, "none", "two-partitions", "k", 20, 1);
    for (int sequence = 0; sequence < 4; sequence++) {
      append(daybook, sequence);
    }
    daybook.log().deleteTopic(daybook.log().topics().byName("passing").orElseThrow().id()).join();
    sent.forgetTopic("passing");
    try (Admin admin = daybook.admin()) {
      TopicPartition shortened = new TopicPartition("shortened", 0);
      admin.deleteRecords(Map.of(shortened, RecordsToDelete.beforeOffset(11))).all().get();
      sent.startsAt("shortened", 0, 11);
    }
    commit(daybook, "auditors", "segments", 17);
    daybook.log().raiseEpoch(EpochRaise.Reason.LOSS_ACCEPTED, "for the fixture").join();
  }

  private void second(RunningBroker daybook) throws Exception {
    sent.clusterId(daybook.log().clusterId());
    sendInAllCodecs(daybook, "second");
    send(daybook, "none", "segments", "tail", 5, 700);
    for (int sequence = 4; sequence < 6; sequence++) {
      append(daybook, sequence);
    }
    commit(daybook, "auditors", "segments", 21);
    commit(daybook, "late", "codec-zstd", 3);
    sent.epoch(daybook.log().topics().leaderEpoch());
  }

  private static void create(
      RunningBroker daybook, String topic, int partitions, Map<String, String> settings) {
    daybook.log().createTopic(new NewTopic(topic, partitions, settings)).join();
  }

  private void sendInAllCodecs(RunningBroker daybook, String life) throws Exception {
    for (String codec : CODECS) {
      send(daybook, codec, "codec-" + codec, life, 10, 1);
    }
  }

  private void send(
      RunningBroker daybook, String codec, String topic, String prefix, int records, int stepMs)
      throws Exception {
    try (KafkaProducer<String, String> producer =
        daybook.producer("compression.type=" + codec, "linger.ms=5")) {
      for (int i = 0; i < records; i++) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("n", Integer.toString(i).getBytes(StandardCharsets.UTF_8));
        ProducerRecord<String, String> record =
            new ProducerRecord<>(
                topic,
                null,
                DAY_MS + (long) i * stepMs,
                prefix + "-key-" + i % 7,
                i % 9 == 8 ? null : prefix + "-value-" + i + "é".repeat(i),
                headers);
        RecordMetadata at = producer.send(record).get();
        sent.record(
            topic, at.partition(), at.offset(), record.timestamp(), record.key(), record.value());
      }
    }
  }

  private void append(RunningBroker daybook, int sequence) {
    Partition partition =
        Objects.requireNonNull(
            daybook
                .log()
                .partition(daybook.log().topics().byName(DEDUP).orElseThrow().partition(0)));
    AppendResult result =
        daybook
            .log()
            .append(List.of(new PartitionAppend(partition, dedupBatch(sequence))))
            .durable()
            .join()
            .getFirst();
    long offset = ((AppendResult.Appended) result).baseOffset();
    sent.record(DEDUP, 0, offset, DAY_MS, null, "dedup-" + sequence);
    sent.dedup(sequence, offset);
  }

  static ByteBuffer dedupBatch(int sequence) {
    return RecordBatchBuilder.uncompressed()
        .producer(DEDUP_PRODUCER, (short) 0, sequence)
        .append(
            DAY_MS, null, ByteBuffer.wrap(("dedup-" + sequence).getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  private void commit(RunningBroker daybook, String group, String topic, long offset) {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, String> consumer = daybook.consumer("group.id=" + group)) {
      consumer.assign(List.of(partition));
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(offset)));
    }
    sent.committed(group, partition.toString(), offset);
  }
}
