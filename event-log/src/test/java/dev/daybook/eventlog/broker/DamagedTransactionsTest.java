package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.maintenance.ClosedLog;
import dev.daybook.eventlog.maintenance.Repair;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.transaction.TransactionSettings;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stock clients meet when something of a transaction is damaged on the disk.
class DamagedTransactionsTest {
  private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

  @TempDir private Path directory;

  @Test
  void aDamagedPartitionOfTheStateStopsOnlyProducersOfItsOwnIds() throws Exception {
    PartitionId home;
    try (RunningBroker daybook = RunningBroker.in(directory)) {
      commit(daybook, "a", "first");
      commit(daybook, "b", "second");
      Topic state = daybook.log().topics().byName("__transaction_state").orElseThrow();
      home = state.partition("b".hashCode() % state.partitions());
    }
    damage(home, 0);

    try (RunningBroker daybook = RunningBroker.in(directory)) {
      commit(daybook, "a", "third");
      KafkaProducer<String, String> stopped = daybook.producer("transactional.id=b");
      KafkaException told = assertThrows(KafkaException.class, stopped::initTransactions);
      assertFalse(told instanceof TimeoutException, told.toString());
      stopped.close(Duration.ZERO);
      try (WireClient client = daybook.wire()) {
        ListTransactionsResponseData listed =
            client.ask(new ListTransactionsRequestData(), 1, ListTransactionsResponseData.class);
        assertEquals(Errors.COORDINATOR_LOAD_IN_PROGRESS.code(), listed.errorCode());
      }
      assertEquals(1, daybook.problems().size());
      assertTrue(daybook.problems().getFirst().contains("daybook repair"));
      assertEquals(List.of("first", "second", "third"), committed(daybook));
    }
  }

  @Test
  void aProducerWaitsWhereItsFormerTransactionIsOpenAgainUntilThatIsAborted() throws Exception {
    PartitionId orders;
    try (RunningBroker daybook = RunningBroker.in(directory)) {
      commit(daybook, "t", "its end is lost");
      orders = daybook.log().topics().byName("orders").orElseThrow().partition(0);
    }
    damage(orders, 1);
    var _ =
        new Repair(ClosedLog.in(new FileDisk(), directory, Clock.system()))
            .acceptLoss("a test")
            .orElseThrow();

    try (RunningBroker daybook = RunningBroker.in(directory);
        Admin admin = daybook.admin();
        KafkaProducer<String, String> producer =
            daybook.producer(
                "transactional.id=t", "delivery.timeout.ms=10000", "request.timeout.ms=5000")) {
      producer.initTransactions();
      producer.beginTransaction();
      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> producer.send(new ProducerRecord<>("orders", "never")).get());
      assertInstanceOf(RetriableException.class, refused.getCause());
      producer.abortTransaction();

      ProducerState open = producerOfOrders(admin);
      assertEquals(0, open.currentTransactionStartOffset().orElseThrow());
      abort(admin, open);

      producer.beginTransaction();
      producer.send(new ProducerRecord<>("orders", "of the next")).get();
      producer.commitTransaction();
      assertEquals(List.of("of the next"), committed(daybook));
    }
  }

  @Test
  void aTransactionThatFollowsOneWithoutAnEndWaitsUntilWhatIsBeforeItIsDeleted() throws Exception {
    PartitionId orders;
    try (RunningBroker daybook = RunningBroker.in(directory)) {
      orders = leaveOneOpenBehindAnother(daybook);
    }
    damage(orders, 1);
    var _ =
        new Repair(ClosedLog.in(new FileDisk(), directory, Clock.system()))
            .acceptLoss("a test")
            .orElseThrow();

    TransactionSettings eager =
        TransactionSettings.of(Map.of(TransactionSettings.ABORT_INTERVAL_MS, "200"));
    try (RunningBroker daybook = RunningBroker.in(directory, eager);
        Admin admin = daybook.admin()) {
      ProducerState open = producerOfOrders(admin);
      assertEquals(0, open.currentTransactionStartOffset().orElseThrow());
      assertThrows(ExecutionException.class, () -> abort(admin, open));
      KafkaProducer<String, String> waiting =
          daybook.producer("transactional.id=t", "max.block.ms=2000");
      assertThrows(TimeoutException.class, waiting::initTransactions);
      waiting.close(Duration.ZERO);

      admin.deleteRecords(Map.of(ORDERS, RecordsToDelete.beforeOffset(2))).all().get();

      commit(daybook, "t", "of the next");
      assertEquals(List.of("of the next"), committed(daybook));
    }
  }

  /// A transaction of one record and its marker, and one that goes on.
  private static PartitionId leaveOneOpenBehindAnother(RunningBroker daybook) throws Exception {
    KafkaProducer<String, String> producer = daybook.producer("transactional.id=t");
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("orders", "its end is lost")).get();
    producer.commitTransaction();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("orders", "goes on")).get();
    producer.close(Duration.ZERO);
    return daybook.log().topics().byName("orders").orElseThrow().partition(0);
  }

  private static void abort(Admin admin, ProducerState open) throws Exception {
    admin
        .abortTransaction(
            new AbortTransactionSpec(
                ORDERS,
                open.producerId(),
                (short) open.producerEpoch(),
                open.coordinatorEpoch().orElse(0)))
        .all()
        .get();
  }

  private static ProducerState producerOfOrders(Admin admin) throws Exception {
    return admin
        .describeProducers(List.of(ORDERS))
        .partitionResult(ORDERS)
        .get()
        .activeProducers()
        .getFirst();
  }

  private static void commit(RunningBroker daybook, String id, String value) throws Exception {
    try (KafkaProducer<String, String> producer = daybook.producer("transactional.id=" + id)) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("orders", value)).get();
      producer.commitTransaction();
    }
  }

  /// All that is committed below the last stable offset.
  private static List<String> committed(RunningBroker daybook) {
    try (KafkaConsumer<String, String> consumer =
        daybook.consumer("isolation.level=read_committed")) {
      consumer.assign(List.of(ORDERS));
      long end = consumer.endOffsets(List.of(ORDERS)).get(ORDERS);
      List<String> values = new ArrayList<>();
      while (consumer.position(ORDERS) < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          values.add(record.value());
        }
      }
      return values;
    }
  }

  /// Flips a bit of the batch that begins at this offset.
  private void damage(PartitionId id, long offset) throws Exception {
    Path segment =
        directory
            .resolve("shard-0/partitions")
            .resolve(id.directoryName())
            .resolve("00000000000000000000.log");
    byte[] content = Files.readAllBytes(segment);
    ByteBuffer bytes = ByteBuffer.wrap(content);
    int at = 0;
    while (bytes.getLong(at) != offset) {
      at += 12 + bytes.getInt(at + 8);
    }
    content[at + 61] ^= 1;
    Files.write(segment, content);
  }
}
