package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Many clients that together want more memory than there is, each within what one may have: they are made to wait or
/// hung up on, and the honest client beside them is served.
@Timeout(300)
class HostileCrowdTest {
  private static final int MIB = 1 << 20;

  /// Nobody is hung up on because the machine is slow: what is looked at here is not how long anybody takes.
  private static final ConnectionLimits PATIENT =
      new ConnectionLimits(10_000, Integer.MAX_VALUE, Duration.ofHours(1), Duration.ofMinutes(5));

  @TempDir private Path directory;
  private RunningBroker daybook;
  private WireClient honest;
  private final List<WireClient> crowd = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() throws IOException {
    daybook =
        RunningBroker.in(directory, config -> config.taking(8 * MIB, 2 * MIB).limiting(PATIENT));
    honest = daybook.wire();
    honest.ask(Requests.metadata("t"), 9, MetadataResponseData.class);
    assertTrue(produces(10));
  }

  @AfterEach
  void stop() throws IOException {
    for (WireClient client : crowd) {
      client.close();
    }
    honest.close();
    daybook.close();
  }

  /// Two hundred frames of 2 MiB are announced, where three find room. Their clients then send nothing.
  @Test
  void whoClaimsMuchAndSendsLittleHoldsNothing() throws IOException {
    for (int i = 0; i < 200; i++) {
      join().send(ByteBuffer.allocate(16).putInt(2 * MIB).putShort(ApiKeys.PRODUCE.id).array());
    }

    assertTrue(produces(500_000));

    assertEquals(0, daybook.broker().memory().usedBytes());
  }

  /// They have sent enough for their memory to be reserved, and then stop.
  @Test
  void whoHoldsMemoryAndStopsSendingLosesItToThoseWhoWait() throws IOException {
    for (int i = 0; i < 6; i++) {
      byte[] begun = new byte[10_000];
      ByteBuffer.wrap(begun).putInt(2 * MIB).putShort(ApiKeys.PRODUCE.id);
      join().send(begun);
    }
    await(() -> daybook.broker().memory().usedBytes() >= 6L * MIB);

    assertTrue(produces(500_000));
  }

  /// Each asks for an answer of some megabytes, several times, and never reads it.
  @Test
  void answersThatNobodyTakesDoNotFillTheMemory() throws IOException {
    DescribeConfigsRequestData much =
        new DescribeConfigsRequestData().setResources(new ArrayList<>());
    for (int i = 0; i < 1_000; i++) {
      much.resources()
          .add(
              new DescribeConfigsResource()
                  .setResourceType((byte) 2)
                  .setResourceName("t")
                  .setConfigurationKeys(null));
    }
    byte[] frame = WireClient.frame(much, 1, 1);
    int answerBytes = answerTo(frame);
    assertTrue(answerBytes > MIB / 2, answerBytes + " bytes");
    long mostBytes = 0;
    for (int i = 0; i < 60; i++) {
      WireClient client = join();
      try {
        client.send(frame);
        client.send(frame);
      } catch (IOException e) {
        // Hung up on already.
      }
      assertTrue(isAnswered());
      mostBytes = Math.max(mostBytes, daybook.broker().responses().usedBytes());
    }

    assertTrue(mostBytes > 0);
    assertTrue(mostBytes <= 2 * MIB + 3L * answerBytes, mostBytes + " bytes");
    await(() -> daybook.broker().responses().usedBytes() <= 2 * MIB);
    assertTrue(isAnswered());
  }

  /// Short runs of files go to sockets as copies. Each asks for many and takes none.
  @Test
  void whoTakesNoRecordsFromFilesHoldsFewCopies() throws IOException {
    assertTrue(produces(100_000));
    honest.close();
    daybook.close();
    daybook = RunningBroker.in(directory, c -> c.taking(8 * MIB, 2 * MIB).limiting(PATIENT));
    honest = daybook.wire();
    FetchRequestData fetch = Requests.fetch("t", Uuid.ZERO_UUID, 0, 1, 11).setMaxWaitMs(0);
    int answerBytes = answerTo(WireClient.frame(fetch, 11, 1));
    assertTrue(answerBytes > 100_000, answerBytes + " bytes");
    long mostBytes = 0;
    for (int i = 0; i < 60; i++) {
      WireClient client = join();
      for (int again = 0; again < 40; again++) {
        client.send(WireClient.frame(fetch, 11, again));
      }
      assertEquals(answerBytes, answerTo(WireClient.frame(fetch, 11, 1)));
      mostBytes = Math.max(mostBytes, daybook.broker().copiedRuns().waitingBytes());
    }

    assertTrue(mostBytes > MIB / 2, mostBytes + " bytes");
    assertTrue(mostBytes <= MIB, mostBytes + " bytes");
    for (WireClient client : crowd) {
      client.close();
    }
    await(() -> daybook.broker().copiedRuns().waitingBytes() == 0);
  }

