package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.maintenance.ClosedLog;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.EpochRaise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stock clients learn when something they saw is gone: after a restore, or a loss that somebody accepted.
class LeaderEpochTest {
  private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

  @TempDir private Path directory;

  @Test
  void aConsumerBehindTheCutIsToldThatTheLogWasTruncated() throws Exception {
    produce(10);
    raiseEpoch();
    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaConsumer<String, String> consumer = daybook.consumer("auto.offset.reset=none")) {
      // It had read 15 records of the log that was lost.
      consumer.assign(List.of(ORDERS));
      consumer.seek(ORDERS, new OffsetAndMetadata(15, Optional.of(0), ""));

      LogTruncationException told =
          assertThrows(LogTruncationException.class, () -> poll(consumer, 1));

      assertEquals(10, told.divergentOffsets().get(ORDERS).offset());
    }
  }

  @Test
  void aConsumerThatMayResetGoesBackToTheCut() throws Exception {
    produce(10);
    raiseEpoch();
    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaProducer<String, String> producer = daybook.producer();
        KafkaConsumer<String, String> consumer = daybook.consumer()) {
      for (int i = 0; i < 8; i++) {
        producer.send(new ProducerRecord<>("orders", "new-" + i)).get();
      }
      consumer.assign(List.of(ORDERS));
      consumer.seek(ORDERS, new OffsetAndMetadata(15, Optional.of(0), ""));

      List<ConsumerRecord<String, String>> found = poll(consumer, 8);

      assertEquals(10, found.getFirst().offset(), "offsets 10 to 14 are others now");
      assertEquals("new-0", found.getFirst().value());
      int epoch = daybook.log().topics().leaderEpoch();
      assertEquals(Optional.of(epoch), found.getFirst().leaderEpoch());
    }
  }

  @Test
  void aConsumerBeforeTheCutGoesOn() throws Exception {
    produce(10);
    raiseEpoch();
    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaConsumer<String, String> consumer = daybook.consumer("auto.offset.reset=none")) {
      consumer.assign(List.of(ORDERS));
      consumer.seek(ORDERS, new OffsetAndMetadata(4, Optional.of(0), ""));

      List<ConsumerRecord<String, String>> found = poll(consumer, 6);

      assertEquals(4, found.getFirst().offset());
      assertEquals(Optional.of(0), found.getFirst().leaderEpoch());
    }
  }

  @Test
  void everyAnswerSpeaksOfTheSameEpoch() throws Exception {
    produce(10);
    int raised = raiseEpoch().epoch();
    try (RunningBroker daybook = RunningBroker.in(directory);
        Admin admin = daybook.admin();
        WireClient wire = daybook.wire()) {
      assertEquals(raised, daybook.log().topics().leaderEpoch());
      assertEquals(Optional.of(raised), offset(admin, OffsetSpec.latest()));
      assertEquals(Optional.of(0), offset(admin, OffsetSpec.earliest()));
      assertEquals(new EpochEndOffset().setLeaderEpoch(0).setEndOffset(10), end(wire, 0));
      assertEquals(new EpochEndOffset().setLeaderEpoch(raised).setEndOffset(10), end(wire, raised));
      assertEquals(new EpochEndOffset(), end(wire, raised + 1));
    }
  }

  @Test
  void anEpochRaisedBesideClientsIsSeenByThemAndSurvives() throws Exception {
    int raised;
    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaProducer<String, String> producer = daybook.producer();
        KafkaConsumer<String, String> consumer = daybook.consumer()) {
      producer.send(new ProducerRecord<>("orders", "before")).get();
      consumer.assign(List.of(ORDERS));
      assertEquals(1, poll(consumer, 1).size());
      daybook.log().raiseEpoch(EpochRaise.Reason.LOSS_ACCEPTED, "by a test").join();
      raised = daybook.log().topics().leaderEpoch();

      producer.send(new ProducerRecord<>("orders", "after")).get();

      ConsumerRecord<String, String> next = poll(consumer, 1).getFirst();
      assertEquals("after", next.value());
      assertEquals(Optional.of(raised), next.leaderEpoch());
    }
    try (RunningBroker daybook = RunningBroker.in(directory)) {
      EpochRaise kept = daybook.log().topics().epochRaises().getFirst();
      assertEquals(raised, kept.epoch());
      assertEquals("by a test", kept.details());
      assertTrue(daybook.log().newProducerId().join() >= 1_000_000);
    }
  }

  @Test
  void aConsumerLearnsWhatAnUncleanStopTookOfATopicThatAcknowledgesEarly() throws Exception {
    Map<String, String> written = Map.of("daybook.durability", "written");
    try (RunningBroker daybook = RunningBroker.in(directory);
        Admin admin = daybook.admin();
        KafkaProducer<String, String> producer = daybook.producer()) {
      admin
          .createTopics(List.of(new NewTopic("orders", 1, (short) 1).configs(written)))
          .all()
          .get();
      for (int i = 0; i < 10; i++) {
        producer.send(new ProducerRecord<>("orders", "old-" + i)).get();
      }
    }
    // So the next start takes it for the end of a crash.
    Files.delete(directory.resolve("shard-0/journal/clean-end"));
    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaProducer<String, String> producer = daybook.producer();
        KafkaConsumer<String, String> strict = daybook.consumer("auto.offset.reset=none");
        KafkaConsumer<String, String> lenient = daybook.consumer()) {
      for (int i = 0; i < 8; i++) {
        producer.send(new ProducerRecord<>("orders", "new-" + i)).get();
      }
      for (KafkaConsumer<String, String> consumer : List.of(strict, lenient)) {
        consumer.assign(List.of(ORDERS));
        // It had read 15 records, of which 5 were never forced.
        consumer.seek(ORDERS, new OffsetAndMetadata(15, Optional.of(0), ""));
      }

      LogTruncationException told =
          assertThrows(LogTruncationException.class, () -> poll(strict, 1));
      List<ConsumerRecord<String, String>> found = poll(lenient, 8);

      assertEquals(10, told.divergentOffsets().get(ORDERS).offset());
      assertEquals(10, found.getFirst().offset());
      assertEquals("new-0", found.getFirst().value());
      assertEquals(Optional.of(1), found.getFirst().leaderEpoch());
    }
  }

  private void produce(int records) throws Exception {
    try (RunningBroker daybook = RunningBroker.in(directory);
        KafkaProducer<String, String> producer = daybook.producer()) {
      for (int i = 0; i < records; i++) {
        producer.send(new ProducerRecord<>("orders", "old-" + i)).get();
      }
    }
  }

  private EpochRaise raiseEpoch() throws IOException {
    return ClosedLog.in(new FileDisk(), directory, Clock.system())
        .raiseEpoch(EpochRaise.Reason.RESTORED, "from a test");
  }

  private static Optional<Integer> offset(Admin admin, OffsetSpec spec) throws Exception {
    return admin.listOffsets(Map.of(ORDERS, spec)).partitionResult(ORDERS).get().leaderEpoch();
  }

  private static EpochEndOffset end(WireClient wire, int epoch) throws IOException {
    EpochEndOffset answer =
        wire.ask(
                Requests.offsetForLeaderEpoch("orders", 0, epoch),
                4,
                OffsetForLeaderEpochResponseData.class)
            .topics()
            .find("orders")
            .partitions()
            .getFirst();
    assertEquals(Errors.NONE.code(), answer.errorCode());
    return answer;
  }

  private static List<ConsumerRecord<String, String>> poll(
      KafkaConsumer<String, String> consumer, int least) {
    List<ConsumerRecord<String, String>> found = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (found.size() < least && System.nanoTime() < deadline) {
      consumer.poll(Duration.ofMillis(200)).forEach(found::add);
    }
    return found;
  }
}
