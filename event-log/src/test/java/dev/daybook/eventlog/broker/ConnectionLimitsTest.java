package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionLimitsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path directory;

  @Test
  void whoHasEnoughConnectionsGetsNoMoreUntilOneIsGone() throws IOException {
    // So long that nobody is hung up on for another reason.
    ConnectionLimits limits =
        new ConnectionLimits(100, 2, Duration.ofHours(1), Duration.ofHours(1));
    try (RunningBroker daybook = RunningBroker.in(directory, config -> config.limiting(limits));
        WireClient first = daybook.wire()) {
      ask(first);
      try (WireClient second = daybook.wire()) {
        ask(second);
        try (WireClient third = daybook.wire()) {
          assertTrue(third.isHungUpOn());
        }
      }
      while (daybook.broker().connectionCount() > 1) {
        Thread.onSpinWait();
      }
      try (WireClient another = daybook.wire()) {
        ask(another);
      }
      ask(first);
    }
  }

  @Test
  void aConnectionOnWhichNothingHappensIsClosed() throws IOException {
    ConnectionLimits limits = new ConnectionLimits(100, 100, Duration.ofSeconds(3), MINUTE);
    try (RunningBroker daybook = RunningBroker.in(directory, config -> config.limiting(limits));
        WireClient client = daybook.wire()) {
      ask(client);
      assertTrue(client.isHungUpOn());
    }
  }

  @Test
  void addressesAreCountedEachForItself() throws IOException {
    ConnectionCount count = new ConnectionCount(new ConnectionLimits(3, 2, MINUTE, MINUTE));
    InetAddress here = InetAddress.getByName("127.0.0.1");
    InetAddress there = InetAddress.getByName("127.0.0.2");

    assertTrue(count.enter(here).isEmpty());
    assertTrue(count.enter(here).isEmpty());
    assertTrue(count.enter(here).orElseThrow().contains("max.connections.per.ip=2"));
    assertTrue(count.enter(there).isEmpty());
    assertTrue(count.enter(there).orElseThrow().contains("max.connections=3"));

    count.leave(here);
    assertTrue(count.enter(there).isEmpty());
    assertEquals(3, count.all());
  }

  @Test
  void aLimitThatLetsNobodyInIsRefusedByItsName() {
    assertRefused("max.connections=0", 0, 1, MINUTE, MINUTE);
    assertRefused("max.connections.per.ip=0", 1, 0, MINUTE, MINUTE);
    assertRefused("connections.max.idle.ms=-1", 1, 1, Duration.ofMillis(-1), MINUTE);
    assertRefused("request.arrival.timeout.ms=0", 1, 1, MINUTE, Duration.ZERO);
    assertRefused(
        "connections.max.idle.ms=" + Long.MAX_VALUE,
        1,
        1,
        Duration.ofMillis(Long.MAX_VALUE),
        MINUTE);
  }

  private static void assertRefused(
      String named, int max, int perAddress, Duration idle, Duration arrival) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ConnectionLimits(max, perAddress, idle, arrival));
    assertTrue(refused.getMessage().contains(named), refused::getMessage);
  }

  private static void ask(WireClient client) throws IOException {
    assertFalse(
        client
            .ask(new ApiVersionsRequestData(), 0, ApiVersionsResponseData.class)
            .apiKeys()
            .isEmpty());
  }
}
