package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/// What a Produce request is refused for, and how that is said; batch by batch, as bytes.
class ProduceRulesTest extends ProduceScene {
  @Test
  void aTopicOrPartitionThatIsNotThereIsUnknown() throws IOException {
    assertEquals(
        Errors.UNKNOWN_TOPIC_OR_PARTITION, error(produce("absent", 0, Requests.batch("v"))));
    assertEquals(
        Errors.UNKNOWN_TOPIC_OR_PARTITION, error(produce("orders", 9, Requests.batch("v"))));
    assertEquals(
        Errors.UNKNOWN_TOPIC_OR_PARTITION, error(produce("orders", -1, Requests.batch("v"))));
    PartitionProduceResponse byId =
        send(Requests.produce("", Uuid.randomUuid(), 0, Requests.batch("v"), 13), 13);
    assertEquals(Errors.UNKNOWN_TOPIC_ID, error(byId));
  }

  @Test
  void onlyTheServerWritesToInternalTopics() throws IOException {
    client.ask(new FindCoordinatorRequestData().setKey("g"), 3, FindCoordinatorResponseData.class);
    long endNs = System.nanoTime() + 90_000_000_000L;
    while (daybook.log().topics().byName("__consumer_offsets").isEmpty()
        && System.nanoTime() < endNs) {
      Thread.onSpinWait();
    }

    assertEquals(
        Errors.INVALID_TOPIC_EXCEPTION,
        error(produce("__consumer_offsets", 0, Requests.batch("v"))));
  }

  @Test
  void aPartitionTakesExactlyOneBatchARequest() throws IOException {
    ByteBuffer one = Requests.bytes(Requests.batch("v"));
    ByteBuffer two = ByteBuffer.allocate(2 * one.remaining()).put(one.duplicate()).put(one).flip();

    assertEquals(Errors.INVALID_RECORD, error(produce("orders", 0, two)));
    assertEquals(Errors.INVALID_RECORD, error(produce("orders", 0, ByteBuffer.allocate(0))));
    assertEquals(Errors.INVALID_RECORD, error(produce("orders", 0, ByteBuffer.allocate(30))));
  }

  @Test
  void damagedBytesAreCorrupt() throws IOException {
    ByteBuffer flipped = Requests.bytes(Requests.batch("some value"));
    int last = flipped.limit() - 3;
    flipped.put(last, (byte) (flipped.get(last) ^ 1));

    assertEquals(Errors.CORRUPT_MESSAGE, error(produce("orders", 0, flipped)));
  }

  @Test
  void aBatchThatWasCutIsNoBatchAndIsNotSentAgain() throws IOException {
    ByteBuffer cut = Requests.bytes(Requests.batch("some value"));
    cut.limit(cut.limit() - 2);
    ByteBuffer tooLong = Requests.bytes(Requests.batch("some value"));
    tooLong.putInt(8, tooLong.getInt(8) + 100);

    for (ByteBuffer batch : List.of(cut, tooLong)) {
      Errors error = error(produce("orders", 0, batch));
      assertEquals(Errors.INVALID_RECORD, error);
      assertFalse(error.exception() instanceof RetriableException);
    }
  }

  @Test
  void oldFormatsControlRecordsAndTransactionsOfNobodyAreRefused() throws IOException {
    ByteBuffer old = Requests.bytes(Requests.batch("v"));
    old.put(16, (byte) 1);

    assertEquals(Errors.INVALID_RECORD, error(produce("orders", 0, old)));
    assertEquals(
        Errors.INVALID_RECORD, error(produce("orders", 0, withAttribute(0x20, "control"))));
  }

  @Test
  void whoDoesNotNameATransactionalIdWritesNothingWithATransactionalBatch() throws IOException {
    ProduceRequestData request =
        Requests.produce("orders", Uuid.ZERO_UUID, 0, Requests.batch("v"), VERSION);
    MemoryRecords transactional =
        MemoryRecords.readableRecords(withAttribute(0x10, "transactional"));
    request
        .topicData()
        .add(
            Requests.produce("absent", Uuid.ZERO_UUID, 0, transactional, VERSION)
                .topicData()
                .iterator()
                .next()
                .duplicate());

    ProduceResponseData answer = client.ask(request, VERSION, ProduceResponseData.class);

    for (String topic : List.of("orders", "absent")) {
      assertEquals(
          Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
          error(answer.responses().find(topic, Uuid.ZERO_UUID).partitionResponses().getFirst()));
    }
    assertEquals(0, produce("orders", 0, Requests.batch("first")).baseOffset());
  }

