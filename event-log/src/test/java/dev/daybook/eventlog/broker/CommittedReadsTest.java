package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.daybook.eventlog.partition.AppendPart;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.MarkerAppend;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.protocol.ApiRanges;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TransactionCoordinatorFencedException;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What readers of committed records and administrators are told of transactions, through the stock clients and in
/// every version of the wire. The transactions are written into the log as a coordinator would.
class CommittedReadsTest {
  private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
  private static final long OPEN = 9;

  @TempDir private Path directory;
  private RunningBroker daybook;
  private Admin admin;

  /// At offset 0 a record of nobody's transaction, at 1 a committed one, at 3 an aborted one, at 5 one of a
  /// transaction that stays open, at 6 another of nobody's.
  @BeforeEach
  void writeTransactions() throws Exception {
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
    admin
        .createTopics(List.of(new NewTopic("orders", 1, (short) 1)))
        .all()
        .get(90, TimeUnit.SECONDS);
    append(plain("a"));
    append(begin(7, "committed"));
    append(marker(7, true));
    append(begin(8, "aborted"));
    append(marker(8, false));
    append(begin(OPEN, "open"));
    append(new PartitionAppend(orders(), plain("z", System.currentTimeMillis() + 60_000)));
  }

  @AfterEach
  void stop() throws IOException {
    admin.close();
    daybook.close();
  }

  @Test
  void aConsumerOfCommittedRecordsSeesNeitherOpenNorAbortedOnes() throws Exception {
    for (int life = 0; life < 2; life++) {
      try (KafkaConsumer<String, String> all = daybook.consumer();
          KafkaConsumer<String, String> committed =
              daybook.consumer("isolation.level=read_committed")) {
        assertEquals(List.of("a", "committed", "aborted", "open", "z"), poll(all, 5));
        assertEquals(List.of("a", "committed"), poll(committed, 2));
        assertEquals(5, committed.endOffsets(List.of(ORDERS)).get(ORDERS));
        assertEquals(7, all.endOffsets(List.of(ORDERS)).get(ORDERS));
      }
      stop();
      daybook = RunningBroker.in(directory);
      admin = daybook.admin();
    }
  }

