package dev.daybook.eventlog.broker;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a Fetch request gets, and what it is refused for.
class FetchRulesTest {
  private static final int VERSION = 12;
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @TempDir private Path directory;
  private RunningBroker daybook;
  private WireClient client;

  @BeforeEach
  void start() throws IOException {
    daybook = RunningBroker.in(directory);
    client = daybook.wire();
    CreateTopicsRequestData three = Requests.createTopics("orders");
    three.topics().find("orders").setNumPartitions(3);
    client.ask(three, 7, CreateTopicsResponseData.class);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    daybook.close();
  }

  @Test
  void anOffsetOutsideOfTheLogIsOutOfRange() throws IOException {
    produce(0, "a");

    assertEquals(Errors.OFFSET_OUT_OF_RANGE, error(fetch(0, 2)));
    assertEquals(Errors.OFFSET_OUT_OF_RANGE, error(fetch(0, -5)));
    assertEquals(Errors.NONE, error(fetch(0, 1)));
  }

  @Test
  void whatIsNotThereIsUnknown() throws IOException {
    assertEquals(Errors.UNKNOWN_TOPIC_OR_PARTITION, error(fetch(3, 0)));
    PartitionData byId =
        only(
            client.ask(
                Requests.fetch("", Uuid.randomUuid(), 0, 0, 16), 16, FetchResponseData.class));
    assertEquals(Errors.UNKNOWN_TOPIC_ID, error(byId));
  }

  @Test
  void aLeaderEpochThatIsNotOursIsRefused() throws IOException {
    int epoch = requireNonNull(daybook.log().partition(topic().partition(0))).leaderEpoch();

    assertEquals(Errors.UNKNOWN_LEADER_EPOCH, error(only(ask(request(0, 0, epoch + 1)))));
    assertEquals(Errors.NONE, error(only(ask(request(0, 0, epoch)))));
  }

  @Test
  void aSessionThatWasNeverOpenedIsNotFound() throws IOException {
    FetchRequestData request = request(0, 0, -1).setSessionId(9).setSessionEpoch(3);

    FetchResponseData answer = client.ask(request, VERSION, FetchResponseData.class);

    assertEquals(Errors.FETCH_SESSION_ID_NOT_FOUND.code(), answer.errorCode());
    assertEquals(0, ask(request(0, 0, -1).setSessionEpoch(0)).sessionId());
  }

  @Test
  void aReaderOfCommittedRecordsIsToldThatNoneWereAborted() throws IOException {
    produce(0, "a");

    PartitionData committed = only(ask(request(0, 0, -1).setIsolationLevel((byte) 1)));
    PartitionData uncommitted = only(ask(request(0, 0, -1)));

    assertEquals(List.of(), committed.abortedTransactions());
    assertNull(uncommitted.abortedTransactions());
    assertEquals(1, committed.lastStableOffset());
  }

  @Test
  void whoCanNotReadIsToldOfNoListOfAbortedTransactions() throws IOException {
    assertNull(fetch(0, 9).abortedTransactions());
    assertNull(only(ask(request(0, 0, 7).setIsolationLevel((byte) 1))).abortedTransactions());
    assertEquals(List.of(), fetch(3, 0).abortedTransactions());
  }

  @Test
  void onlyTheFirstPartitionMayGoBeyondTheLimit() throws IOException {
    String large = "x".repeat(5_000);
    for (int partition = 0; partition < 3; partition++) {
      produce(partition, large);
    }

    FetchResponseData answer = ask(request(List.of(0, 1, 2)).setMaxBytes(100));

    List<PartitionData> parts = answer.responses().getFirst().partitions();
    assertTrue(((MemoryRecords) parts.get(0).records()).sizeInBytes() > 5_000);
    assertEquals(0, ((MemoryRecords) parts.get(1).records()).sizeInBytes());
    assertEquals(1, parts.get(1).highWatermark());
  }

  @Test
  void whoWantsNoBytesGetsOneBatchAllTheSame() throws IOException {
    produce(0, "a");
    produce(1, "b");
    FetchRequestData wantsNone = request(List.of(0, 1));
    wantsNone.topics().getFirst().partitions().forEach(asked -> asked.setPartitionMaxBytes(0));

    for (FetchRequestData request : List.of(request(List.of(0, 1)).setMaxBytes(0), wantsNone)) {
      List<PartitionData> parts = ask(request).responses().getFirst().partitions();
      assertTrue(((MemoryRecords) parts.get(0).records()).sizeInBytes() > 0);
      assertEquals(0, ((MemoryRecords) parts.get(1).records()).sizeInBytes());
    }
  }

  @Test
  void aPollWaitsForAsManyBytesAsItWantsAndNoLongerThanItSays() throws IOException {
    try (WireClient producer = daybook.wire()) {
      client.send(request(List.of(0, 1)).setMinBytes(100).setMaxWaitMs(600_000), VERSION);
      produce(producer, 0, "a");
      produce(producer, 1, "b");

      FetchResponseData enough = client.read(ApiKeys.FETCH, VERSION, FetchResponseData.class);
      assertEquals(List.of(1, 1), counts(enough));

      long startNs = System.nanoTime();
      FetchResponseData late = ask(request(List.of(0, 1)).setMinBytes(1 << 20).setMaxWaitMs(300));
      assertEquals(List.of(1, 1), counts(late));
      assertTrue(System.nanoTime() - startNs >= 290_000_000L);
    }
  }