  @Test
  void aTransactionalBatchHasAProducer() throws IOException {
    MemoryRecords transactional =
        MemoryRecords.readableRecords(withAttribute(0x10, "transactional"));
    ProduceRequestData request =
        Requests.produce("orders", Uuid.ZERO_UUID, 0, transactional, VERSION)
            .setTransactionalId("t");

    assertEquals(Errors.INVALID_RECORD, error(send(request, VERSION)));
  }

  @Test
  void aProducersBatchBeginsAtOffsetZero() throws IOException {
    ByteBuffer numbered = Requests.bytes(Requests.batch("v"));
    numbered.putLong(0, 77);

    assertEquals(Errors.INVALID_RECORD, error(produce("orders", 0, numbered)));
  }

  @Test
  void theLogSaysWithARefusalWhereItStarts() throws IOException {
    produce("orders", 0, Requests.batch("a", "b", "c"));
    client.ask(Requests.deleteRecords("orders", 0, 2), 2, DeleteRecordsResponseData.class);
    long tomorrow = System.currentTimeMillis() + 86_400_000L;
    MemoryRecords early =
        MemoryRecords.withRecords(
            Compression.NONE, new SimpleRecord(tomorrow, new byte[1], new byte[1]));
    ByteBuffer gap = Requests.bytes(Requests.batch("v"));
    gap.putLong(43, 5).putShort(51, (short) 0).putInt(53, 0);
    produce("orders", 0, withCrc(gap));
    gap.putInt(53, 7);

    PartitionProduceResponse outOfOrder = produce("orders", 0, withCrc(gap));
    PartitionProduceResponse control = produce("orders", 0, withAttribute(0x20, "control"));
    PartitionProduceResponse dated = produce("orders", 0, early);

    assertEquals(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER, error(outOfOrder));
    for (PartitionProduceResponse refused : List.of(outOfOrder, control, dated)) {
      assertEquals(2, refused.logStartOffset(), refused::toString);
    }
    PartitionProduceResponse noBatch = produce("orders", 0, ByteBuffer.allocate(30));
    assertEquals(-1, noBatch.logStartOffset());
  }

  @Test
  void whenTombstonesGoIsNotForAProducerToSay() throws IOException {
    assertEquals(Errors.NONE, error(produce("orders", 0, withAttribute(0x40, "early"))));

    FetchResponseData found =
        client.ask(Requests.fetch("orders", Uuid.ZERO_UUID, 0, 0, 12), 12, FetchResponseData.class);
    MemoryRecords records =
        (MemoryRecords) found.responses().getFirst().partitions().getFirst().records();
    records
        .batches()
        .forEach(
            batch -> {
              batch.ensureValid();
              assertTrue(batch.deleteHorizonMs().isEmpty());
            });
    assertEquals(List.of("early"), values("orders"));
  }

  @Test
  void aBatchBeyondTheLimitIsTooLarge() throws IOException {
    create("narrow", "max.message.bytes", "1000");

    PartitionProduceResponse refused = produce("narrow", 0, Requests.batch("x".repeat(2_000)));

    assertEquals(Errors.MESSAGE_TOO_LARGE, error(refused));
    assertTrue(refused.errorMessage().contains("max.message.bytes"));
  }

  @Test
  void anIdempotentBatchHasASequence() throws IOException {
    ByteBuffer bytes = Requests.bytes(Requests.batch("v"));
    bytes.putLong(43, 5).putShort(51, (short) 0).putInt(53, -1);

    assertEquals(Errors.INVALID_RECORD, error(produce("orders", 0, withCrc(bytes))));
  }

  @Test
  void zstdIsNotForOldRequests() throws IOException {
    MemoryRecords zstd =
        MemoryRecords.withRecords(
            Compression.zstd().build(),
            new SimpleRecord(System.currentTimeMillis(), new byte[1], new byte[1]));

    PartitionProduceResponse old = send(Requests.produce("orders", Uuid.ZERO_UUID, 0, zstd, 6), 6);

    assertEquals(Errors.UNSUPPORTED_COMPRESSION_TYPE, error(old));
    assertEquals(Errors.NONE, error(produce("orders", 0, zstd)));
  }

