package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The rules of transactions on the wire: what a client of either protocol is told, in the words of its version.
class TransactionRulesTest {
  private static final int OLD = 9;
  private static final int ABORTABLE = 11;
  private static final int JOINING = 12;

  @TempDir private static Path directory;
  private static RunningBroker daybook;
  private WireClient client;

  @BeforeAll
  static void start() throws IOException {
    daybook = RunningBroker.in(directory);
    try (WireClient client = daybook.wire()) {
      client.ask(Requests.metadata("orders"), 12, MetadataResponseData.class);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    daybook.close();
  }

  @BeforeEach
  void connect() throws IOException {
    client = daybook.wire();
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
  }

  @Test
  void aClientOfTheOlderProtocolAddsPartitionsAndOffsetsByItself() throws IOException {
    Producer producer = init("older", 3);
    assertEquals(Errors.NONE, add(producer, 3));
    assertEquals(Errors.NONE, produce(producer, 0, OLD));
    assertEquals(Errors.NONE, addOffsets(producer, 3));
    assertEquals(Errors.NONE, commitOffset(producer, 17, 3));

    assertEquals(Errors.UNSTABLE_OFFSET_COMMIT, Errors.forCode(committed("older").errorCode()));
    assertEquals(Errors.NONE, end(producer, true, 3));
    assertEquals(17, committed("older").committedOffset());
    assertEquals(Errors.NONE, end(producer, true, 3), "asked again, it is a retry");
    assertEquals(Errors.INVALID_TXN_STATE, end(producer, false, 3));
  }

  @Test
  void offsetsOfAnAbortedTransactionNeverWere() throws IOException {
    Producer producer = init("aborted", 4);
    assertEquals(Errors.NONE, commitOffset(producer, 5, 5));
    assertEquals(Errors.NONE, end(producer, false, 5));

    assertEquals(-1, committed("aborted").committedOffset());
    assertEquals(0, committed("aborted").errorCode());
  }

  @Test
  void aBatchIsRefusedWhosePartitionTakesNoPart() throws IOException {
    Producer producer = init("outside", 4);

    assertEquals(Errors.INVALID_TXN_STATE, produce(producer, 0, OLD));
    assertEquals(Errors.TRANSACTION_ABORTABLE, produce(producer, 0, ABORTABLE));
    assertEquals(Errors.NONE, produce(producer, 0, JOINING), "it joins by its first batch");
    assertEquals(Errors.NONE, produce(producer, 1, OLD), "and has joined then");
  }

  @Test
  void aTransactionTakesNoInternalTopicIn() throws IOException {
    Producer producer = init("internal", 4);
    AddPartitionsToTxnResponseData answer =
        client.ask(
            partitions(producer, "orders", "__transaction_state"),
            3,
            AddPartitionsToTxnResponseData.class);

    assertEquals(Errors.OPERATION_NOT_ATTEMPTED, error(answer, "orders"));
    assertEquals(Errors.TOPIC_AUTHORIZATION_FAILED, error(answer, "__transaction_state"));
  }

  @Test
  void aProducerThatWasTakenOverFromIsToldSoInItsVersionsWords() throws IOException {
    Producer old = init("taken-over", 4);
    init("taken-over", 4);

    assertEquals(Errors.INVALID_PRODUCER_EPOCH, end(old, true, 1));
    assertEquals(Errors.PRODUCER_FENCED, end(old, true, 2));
    assertEquals(Errors.PRODUCER_FENCED, end(old, true, 5));
    assertEquals(Errors.INVALID_PRODUCER_EPOCH, add(old, 1));
    assertEquals(Errors.PRODUCER_FENCED, add(old, 2));
    assertEquals(Errors.INVALID_PRODUCER_EPOCH, addOffsets(old, 1));
    assertEquals(Errors.PRODUCER_FENCED, addOffsets(old, 2));
    assertEquals(Errors.INVALID_PRODUCER_EPOCH, produce(old, 0, OLD));
    assertEquals(Errors.INVALID_PRODUCER_EPOCH, produce(old, 0, JOINING));
    assertEquals(Errors.INVALID_PRODUCER_EPOCH, commitOffset(old, 1, 5));
    assertEquals(Errors.INVALID_PRODUCER_EPOCH.code(), ask(goOn(old), 3).errorCode());
    assertEquals(Errors.PRODUCER_FENCED.code(), ask(goOn(old), 4).errorCode());
  }

  @Test
  void aStrangerHasNoMapping() throws IOException {
    Producer stranger = new Producer("nobody", 4_711_000_000L, (short) 0);

    assertEquals(Errors.INVALID_PRODUCER_ID_MAPPING, produce(stranger, 0, JOINING));
    assertEquals(Errors.INVALID_PRODUCER_ID_MAPPING, produce(stranger, 0, OLD));
    assertEquals(Errors.INVALID_PRODUCER_ID_MAPPING, end(stranger, true, 5));
    assertEquals(Errors.INVALID_PRODUCER_ID_MAPPING, add(stranger, 3));
    assertEquals(Errors.INVALID_PRODUCER_ID_MAPPING, commitOffset(stranger, 1, 5));
  }

  @Test
  void aDelayedEndDecidesNoLaterTransaction() throws IOException {
    Producer first = init("delayed", 4);
    assertEquals(Errors.NONE, produce(first, 0, JOINING));
    Producer second = ended(first, true);
    assertEquals(first.epoch + 1, second.epoch);
    assertEquals(Errors.NONE, produce(second, 0, JOINING));

    assertEquals(Errors.PRODUCER_FENCED, end(first, false, 5));
    assertEquals(Errors.PRODUCER_FENCED, end(first, true, 5));
    assertEquals(Errors.INVALID_PRODUCER_EPOCH, produce(first, 1, JOINING));
    assertEquals(second.epoch + 1, ended(second, true).epoch);
    assertEquals(second.epoch + 1, ended(second, true).epoch, "asked again, it is a retry");
    assertEquals(Errors.INVALID_TXN_STATE, end(second, false, 5));
  }

  @Test
  void aGenerationThatIsOverCommitsNoOffsets() throws IOException {
    Producer producer = init("generation", 4);
    TxnOffsetCommitRequestData request = offset(producer, 3);
    request.setMemberId("gone").setGenerationId(7);

    assertEquals(Errors.ILLEGAL_GENERATION, commit(request, 5));
  }

  @Test
  void whatMakesNoSenseIsRefused() throws IOException {
    assertEquals(
        Errors.INVALID_TRANSACTION_TIMEOUT.code(),
        ask(request("timeout").setTransactionTimeoutMs(900_001), 4).errorCode());
    assertEquals(
        Errors.INVALID_TRANSACTION_TIMEOUT.code(),
        ask(request("timeout").setTransactionTimeoutMs(0), 4).errorCode());
    assertEquals(Errors.INVALID_REQUEST.code(), ask(request(""), 4).errorCode());
    assertEquals(
        Errors.INVALID_REQUEST.code(), ask(request("half").setProducerId(5), 4).errorCode());

    Producer producer = init("nameless", 4);
    ProduceRequestData nameless = request(producer, "orders", 0).setTransactionalId(null);
    assertEquals(Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, ask(nameless, OLD));
    assertEquals(
        Errors.INVALID_TOPIC_EXCEPTION, ask(request(producer, "__transaction_state", 0), JOINING));
  }

  @Test
  void partitionsAreAddedTogetherOrNotAtAll() throws IOException {
    Producer producer = init("together", 4);
    AddPartitionsToTxnRequestData request = partitions(producer, "orders", "absent");

    AddPartitionsToTxnResponseData answer =
        client.ask(request, 3, AddPartitionsToTxnResponseData.class);

    assertEquals(
        Errors.OPERATION_NOT_ATTEMPTED,
        Errors.forCode(
            answer
                .resultsByTopicV3AndBelow()
                .find("orders")
                .resultsByPartition()
                .iterator()
                .next()
                .partitionErrorCode()));
    assertEquals(
        Errors.UNKNOWN_TOPIC_OR_PARTITION,
        Errors.forCode(
            answer
                .resultsByTopicV3AndBelow()
                .find("absent")
                .resultsByPartition()
                .iterator()
                .next()
                .partitionErrorCode()));
    assertEquals(Errors.INVALID_TXN_STATE, produce(producer, 0, OLD));
  }

  private record Producer(String transactionalId, long id, short epoch) {}

  private Producer init(String transactionalId, int version) throws IOException {
    InitProducerIdResponseData answer = ask(request(transactionalId), version);
    assertEquals(Errors.NONE, Errors.forCode(answer.errorCode()));
    return new Producer(transactionalId, answer.producerId(), answer.producerEpoch());
  }

  private static InitProducerIdRequestData request(String transactionalId) {
    return new InitProducerIdRequestData()
        .setTransactionalId(transactionalId)
        .setTransactionTimeoutMs(60_000);
  }

  private static InitProducerIdRequestData goOn(Producer producer) {
    return request(producer.transactionalId)
        .setProducerId(producer.id)
        .setProducerEpoch(producer.epoch);
  }

  private InitProducerIdResponseData ask(InitProducerIdRequestData request, int version)
      throws IOException {
    return client.ask(request, version, InitProducerIdResponseData.class);
  }

  private Errors add(Producer producer, int version) throws IOException {
    return Errors.forCode(
        client
            .ask(partitions(producer, "orders"), version, AddPartitionsToTxnResponseData.class)
            .resultsByTopicV3AndBelow()
            .find("orders")
            .resultsByPartition()
            .iterator()
            .next()
            .partitionErrorCode());
  }

  private static Errors error(AddPartitionsToTxnResponseData answer, String topic) {
    return Errors.forCode(
        answer
            .resultsByTopicV3AndBelow()
            .find(topic)
            .resultsByPartition()
            .iterator()
            .next()
            .partitionErrorCode());
  }

  private static AddPartitionsToTxnRequestData partitions(Producer producer, String... topics) {
    AddPartitionsToTxnRequestData request =
        new AddPartitionsToTxnRequestData()
            .setV3AndBelowTransactionalId(producer.transactionalId)
            .setV3AndBelowProducerId(producer.id)
            .setV3AndBelowProducerEpoch(producer.epoch);
    for (String topic : topics) {
      request
          .v3AndBelowTopics()
          .add(new AddPartitionsToTxnTopic().setName(topic).setPartitions(List.of(0)));
    }
    return request;
  }

  private Errors addOffsets(Producer producer, int version) throws IOException {
    return Errors.forCode(
        client
            .ask(
                new AddOffsetsToTxnRequestData()
                    .setTransactionalId(producer.transactionalId)
                    .setProducerId(producer.id)
                    .setProducerEpoch(producer.epoch)
                    .setGroupId(producer.transactionalId),
                version,
                AddOffsetsToTxnResponseData.class)
            .errorCode());
  }

  private Errors commitOffset(Producer producer, long offset, int version) throws IOException {
    return commit(offset(producer, offset), version);
  }

  /// Asks again for as long as groups are loaded, as a client does: the first one to ask begins that.
  private Errors commit(TxnOffsetCommitRequestData request, int version) throws IOException {
    long endNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    Errors answer = Errors.COORDINATOR_LOAD_IN_PROGRESS;
    while (answer == Errors.COORDINATOR_LOAD_IN_PROGRESS && System.nanoTime() < endNs) {
      answer =
          Errors.forCode(
              client
                  .ask(request, version, TxnOffsetCommitResponseData.class)
                  .topics()
                  .getFirst()
                  .partitions()
                  .getFirst()
                  .errorCode());
    }
    return answer;
  }

  private static TxnOffsetCommitRequestData offset(Producer producer, long offset) {
    return new TxnOffsetCommitRequestData()
        .setTransactionalId(producer.transactionalId)
        .setProducerId(producer.id)
        .setProducerEpoch(producer.epoch)
        .setGroupId(producer.transactionalId)
        .setTopics(
            List.of(
                new TxnOffsetCommitRequestTopic()
                    .setName("orders")
                    .setPartitions(
                        List.of(
                            new TxnOffsetCommitRequestPartition()
                                .setPartitionIndex(0)
                                .setCommittedOffset(offset)))));
  }

  private OffsetFetchResponsePartition committed(String group) throws IOException {
    return client
        .ask(
            new OffsetFetchRequestData()
                .setGroupId(group)
                .setRequireStable(true)
                .setTopics(
                    List.of(
                        new OffsetFetchRequestTopic()
                            .setName("orders")
                            .setPartitionIndexes(List.of(0)))),
            7,
            OffsetFetchResponseData.class)
        .topics()
        .getFirst()
        .partitions()
        .getFirst();
  }

  private Errors produce(Producer producer, int sequence, int version) throws IOException {
    return ask(request(producer, "orders", sequence), version);
  }

  private Errors ask(ProduceRequestData request, int version) throws IOException {
    return Errors.forCode(
        client
            .ask(request, version, ProduceResponseData.class)
            .responses()
            .iterator()
            .next()
            .partitionResponses()
            .getFirst()
            .errorCode());
  }

  private static ProduceRequestData request(Producer producer, String topic, int sequence) {
    MemoryRecords batch =
        MemoryRecords.withTransactionalRecords(
            Compression.NONE,
            producer.id,
            producer.epoch,
            sequence,
            new SimpleRecord("k".getBytes(), "v".getBytes()));
    return Requests.produce(topic, Uuid.ZERO_UUID, 0, batch, OLD)
        .setTransactionalId(producer.transactionalId);
  }

  private Producer ended(Producer producer, boolean commit) throws IOException {
    EndTxnResponseData answer = askToEnd(producer, commit, 5);
    assertEquals(Errors.NONE, Errors.forCode(answer.errorCode()));
    return new Producer(producer.transactionalId, answer.producerId(), answer.producerEpoch());
  }

  private Errors end(Producer producer, boolean commit, int version) throws IOException {
    return Errors.forCode(askToEnd(producer, commit, version).errorCode());
  }

  private EndTxnResponseData askToEnd(Producer producer, boolean commit, int version)
      throws IOException {
    return client.ask(
        new EndTxnRequestData()
            .setTransactionalId(producer.transactionalId)
            .setProducerId(producer.id)
            .setProducerEpoch(producer.epoch)
            .setCommitted(commit),
        version,
        EndTxnResponseData.class);
  }
}