  /// Long polls that together hold three times the memory there is, for ten minutes if they may.
  @Test
  void whoWaitsForNewRecordsDoesNotKeepTheMemoryFromOthers() throws IOException {
    FetchRequestData poll = Requests.fetch("t", Uuid.ZERO_UUID, 0, 1, 11);
    poll.setMaxWaitMs(600_000).setMinBytes(MIB);
    poll.topics()
        .getFirst()
        .setPartitions(
            Collections.nCopies(2_000, poll.topics().getFirst().partitions().getFirst()));
    byte[] frame = WireClient.frame(poll, 11, 1);
    for (int i = 0; i < 40; i++) {
      join().send(frame);
    }
    await(() -> daybook.broker().memory().isShort());

    assertTrue(produces(500_000));
  }

  /// A client that sends requests for ever and takes no answer is not read any more, and then hung up on.
  @Test
  void whoOnlyAsksIsNotReadAnyMore() throws Exception {
    WireClient client = join();
    byte[] frame = WireClient.frame(new ApiVersionsRequestData(), 0, 1);
    byte[] many = new byte[frame.length * 10_000];
    for (int at = 0; at < many.length; at += frame.length) {
      System.arraycopy(frame, 0, many, at, frame.length);
    }
    CompletableFuture<Integer> sent = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              int rounds = 0;
              try {
                while (rounds < 200) {
                  client.send(many);
                  rounds++;
                }
              } catch (IOException e) {
                // Hung up on, or closed at the end.
              }
              sent.complete(rounds);
            });
    await(() -> daybook.broker().responses().usedBytes() > MIB / 2);

    for (int i = 0; i < 100; i++) {
      assertTrue(isAnswered());
      assertTrue(daybook.broker().responses().usedBytes() < 2 * MIB);
      assertTrue(daybook.broker().memory().usedBytes() < MIB);
    }
    assertFalse(sent.isDone(), "2 million requests were read");
    client.close();
    assertTrue(sent.get(90, TimeUnit.SECONDS) < 200);
  }

  /// The crowd of the goals: 2,000 who said hello and are silent, 200 who drip a request or take their answers slowly.
  @Test
  void theSilentStayAndCostLittleAndTheSlowHoldNobodyUp() throws Exception {
    long before = heapBytes();
    for (int i = 0; i < 2_000; i++) {
      assertTrue(isAnswered(join()));
    }
    long eachBytes = (heapBytes() - before) / 2_000;
    assertTrue(eachBytes < 24 << 10, eachBytes + " bytes for a silent connection, client and all");
    List<WireClient> silent = List.copyOf(crowd);
    byte[] claim = ByteBuffer.allocate(6).putInt(MIB).putShort(ApiKeys.PRODUCE.id).array();
    byte[] fetch =
        WireClient.frame(Requests.fetch("t", Uuid.ZERO_UUID, 0, 0, 11).setMaxWaitMs(0), 11, 1);
    List<WireClient> dripping = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      WireClient client = join();
      if (i % 2 == 0) {
        client.send(claim);
        dripping.add(client);
      } else {
        client.send(fetch);
      }
    }

    await(() -> daybook.broker().connectionCount() == 2_201);

    for (int i = 0; i < 100; i++) {
      assertTrue(produces(100));
      dripping.get(i % dripping.size()).send(new byte[1]);
    }

    assertTrue(daybook.broker().memory().usedBytes() < MIB);
    assertEquals(2_201, daybook.broker().connectionCount());
    for (WireClient client : silent) {
      assertTrue(isAnswered(client));
    }
  }

  private WireClient join() throws IOException {
    WireClient client = daybook.wire();
    crowd.add(client);
    return client;
  }

  private boolean produces(int sizeBytes) throws IOException {
    char[] value = new char[sizeBytes];
    Arrays.fill(value, 'v');
    return honest
            .ask(
                Requests.produce("t", Uuid.ZERO_UUID, 0, Requests.batch(new String(value)), 9),
                9,
                ProduceResponseData.class)
            .responses()
            .iterator()
            .next()
            .partitionResponses()
            .getFirst()
            .errorCode()
        == Errors.NONE.code();
  }

  private boolean isAnswered() throws IOException {
    return isAnswered(honest);
  }

  private static boolean isAnswered(WireClient client) throws IOException {
    return !client
        .ask(new ApiVersionsRequestData(), 0, ApiVersionsResponseData.class)
        .apiKeys()
        .isEmpty();
  }

  private int answerTo(byte[] frame) throws IOException {
    try (WireClient client = daybook.wire()) {
      client.send(frame);
      return client.readFrame().remaining();
    }
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long endNs = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < endNs, "it does not come to this");
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
