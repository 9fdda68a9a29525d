package dev.daybook.eventlog.group.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.group.MemoryGroupLog;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaGroupCoordinatorTest {
  private static final GroupSettings AT_ONCE =
      new GroupSettings(
          Map.of(
              GroupSettings.INITIAL_REBALANCE_DELAY_MS, "0",
              GroupSettings.OFFSETS_PARTITIONS, "2"));

  private MemoryGroupLog log = new MemoryGroupLog();
  private KafkaGroupCoordinator coordinator = new KafkaGroupCoordinator(log, AT_ONCE);
  private GroupClient client = new GroupClient(coordinator);

  @AfterEach
  void close() {
    coordinator.close();
    log.close();
  }

  @Test
  void createsNothingBeforeTheFirstRequest() {
    assertTrue(log.topics().byName(TopicNames.GROUP_OFFSETS).isEmpty());

    coordinator.start().join();

    Topic offsets = log.topics().byName(TopicNames.GROUP_OFFSETS).orElseThrow();
    assertEquals(2, offsets.partitions());
    assertTrue(offsets.config().compacted());
  }

  @Test
  void aGroupOfOneJoinsSyncsAndBeats() {
    JoinGroupResponseData joined = client.join("readers", "");

    assertEquals(Errors.NONE, Errors.forCode(joined.errorCode()));
    assertEquals(1, joined.generationId());
    assertArrayEquals(new byte[] {1, 2, 3}, client.sync("readers", joined).assignment());
    assertEquals(Errors.NONE, client.heartbeat("readers", joined));
  }

  @Test
  void aMemberOfTheFirstVersionHasItsSessionToSyncIn() throws InterruptedException {
    JoinGroupRequestData request =
        new JoinGroupRequestData()
            .setGroupId("ancient")
            .setSessionTimeoutMs(90_000)
            .setProtocolType("consumer");
    request
        .protocols()
        .add(new JoinGroupRequestProtocol().setName("range").setMetadata(new byte[] {1}));
    JoinGroupResponseData joined = (JoinGroupResponseData) client.ask(request, 0);

    Thread.sleep(300); // Without a time of its own it was sent away at once.

    assertArrayEquals(new byte[] {1, 2, 3}, client.sync("ancient", joined).assignment());
    assertEquals(Errors.NONE, client.heartbeat("ancient", joined));
  }

  @Test
  void membersKeepTheirGenerationAndOffsetsAcrossACrash() {
    log.create("orders", 4);
    JoinGroupResponseData joined = client.join("readers", "");
    client.sync("readers", joined);
    client.commit("other", "orders", 3, 42);

    crashAndRestart();

    assertEquals(Errors.NONE, client.heartbeat("readers", joined));
    assertEquals(42, client.committed("other", "orders", 3));
  }

  @Test
  void aStaticMemberComesBackIntoItsGenerationAcrossACrash() {
    JoinGroupResponseData joined = client.join("readers", "first");
    client.sync("readers", joined);

    crashAndRestart();
    JoinGroupResponseData again = client.join("readers", "first");

    assertEquals(joined.generationId(), again.generationId());
    assertFalse(joined.memberId().equals(again.memberId()));
  }

  @Test
  void answersACommitOnlyWhenItIsDurable() throws Exception {
    log.create("orders", 1);
    coordinator.start().join();
    log.holdForces();

    CompletableFuture<ApiMessage> answer =
        client.send(GroupClient.commitOf("readers", "orders", 0, 7), 9);
    log.awaitHeldForce();
    assertFalse(answer.isDone());
    log.releaseForces();

    assertEquals(Errors.NONE, GroupClient.commitError(answer.join()));
  }

  @Test
  void aCommitThatWasNotDurableIsGoneAfterACrash() {
    log.create("orders", 1);
    client.commit("readers", "orders", 0, 7);
    log.holdForces();
    CompletableFuture<ApiMessage> lost =
        client.send(GroupClient.commitOf("readers", "orders", 0, 8), 9);

    crashAndRestart();

    assertFalse(lost.isDone() && GroupClient.commitError(lost.join()) == Errors.NONE);
    assertEquals(7, client.committed("readers", "orders", 0));
  }

  @Test
  void offsetsGoWithTheirTopic() {
    Topic orders = log.create("orders", 1);
    client.commit("readers", "orders", 0, 7);

    log.delete(orders);
    log.create("orders", 1);

    assertEquals(-1, client.committed("readers", "orders", 0));
  }

  @Test
  void offsetsOfATopicDeletedWhileNobodyCoordinatesGoAtTheNextStart() {
    Topic orders = log.create("orders", 1);
    client.commit("readers", "orders", 0, 7);
    restart();

    log.delete(orders);
    log.create("orders", 1);
    long written = recordsWritten();
    coordinator.start().join();

    assertEquals(written + 1, recordsWritten(), "the offset's tombstone");
    assertEquals(-1, client.committed("readers", "orders", 0));
  }

  @Test
  void anUnreadableRecordCostsOnlyItself() {
    log.create("orders", 1);
    client.commit("before", "orders", 0, 1);
    appendToEveryPartition(new SimpleRecord(0, null, new byte[] {1}));
    appendToEveryPartition(new SimpleRecord(0, new byte[] {0, 99, 1}, new byte[] {0, 1}));
    appendToEveryPartition(new SimpleRecord(0, new byte[] {0}, new byte[] {0}));

    restart();

    assertEquals(1, client.committed("before", "orders", 0));
    assertEquals(Errors.NONE, client.commit("after", "orders", 0, 2));
  }

  @Test
  void aFullDiskIsAnErrorClientsRetry() {
    log.create("orders", 1);
    coordinator.start().join();
    log.refuse(AppendResult.Reason.STORAGE_FULL);

    assertEquals(Errors.COORDINATOR_NOT_AVAILABLE, client.commit("readers", "orders", 0, 7));

    log.refuse(null);
    assertEquals(Errors.NONE, client.commit("readers", "orders", 0, 7));
  }

  @Test
  void closesInBoundedTimeWhenTheLogHangs() {
    log.create("orders", 1);
    coordinator.start().join();
    log.hang();
    CompletableFuture<ApiMessage> answer =
        client.send(GroupClient.commitOf("readers", "orders", 0, 7), 9);

    assertTimeoutPreemptively(Duration.ofSeconds(60), coordinator::close);

    assertFalse(GroupClient.commitError(answer.join()) == Errors.NONE);
    assertEquals(Errors.COORDINATOR_NOT_AVAILABLE, client.commit("readers", "orders", 0, 7));
  }

  @Test
  void leavesNoThreadBehind() throws InterruptedException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    log.create("orders", 1);
    client.join("readers", "");
    client.commit("readers", "orders", 0, 7);

    coordinator.close();

    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!before.contains(thread) && !isOfOthers(thread)) {
        thread.join(Duration.ofSeconds(90)); // Its last steps may be under way.
        assertFalse(thread.isAlive(), thread::getName);
      }
    }
  }

  /// Threads of the log in this test, and of the JVM, which begins and ends its own when it likes.
  private static boolean isOfOthers(Thread thread) {
    String name = thread.getName();
    return name.equals("appender")
        || name.equals("process reaper")
        || name.startsWith("ForkJoinPool.commonPool")
        || name.startsWith("CompletableFuture");
  }

  @Test
  void aMemberOfTheConsumerProtocolIsAssignedWhatItSubscribes() {
    log.create("orders", 4);
    String member = Uuid.randomUuid().toString();

    ConsumerGroupHeartbeatResponseData joined = client.beat("readers", member, 0, "orders");
    crashAndRestart();
    ConsumerGroupHeartbeatResponseData later =
        client.beat("readers", member, joined.memberEpoch(), "orders");

    assertEquals(
        List.of(0, 1, 2, 3), joined.assignment().topicPartitions().getFirst().partitions());
    assertEquals(Errors.NONE, Errors.forCode(later.errorCode()));
    assertEquals(joined.memberEpoch(), later.memberEpoch());
  }

  @Test
  void aPartitionThatCannotBeReadIsLoadedAgain() {
    log.create("orders", 1);
    client.commit("readers", "orders", 0, 7);
    log.failReads(1);

    restart();

    awaitNone(() -> Errors.forCode(client.fetchGroup("readers", "orders", 0).errorCode()));
    assertEquals(7, client.committed("readers", "orders", 0));
  }

  @Test
  void comesBackToItselfWhenSomebodyElseWroteToItsPartition() {
    log.create("orders", 1);
    client.commit("readers", "orders", 0, 7);
    appendToEveryPartition(new SimpleRecord(0, new byte[] {0, 99, 1}, new byte[] {0, 1}));

    awaitNone(() -> client.commit("readers", "orders", 0, 8));
    assertEquals(8, client.committed("readers", "orders", 0));
  }

  @Test
  void refusesAnUnknownSettingAtOnce() {
    ConfigException refusal =
        assertThrows(
            ConfigException.class,
            () -> new KafkaGroupCoordinator(log, new GroupSettings(Map.of("group.colour", "red"))));

    assertTrue(String.valueOf(refusal.getMessage()).contains("group.colour"));
  }

  @Test
  void refusesAWrongSettingAtOnce() {
    ConfigException refusal =
        assertThrows(
            ConfigException.class,
            () ->
                new KafkaGroupCoordinator(
                    log, new GroupSettings(Map.of("group.max.size", "many"))));

    assertTrue(String.valueOf(refusal.getMessage()).contains("group.max.size"));
  }

  /// Asks until nothing is wrong, as a client does that retries.
  private static void awaitNone(Supplier<Errors> question) {
    long started = System.nanoTime();
    Errors answer = question.get();
    while (answer != Errors.NONE) {
      assertTrue(System.nanoTime() - started < 90_000_000_000L, "still " + answer);
      LockSupport.parkNanos(20_000_000);
      answer = question.get();
    }
  }

  private long recordsWritten() {
    Topic offsets = log.topics().byName(TopicNames.GROUP_OFFSETS).orElseThrow();
    return IntStream.range(0, offsets.partitions())
        .mapToLong(index -> log.highWatermark(offsets.partition(index)))
        .sum();
  }

  private void appendToEveryPartition(SimpleRecord record) {
    Topic offsets = log.topics().byName(TopicNames.GROUP_OFFSETS).orElseThrow();
    for (int index = 0; index < offsets.partitions(); index++) {
      PartitionId partition = offsets.partition(index);
      log.append(partition, MemoryRecords.withRecords(Compression.NONE, record).buffer())
          .durable()
          .join();
    }
  }

  private void restart() {
    coordinator.close();
    start(log);
  }

  private void crashAndRestart() {
    MemoryGroupLog found = log.afterCrash();
    coordinator.close();
    log.close();
    start(found);
  }

  private void start(MemoryGroupLog found) {
    log = found;
    coordinator = new KafkaGroupCoordinator(log, AT_ONCE);
    client = new GroupClient(coordinator);
  }
}