  @Test
  void whoAsksForAnIdWhileTheLogStopsIsToldToTryAgain() throws IOException {
    daybook.log().close();

    InitProducerIdResponseData answer =
        client.ask(
            new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(1),
            5,
            InitProducerIdResponseData.class);

    assertTrue(
        Errors.forCode(answer.errorCode()).exception() instanceof RetriableException,
        Errors.forCode(answer.errorCode()).name());
  }

  @Test
  void acksHaveThreeValues() throws IOException {
    ProduceRequestData request =
        Requests.produce("orders", Uuid.ZERO_UUID, 0, Requests.batch("v"), VERSION)
            .setAcks((short) 2);

    assertEquals(Errors.INVALID_REQUIRED_ACKS, error(send(request, VERSION)));
  }

  @Test
  void whoWantsNoAcknowledgementIsHungUpOnWhenSomethingIsWrong() throws IOException {
    client.send(
        Requests.produce("orders", Uuid.ZERO_UUID, 0, Requests.batch("v"), VERSION)
            .setAcks((short) 0),
        VERSION);
    assertEquals(1, produce("orders", 0, Requests.batch("w")).baseOffset());

    client.send(
        Requests.produce("absent", Uuid.ZERO_UUID, 0, Requests.batch("v"), VERSION)
            .setAcks((short) 0),
        VERSION);
    assertTrue(client.isHungUpOn());
  }

  @Test
  void aCompactedTopicWantsKeys() throws IOException {
    create("latest", "cleanup.policy", "compact");
    long now = System.currentTimeMillis();
    MemoryRecords keyless =
        MemoryRecords.withRecords(
            Compression.gzip().build(),
            new SimpleRecord(now, new byte[1], new byte[1]),
            new SimpleRecord(now, null, new byte[1]));

    PartitionProduceResponse refused = produce("latest", 0, keyless);

    assertEquals(Errors.INVALID_RECORD, error(refused));
    assertEquals(1, refused.recordErrors().getFirst().batchIndex());
    assertEquals(
        "Compacted topic cannot accept message without key in topic partition latest-0.",
        refused.recordErrors().getFirst().batchIndexErrorMessage());
    assertEquals(Errors.NONE, error(produce("latest", 0, Requests.batch("v"))));
  }

  @Test
  void aContractRefusesRecordsOneByOne() throws IOException {
    create("honest", "daybook.contract.value", "id");

    PartitionProduceResponse refused =
        produce("honest", 0, Requests.batch("truth", "lie", "truth", "lie"));

    assertEquals(Errors.INVALID_RECORD, error(refused));
    assertEquals(2, refused.recordErrors().size());
    assertEquals(3, refused.recordErrors().get(1).batchIndex());
    assertEquals("the value is a lie", refused.recordErrors().get(1).batchIndexErrorMessage());
    assertTrue(refused.errorMessage().contains("honest"), refused.errorMessage());
  }

  @Test
  void aContractThatIsNotLoadedMakesTheProducerTryAgain() throws IOException {
    create("honest", "daybook.contract.value", "id");

    Errors error = error(produce("honest", 0, Requests.batch("later")));

    assertTrue(error.exception() instanceof RetriableException, error.name());
  }

  @Test
  void requestsOfOneConnectionKeepTheirOrderPreparedOrNot() throws IOException {
    create("honest", "daybook.contract.value", "id");
    int rounds = 50;
    for (int i = 0; i < rounds; i++) {
      ProduceRequestData both =
          Requests.produce("honest", Uuid.ZERO_UUID, 0, Requests.batch("p" + i), VERSION);
      both.topicData()
          .add(
              Requests.produce("orders", Uuid.ZERO_UUID, 0, Requests.batch("a" + i), VERSION)
                  .topicData()
                  .iterator()
                  .next()
                  .duplicate());
      client.send(both, VERSION);
      client.send(
          Requests.produce("orders", Uuid.ZERO_UUID, 0, Requests.batch("b" + i), VERSION), VERSION);
    }

    for (int i = 0; i < 2 * rounds; i++) {
      ProduceResponseData answer = client.read(ApiKeys.PRODUCE, VERSION, ProduceResponseData.class);
      PartitionProduceResponse ofOrders =
          answer.responses().find("orders", Uuid.ZERO_UUID).partitionResponses().getFirst();
      assertEquals(Errors.NONE, error(ofOrders));
      assertEquals(i, ofOrders.baseOffset());
    }
    assertEquals("a0 b0 a1 b1 a2 b2", String.join(" ", values("orders").subList(0, 6)));
  }
}