  @Test
  void aPollOnATopicThatIsDeletedEnds() throws IOException {
    try (WireClient admin = daybook.wire()) {
      client.send(request(0, 0, -1).setMaxWaitMs(600_000), VERSION);
      admin.ask(
          new DeleteTopicsRequestData().setTopicNames(List.of("orders")),
          5,
          DeleteTopicsResponseData.class);

      FetchResponseData answer = client.read(ApiKeys.FETCH, VERSION, FetchResponseData.class);

      assertEquals(Errors.UNKNOWN_TOPIC_OR_PARTITION, error(only(answer)));
    }
  }

  @Test
  void aPollInWaitDoesNotHoldUpTheEndOfTheServer() throws IOException {
    client.send(request(0, 0, -1).setMaxWaitMs(600_000), VERSION);

    assertTimeoutPreemptively(Duration.ofSeconds(120), daybook::close);

    daybook = RunningBroker.in(directory);
  }

  @Test
  void aLongLogIsSentFromItsFilesWhole() throws Exception {
    int records = 400;
    byte[] noise = new byte[75_000];
    new Random(7).nextBytes(noise);
    String value = Base64.getEncoder().encodeToString(noise);
    try (var producer = daybook.producer("batch.size=400000", "linger.ms=20")) {
      for (int i = 0; i < records; i++) {
        producer.send(new ProducerRecord<>("orders", 0, "k", i + value));
      }
    }
    daybook.close(); // What is in memory is gone; the files have it.
    daybook = RunningBroker.in(directory);

    TopicPartition partition = new TopicPartition("orders", 0);
    int next = 0;
    try (var consumer = daybook.consumer("max.partition.fetch.bytes=30000000", "check.crcs=true")) {
      consumer.assign(List.of(partition));
      long endNs = System.nanoTime() + 120_000_000_000L;
      while (next < records && System.nanoTime() < endNs) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          assertEquals(next++ + value, record.value());
        }
      }
    }
    assertEquals(records, next);
  }

  @Test
  void requestsInARowAreAnsweredInTheirOrder() throws IOException {
    int requests = 200;
    for (int i = 0; i < requests; i++) {
      client.send(
          i % 3 == 0
              ? request(0, 0, -1).setMinBytes(0)
              : Requests.produce("orders", Uuid.ZERO_UUID, 1, Requests.batch("v"), VERSION),
          VERSION);
    }
    for (int i = 0; i < requests; i++) {
      assertEquals(i + 2, client.readCorrelationId());
    }
  }

  private static List<Integer> counts(FetchResponseData answer) {
    List<Integer> counts = new ArrayList<>();
    for (PartitionData part : answer.responses().getFirst().partitions()) {
      int[] count = {0};
      ((MemoryRecords) part.records()).records().forEach(record -> count[0]++);
      counts.add(count[0]);
    }
    return counts;
  }

  private Topic topic() {
    return daybook.log().topics().byName("orders").orElseThrow();
  }

  @Test
  void theFilesOfAReaderWhoHasGoneToRestAreClosed() throws Exception {
    assumeTrue(Files.exists(OPEN_FILES), "needs " + OPEN_FILES);
    produce(0, "a");
    stop();
    daybook = RunningBroker.in(directory);
    client = daybook.wire();

    for (int again = 0; again < 3; again++) {
      assertTrue(requireNonNull(fetch(0, 0).records()).sizeInBytes() > 0);
    }

    long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!openSegments().isEmpty()) {
      assertTrue(System.nanoTime() < deadlineNs, () -> "still open: " + openSegments());
      Thread.sleep(20);
    }
    assertTrue(requireNonNull(fetch(0, 0).records()).sizeInBytes() > 0, "and opened again");
  }

  private List<String> openSegments() {
    List<String> open = new ArrayList<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(OPEN_FILES)) {
      for (Path link : links) {
        String file = Files.exists(link) ? Files.readSymbolicLink(link).toString() : "";
        if (file.startsWith(directory.toString()) && file.endsWith(".log")) {
          open.add(file);
        }
      }
    } catch (IOException e) {
      open.add(e.toString()); // A link that went while we looked: look again.
    }
    return open;
  }

  private void produce(int partition, String value) throws IOException {
    produce(client, partition, value);
  }

  private static void produce(WireClient producer, int partition, String value) throws IOException {
    producer.ask(
        Requests.produce("orders", Uuid.ZERO_UUID, partition, Requests.batch(value), VERSION),
        VERSION,
        ProduceResponseData.class);
  }

  private PartitionData fetch(int partition, long offset) throws IOException {
    return only(ask(request(partition, offset, -1)));
  }

  private FetchResponseData ask(FetchRequestData request) throws IOException {
    return client.ask(request, VERSION, FetchResponseData.class);
  }

  private static FetchRequestData request(int partition, long offset, int epoch) {
    FetchRequestData request = Requests.fetch("orders", Uuid.ZERO_UUID, partition, offset, VERSION);
    request.topics().getFirst().partitions().getFirst().setCurrentLeaderEpoch(epoch);
    return request;
  }

  private static FetchRequestData request(List<Integer> partitions) {
    List<FetchPartition> asked = new ArrayList<>();
    for (int partition : partitions) {
      asked.add(new FetchPartition().setPartition(partition).setPartitionMaxBytes(1 << 20));
    }
    return Requests.fetch("orders", Uuid.ZERO_UUID, 0, 0, VERSION)
        .setTopics(List.of(new FetchTopic().setTopic("orders").setPartitions(asked)));
  }

  private static PartitionData only(FetchResponseData answer) {
    return answer.responses().getFirst().partitions().getFirst();
  }

  private static Errors error(PartitionData answer) {
    return Errors.forCode(answer.errorCode());
  }
}
