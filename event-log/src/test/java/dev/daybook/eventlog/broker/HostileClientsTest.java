package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that are broken, or want to break the server: their connection ends, all others go on.
class HostileClientsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String HASTY = "hasty";

  @TempDir private static Path directory;

  /// Hangs up on nobody for being slow: who is hung up on here is so for what it sent.
  private static RunningBroker daybook;

  /// Hangs up on the slow after two seconds.
  private static RunningBroker hasty;

  private static List<WireClient> honest;

  @BeforeAll
  static void start() throws IOException {
    daybook = broker("patient", Duration.ofHours(1));
    fill(HASTY);
    hasty = broker(HASTY, Duration.ofSeconds(2));
    honest = List.of(daybook.wire(), hasty.wire());
    greet();
  }

  private static RunningBroker broker(String name, Duration arrival) throws IOException {
    ConnectionLimits limits =
        new ConnectionLimits(1_100, Integer.MAX_VALUE, Duration.ofHours(1), arrival);
    return RunningBroker.in(
        directory.resolve(name),
        config -> config.taking(32 << 20, config.requestMaxBytes()).limiting(limits));
  }

  /// Writes what a client may ask for, while nobody is hung up on for a slow machine.
  private static void fill(String name) throws IOException {
    try (RunningBroker patient = broker(name, Duration.ofHours(1));
        WireClient filler = patient.wire()) {
      for (int i = 0; i < 12; i++) {
        filler.ask(
            Requests.produce(
                "undrained",
                Uuid.ZERO_UUID,
                0,
                Requests.batch(i == 0 ? "create" : "x".repeat(1_000_000)),
                9),
            9,
            ProduceResponseData.class);
        if (i == 0) {
          filler.ask(Requests.metadata("undrained"), 9, MetadataResponseData.class);
        }
      }
    }
  }

  private static void greet() throws IOException {
    for (WireClient client : honest) {
      assertFalse(
          client
              .ask(new ApiVersionsRequestData(), 0, ApiVersionsResponseData.class)
              .apiKeys()
              .isEmpty());
    }
  }

  @AfterEach
  void theHonestClientsAreStillServed() throws IOException {
    greet();
  }

  @AfterAll
  static void stop() throws IOException {
    for (WireClient client : honest) {
      client.close();
    }
    daybook.close();
    hasty.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 7, (16 << 20) + 1, Integer.MAX_VALUE})
  void anImpossibleFrameLengthEndsTheConnection(int length) throws IOException {
    try (WireClient client = daybook.wire()) {
      client.send(ByteBuffer.allocate(8).putInt(length).putInt(0).array());

      assertTrue(client.isHungUpOn());
    }
  }

  @Test
  void aLargeFrameThatIsNoProduceRequestIsRefusedByItsFirstBytes() throws IOException {
    try (WireClient client = daybook.wire()) {
      client.send(ByteBuffer.allocate(6).putInt(3 << 20).putShort(ApiKeys.METADATA.id).array());

      assertTrue(client.isHungUpOn());
    }
  }

  @Test
  void aWebBrowserIsHungUpOn() throws IOException {
    try (WireClient client = daybook.wire()) {
      client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());

      assertTrue(client.isHungUpOn());
    }
  }

  @Test
  void aTlsHandshakeIsHungUpOn() throws IOException {
    try (WireClient client = daybook.wire()) {
      client.send(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});

      assertTrue(client.isHungUpOn());
    }
  }

  @Test
  void aNameLongerThanAnybodyNeedsEndsTheConnection() throws IOException {
    try (WireClient client = daybook.wire()) {
      byte[] name = new byte[5_000];
      client.send(
          ByteBuffer.allocate(4 + 10 + name.length)
              .putInt(10 + name.length)
              .putShort(ApiKeys.API_VERSIONS.id)
              .putShort((short) 0)
              .putInt(1)
              .putShort((short) name.length)
              .put(name)
              .array());

      assertTrue(client.isHungUpOn());
    }
  }

  @Test
  void anApiNobodyKnowsEndsTheConnection() throws IOException {
    try (WireClient client = daybook.wire()) {
      client.send(
          ByteBuffer.allocate(14)
              .putInt(10)
              .putShort((short) 999)
              .putShort((short) 0)
              .putInt(1)
              .putShort((short) -1)
              .array());

      assertTrue(client.isHungUpOn());
    }
  }

  @Test
  void aTruncatedMessageEndsTheConnection() throws IOException {
    byte[] whole = WireClient.frame(Requests.metadata("some-topic"), 12, 1);
    for (int cut = 1; cut < whole.length - 20; cut++) {
      try (WireClient client = daybook.wire()) {
        byte[] part = java.util.Arrays.copyOf(whole, whole.length - cut);
        ByteBuffer.wrap(part).putInt(0, part.length - 4);
        client.send(part);

        assertTrue(client.isHungUpOn(), "cut by " + cut);
      }
    }
  }

  @Test
  void damagedFramesNeverStopTheServer() throws IOException {
    long seed = Long.getLong("daybook.seed", 20_261_123);
    Random random = new Random(seed);
    byte[] whole =
        WireClient.frame(
            Requests.produce("damaged", Uuid.ZERO_UUID, 0, Requests.batch("a", "b"), 9), 9, 1);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt();
      }
      try (WireClient client = daybook.wire()) {
        client.send(damaged);
      }
    }
    assertDoesNotThrow(HostileClientsTest::greet, "seed " + seed);
  }

  @Test
  void whoSendsNothingIsDroppedAfterAWhile() throws IOException {
    try (WireClient client = hasty.wire()) {
      assertTrue(client.isHungUpOn());
    }
  }

  /// Byte for byte, of a request so long that it would take hours.
  @Test
  void whoDripsARequestIsDropped() throws Exception {
    byte[] whole =
        WireClient.frame(
            Requests.produce("drip", Uuid.ZERO_UUID, 0, Requests.batch("x".repeat(500_000)), 9),
            9,
            1);
    try (WireClient client = hasty.wire()) {
      IOException dropped = null;
      long endNs = System.nanoTime() + PATIENCE.toNanos();
      for (int i = 0; dropped == null && System.nanoTime() < endNs; i++) {
        try {
          client.send(new byte[] {whole[i]});
        } catch (IOException e) {
          dropped = e;
        }
        Thread.sleep(40);
      }
      assertTrue(dropped != null, "still connected");
    }
  }

  @Test
  void whoTakesNoAnswersIsDropped() throws IOException {
    try (WireClient client = hasty.wire()) {
      IOException dropped = null;
      byte[] fetch =
          WireClient.frame(
              Requests.fetch("undrained", Uuid.ZERO_UUID, 0, 0, 4)
                  .setMaxBytes(50 << 20)
                  .setMinBytes(0),
              4,
              1);
      long endNs = System.nanoTime() + PATIENCE.toNanos();
      while (dropped == null && System.nanoTime() < endNs) {
        try {
          client.send(fetch);
          Thread.onSpinWait();
        } catch (IOException e) {
          dropped = e;
        }
      }
      assertTrue(dropped != null, "still connected");
    }
  }

  @Test
  void largeRequestsThatNeverArriveDoNotKeepTheMemoryForGood() throws IOException {
    List<WireClient> hoarders = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      WireClient hoarder = hasty.wire();
      hoarder.send(
          ByteBuffer.allocate(10).putInt(16 << 20).putShort(ApiKeys.PRODUCE.id).putInt(0).array());
      hoarders.add(hoarder);
    }
    for (WireClient hoarder : hoarders) {
      assertTrue(hoarder.isHungUpOn());
      hoarder.close();
    }
  }

  @Test
  void aThousandConnectionsAreServedAndThoseBeyondTheLimitAreNot() throws IOException {
    while (daybook.broker().connectionCount() > 1) {
      Thread.onSpinWait(); // Those of other scenes are gone, but the server may not have noticed.
    }
    List<WireClient> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        WireClient client = daybook.wire();
        crowd.add(client);
        client.send(new ApiVersionsRequestData(), 0);
      }
      for (WireClient client : crowd) {
        assertEquals(1, client.readCorrelationId());
      }
      // The honest one counts, too. Each says hello: who says nothing would be dropped for that.
      for (int i = 0; i < 150; i++) {
        WireClient client = daybook.wire();
        crowd.add(client);
        assertEquals(i < 99, isAnswered(client), "beyond a thousand: " + i);
      }
    } finally {
      for (WireClient client : crowd) {
        client.close();
      }
    }
  }

  private static boolean isAnswered(WireClient client) throws IOException {
    try {
      client.send(new ApiVersionsRequestData(), 0);
      return client.readCorrelationId() == 1;
    } catch (EOFException | SocketException hungUpOn) {
      return false;
    }
  }
}
