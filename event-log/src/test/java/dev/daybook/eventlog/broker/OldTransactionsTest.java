package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Transactions as clients before 4.0 speak them: the epoch stays the same from one to the next.
class OldTransactionsTest {
  private static final String ID = "old";

  @TempDir private Path directory;

  @Test
  void offsetsAreCommittedInOneTransactionAfterTheOther() throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        Admin admin = daybook.admin();
        WireClient client = daybook.wire()) {
      admin.createTopics(List.of(new NewTopic("in", 1, (short) 1))).all().get();
      InitProducerIdResponseData producer = init(client);

      for (long offset = 1; offset <= 3; offset++) {
        commit(client, producer, offset);
        assertEquals(
            offset,
            admin
                .listConsumerGroupOffsets(ID)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(new TopicPartition("in", 0))
                .offset());
      }
    }
  }

  private static InitProducerIdResponseData init(WireClient client) throws Exception {
    InitProducerIdResponseData producer;
    do {
      client.send(
          new InitProducerIdRequestData().setTransactionalId(ID).setTransactionTimeoutMs(60_000),
          2);
      producer = client.read(ApiKeys.INIT_PRODUCER_ID, 2, InitProducerIdResponseData.class);
    } while (retriable(producer.errorCode()));
    assertEquals(Errors.NONE, Errors.forCode(producer.errorCode()));
    return producer;
  }

  private static void commit(WireClient client, InitProducerIdResponseData producer, long offset)
      throws IOException {
    short error;
    do {
      client.send(
          new AddOffsetsToTxnRequestData()
              .setTransactionalId(ID)
              .setProducerId(producer.producerId())
              .setProducerEpoch(producer.producerEpoch())
              .setGroupId(ID),
          2);
      error =
          client.read(ApiKeys.ADD_OFFSETS_TO_TXN, 2, AddOffsetsToTxnResponseData.class).errorCode();
    } while (retriable(error));
    assertEquals(Errors.NONE, Errors.forCode(error));
    commitOffset(client, producer, offset);
    client.send(
        new EndTxnRequestData()
            .setTransactionalId(ID)
            .setProducerId(producer.producerId())
            .setProducerEpoch(producer.producerEpoch())
            .setCommitted(true),
        2);
    error = client.read(ApiKeys.END_TXN, 2, EndTxnResponseData.class).errorCode();
    assertEquals(Errors.NONE, Errors.forCode(error));
  }

  private static void commitOffset(
      WireClient client, InitProducerIdResponseData producer, long offset) throws IOException {
    TxnOffsetCommitRequestPartition partition =
        new TxnOffsetCommitRequestPartition().setPartitionIndex(0).setCommittedOffset(offset);
    client.send(
        new TxnOffsetCommitRequestData()
            .setTransactionalId(ID)
            .setProducerId(producer.producerId())
            .setProducerEpoch(producer.producerEpoch())
            .setGroupId(ID)
            .setTopics(
                List.of(
                    new TxnOffsetCommitRequestTopic()
                        .setName("in")
                        .setPartitions(List.of(partition)))),
        2);
    TxnOffsetCommitResponseData reply =
        client.read(ApiKeys.TXN_OFFSET_COMMIT, 2, TxnOffsetCommitResponseData.class);
    assertEquals(
        Errors.NONE, Errors.forCode(reply.topics().getFirst().partitions().getFirst().errorCode()));
  }

  /// What every client tries again.
  private static boolean retriable(short error) {
    return Errors.forCode(error) == Errors.CONCURRENT_TRANSACTIONS
        || Errors.forCode(error) == Errors.COORDINATOR_LOAD_IN_PROGRESS
        || Errors.forCode(error) == Errors.COORDINATOR_NOT_AVAILABLE;
  }
}