  @Test
  void aWaitingConsumerIsWokenByTheMarker() throws Exception {
    try (KafkaConsumer<String, String> committed =
        daybook.consumer(
            "isolation.level=read_committed",
            "fetch.max.wait.ms=300000",
            "request.timeout.ms=400000")) {
      assertEquals(List.of("a", "committed"), poll(committed, 2));
      CompletableFuture<Void> ended =
          CompletableFuture.runAsync(
              () -> append(marker(OPEN, true)),
              CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));

      assertEquals(List.of("open", "z"), poll(committed, 2));
      ended.join();
      committed.close(CloseOptions.timeout(Duration.ZERO)); // Another Fetch waits by now.
    }
  }

  @Test
  void everyVersionOfFetchNamesWhatWasAborted() throws IOException {
    Uuid topicId =
        new Uuid(
            orders().id().topic().mostSignificantBits(),
            orders().id().topic().leastSignificantBits());
    ApiRanges.Range versions = ApiRanges.range(ApiKeys.FETCH);
    try (WireClient client = daybook.wire()) {
      for (int version = versions.min(); version <= versions.max(); version++) {
        FetchRequestData request = Requests.fetch("orders", topicId, 0, 0, version);
        PartitionData all = fetch(client, request, version);
        PartitionData committed = fetch(client, request.setIsolationLevel((byte) 1), version);

        assertNull(all.abortedTransactions());
        assertEquals(5, all.lastStableOffset());
        assertEquals(7, all.highWatermark());
        assertEquals(1, committed.abortedTransactions().size(), "version " + version);
        assertEquals(8, committed.abortedTransactions().getFirst().producerId());
        assertEquals(3, committed.abortedTransactions().getFirst().firstOffset());
        assertEquals(5, committed.lastStableOffset());
        assertEquals(7, committed.highWatermark());
      }
    }
  }

  @Test
  void aTimeBehindTheStableOffsetIsNotFoundAmongCommittedRecords() throws Exception {
    OffsetSpec last = OffsetSpec.maxTimestamp();

    assertEquals(6, offset(last, IsolationLevel.READ_UNCOMMITTED));
    assertEquals(-1, offset(last, IsolationLevel.READ_COMMITTED));
    append(marker(OPEN, false));
    assertEquals(6, offset(last, IsolationLevel.READ_COMMITTED));
  }

  @Test
  void whoAsksForProducersOfAnImpossibleTopicIsToldSo() throws IOException {
    DescribeProducersRequestData request =
        new DescribeProducersRequestData()
            .setTopics(List.of(producersOf("bad name"), producersOf("absent")));
    try (WireClient client = daybook.wire()) {
      DescribeProducersResponseData answer =
          client.ask(request, 0, DescribeProducersResponseData.class);

      assertEquals(
          List.of(Errors.INVALID_TOPIC_EXCEPTION.code(), Errors.UNKNOWN_TOPIC_OR_PARTITION.code()),
          answer.topics().stream()
              .map(topic -> topic.partitions().getFirst().errorCode())
              .toList());
    }
  }

  private static DescribeProducersRequestData.TopicRequest producersOf(String topic) {
    return new DescribeProducersRequestData.TopicRequest()
        .setName(topic)
        .setPartitionIndexes(List.of(0));
  }

  @Test
  void anAdministratorFindsAndAbortsATransactionThatHangs() throws Exception {
    ProducerState hanging = producer(OPEN);
    assertEquals(5, hanging.currentTransactionStartOffset().orElseThrow());
    assertEquals(0, producer(7).coordinatorEpoch().orElseThrow());
    assertEquals(true, producer(7).currentTransactionStartOffset().isEmpty());

    assertInstanceOf(InvalidProducerEpochException.class, failureOfAbort(7, -1, 0));
    assertInstanceOf(TransactionCoordinatorFencedException.class, failureOfAbort(7, 0, -1));
    admin
        .abortTransaction(
            new AbortTransactionSpec(
                ORDERS,
                OPEN,
                (short) hanging.producerEpoch(),
                hanging.coordinatorEpoch().orElse(0)))
        .all()
        .get(90, TimeUnit.SECONDS);

    assertEquals(true, producer(OPEN).currentTransactionStartOffset().isEmpty());
    assertEquals(orders().highWatermark(), orders().lastStableOffset());
    try (KafkaConsumer<String, String> committed =
        daybook.consumer("isolation.level=read_committed")) {
      assertEquals(List.of("a", "committed", "z"), poll(committed, 3));
    }
  }

  /// As left by a broker that did not verify: no coordinator knows of it.
  @Test
  void anAdministratorAbortsWhatHangsAmongGroupOffsets() throws Exception {
    try (KafkaProducer<String, String> another = daybook.producer("transactional.id=another")) {
      another.initTransactions();
    }
    admin
        .listConsumerGroupOffsets("movers")
        .partitionsToOffsetAndMetadata()
        .get(90, TimeUnit.SECONDS);
    Topic topic = daybook.log().topics().byName("__consumer_offsets").orElseThrow();
    Partition offsets = Objects.requireNonNull(daybook.log().partition(topic.partition(1)));
    append(begin(offsets, 77, "no offset"));
    TopicPartition hangs = new TopicPartition("__consumer_offsets", 1);
    assertEquals(77, open(hangs).getFirst().producerId());

    admin
        .abortTransaction(new AbortTransactionSpec(hangs, 77, (short) 0, 0))
        .all()
        .get(90, TimeUnit.SECONDS);

    assertEquals(List.of(), open(hangs));
    assertEquals(offsets.highWatermark(), offsets.lastStableOffset());
  }

  private List<ProducerState> open(TopicPartition partition) throws Exception {
    return admin
        .describeProducers(List.of(partition))
        .partitionResult(partition)
        .get(90, TimeUnit.SECONDS)
        .activeProducers()
        .stream()
        .filter(producer -> producer.currentTransactionStartOffset().isPresent())
        .toList();
  }

  private Throwable failureOfAbort(long producer, int epochsBack, int coordinatorEpochsBack) {
    append(new MarkerAppend(orders(), new TransactionMarker(producer, (short) 1, 1, true)));
    AbortTransactionSpec spec =
        new AbortTransactionSpec(
            ORDERS, producer, (short) (1 + epochsBack), 1 + coordinatorEpochsBack);
    return Objects.requireNonNull(
        assertThrows(
                ExecutionException.class,
                () -> admin.abortTransaction(spec).all().get(90, TimeUnit.SECONDS))
            .getCause());
  }

  private ProducerState producer(long id) throws Exception {
    return admin
        .describeProducers(List.of(ORDERS))
        .partitionResult(ORDERS)
        .get(90, TimeUnit.SECONDS)
        .activeProducers()
        .stream()
        .filter(producer -> producer.producerId() == id)
        .findFirst()
        .orElseThrow();
  }

  private long offset(OffsetSpec spec, IsolationLevel isolation) throws Exception {
    return admin
        .listOffsets(Map.of(ORDERS, spec), new ListOffsetsOptions(isolation))
        .partitionResult(ORDERS)
        .get(90, TimeUnit.SECONDS)
        .offset();
  }

  private static PartitionData fetch(WireClient client, FetchRequestData request, int version)
      throws IOException {
    return client
        .ask(request, version, FetchResponseData.class)
        .responses()
        .getFirst()
        .partitions()
        .getFirst();
  }

  private static List<String> poll(KafkaConsumer<String, String> consumer, int count) {
    if (consumer.assignment().isEmpty()) {
      consumer.assign(List.of(ORDERS));
      consumer.seekToBeginning(List.of(ORDERS));
    }
    List<String> values = new ArrayList<>();
    long endNs = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (values.size() < count && System.nanoTime() < endNs) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
        values.add(record.value());
      }
    }
    return values;
  }

  private Partition orders() {
    Topic topic = daybook.log().topics().byName("orders").orElseThrow();
    return Objects.requireNonNull(daybook.log().partition(topic.partition(0)));
  }

  private void append(AppendPart part) {
    AppendResult result = daybook.log().append(List.of(part)).durable().join().getFirst();
    assertInstanceOf(AppendResult.Appended.class, result);
  }

  private PartitionAppend plain(String value) {
    return new PartitionAppend(orders(), plain(value, System.currentTimeMillis()));
  }

  private static ByteBuffer plain(String value, long timestampMs) {
    return with(RecordBatchBuilder.uncompressed(), value, timestampMs);
  }

  private PartitionAppend begin(long producer, String value) {
    return begin(orders(), producer, value);
  }

  private static PartitionAppend begin(Partition partition, long producer, String value) {
    ByteBuffer batch =
        with(
            RecordBatchBuilder.uncompressed().producer(producer, (short) 0, 0).transactional(),
            value,
            System.currentTimeMillis());
    return new PartitionAppend(partition, batch)
        .with(partition.guard(producer, (short) 0).orElseThrow());
  }

  private MarkerAppend marker(long producer, boolean commit) {
    return new MarkerAppend(orders(), new TransactionMarker(producer, (short) 0, 0, commit));
  }

  private static ByteBuffer with(RecordBatchBuilder batch, String value, long timestampMs) {
    return batch
        .append(timestampMs, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
        .build();
  }
}
