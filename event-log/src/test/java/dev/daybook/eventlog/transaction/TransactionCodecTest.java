package dev.daybook.eventlog.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.transaction.TransactionLog;
import org.apache.kafka.coordinator.transaction.TransactionMetadata;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogValue;
import org.junit.jupiter.api.Test;

/// The state's records, with Kafka's own reader and writer as the other side.
class TransactionCodecTest {
  private static final long SEED = 20_260_101;
  private static final int ROUNDS = 2_000;

  private final Random random = Random.from(new SplittableRandom(SEED));

  @Test
  void readsWhatItWrote() {
    for (int round = 0; round < ROUNDS; round++) {
      Transaction transaction = any();
      assertEquals(transaction.id(), TransactionCodec.id(TransactionCodec.key(transaction.id())));
      assertEquals(
          transaction,
          TransactionCodec.transaction(transaction.id(), TransactionCodec.value(transaction)),
          () -> "seed " + SEED);
    }
  }

  @Test
  void kafkaReadsWhatIsWritten() {
    for (int round = 0; round < ROUNDS; round++) {
      Transaction ours = any();
      TransactionMetadata theirs =
          assertInstanceOf(
                  TransactionLog.TxnRecord.class,
                  TransactionLog.read(
                      TransactionCodec.key(ours.id()), TransactionCodec.value(ours)))
              .metadata();
      assertEquals(ours.id(), theirs.transactionalId());
      assertEquals(ours.producerId(), theirs.producerId());
      assertEquals(ours.previousProducerId(), theirs.prevProducerId());
      assertEquals(ours.epoch(), theirs.producerEpoch());
      assertEquals(ours.timeoutMs(), theirs.txnTimeoutMs());
      assertEquals(ours.state().kafkaName(), theirs.state().stateName());
      assertEquals(partitions(ours), theirs.topicPartitions());
      assertEquals(ours.startMs(), theirs.txnStartTimestamp());
      assertEquals(ours.updateMs(), theirs.txnLastUpdateTimestamp());
      assertEquals(ours.clientVersion(), theirs.clientTransactionVersion().featureLevel());
    }
  }

  @Test
  void readsWhatKafkaWroteInEitherVersion() {
    for (short version = 0; version <= 1; version++) {
      TransactionLogValue theirs =
          new TransactionLogValue()
              .setProducerId(4_711)
              .setProducerEpoch((short) 7)
              .setTransactionTimeoutMs(60_000)
              .setTransactionStatus((byte) 1)
              .setTransactionPartitions(
                  List.of(
                      new TransactionLogValue.PartitionsSchema()
                          .setTopic("orders")
                          .setPartitionIds(List.of(0, 300))))
              .setTransactionLastUpdateTimestampMs(20)
              .setTransactionStartTimestampMs(10);
      Transaction ours =
          TransactionCodec.transaction(
              "t", ByteBuffer.wrap(MessageUtil.toVersionPrefixedBytes(version, theirs)));
      assertEquals(4_711, ours.producerId());
      assertEquals(7, ours.epoch());
      assertEquals(TransactionState.ONGOING, ours.state());
      assertEquals(
          Set.of(new TransactionPartition("orders", 0), new TransactionPartition("orders", 300)),
          ours.partitions());
      assertEquals(10, ours.startMs());
      assertEquals(20, ours.updateMs());
      assertEquals(-1, ours.nextProducerId());
    }
  }

  @Test
  void whatIsCutOrFlippedIsRefusedOrReadAndNeverAnythingElse() {
    for (int round = 0; round < ROUNDS; round++) {
      ByteBuffer value = TransactionCodec.value(any());
      ByteBuffer cut = value.slice(0, random.nextInt(value.limit()));
      assertThrows(IllegalArgumentException.class, () -> TransactionCodec.transaction("t", cut));
      int at = random.nextInt(value.limit());
      value.put(at, (byte) (value.get(at) ^ (1 << random.nextInt(8))));
      try {
        TransactionCodec.transaction("t", value);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage() != null);
      }
    }
  }

  @Test
  void refusesAVersionFromTheFuture() {
    ByteBuffer value = TransactionCodec.value(any());
    value.putShort(0, (short) 2);
    assertThrows(IllegalArgumentException.class, () -> TransactionCodec.transaction("t", value));
  }

  private static Set<TopicPartition> partitions(Transaction transaction) {
    Set<TopicPartition> partitions = new HashSet<>();
    transaction
        .partitions()
        .forEach(one -> partitions.add(new TopicPartition(one.topic(), one.index())));
    return partitions;
  }

  private Transaction any() {
    TransactionState state = TransactionState.values()[random.nextInt(6)];
    Set<TransactionPartition> partitions = new HashSet<>();
    for (int left = state == TransactionState.EMPTY ? 0 : random.nextInt(300); left > 0; left--) {
      partitions.add(
          new TransactionPartition("topic-" + random.nextInt(5), random.nextInt(10_000)));
    }
    return new Transaction(
        "id-" + "ä".repeat(random.nextInt(100)) + random.nextInt(),
        random.nextLong(1L << 40),
        random.nextInt(3) == 0 ? -1 : random.nextLong(1L << 40),
        random.nextInt(3) == 0 ? random.nextLong(1L << 40) : -1,
        (short) random.nextInt(Short.MAX_VALUE),
        random.nextBoolean() ? -1 : (short) random.nextInt(Short.MAX_VALUE),
        1 + random.nextInt(900_000),
        state,
        partitions,
        random.nextBoolean() ? -1 : random.nextLong(1L << 41),
        random.nextLong(1L << 41),
        (short) random.nextInt(3));
  }
}
