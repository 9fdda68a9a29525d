package dev.daybook.eventlog.group.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.group.MemoryGroupLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client may make the coordinator keep or do ends somewhere, and the groups there are go on.
class BoundsTest {
  private volatile boolean heapIsNearlyFull;
  private final MemoryGroupLog log = new MemoryGroupLog();
  private final KafkaGroupCoordinator coordinator =
      new KafkaGroupCoordinator(
          log,
          new GroupSettings(
              Map.of(
                  GroupSettings.INITIAL_REBALANCE_DELAY_MS, "0",
                  GroupSettings.OFFSETS_PARTITIONS, "1")),
          new Bounds(() -> heapIsNearlyFull, 3_000_000));
  private final GroupClient client = new GroupClient(coordinator);

  @AfterEach
  void close() {
    coordinator.close();
    log.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((((((x{9}){9}){9}){9}){9}){9}){9}",
        "(((((((((a?){9}){9}){9}){9}){9}){9}){9}){9}){9}",
        "(a{1000}){1000}",
        "[)]x{9}([(]{99}([[:alpha:]]]{99}){99}){99}",
        "a{1000}b{1000}c{1000}d{1000}e{1000}f{1000}"
      })
  void anExpressionThatWouldFillTheHeapIsRefusedBeforeAnybodyCompilesIt(String regex) {
    log.create("orders", 1);
    client.commit("g", "orders", 0, 1); // The coordinator is there from now on.

    assertTimeoutPreemptively(
        Duration.ofSeconds(40),
        () -> assertEquals(Errors.INVALID_REGULAR_EXPRESSION, subscribe(regex)));
    assertEquals(Errors.NONE, client.commit("g", "orders", 0, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders",
        ".*",
        "orders-[0-9]{4}-[0-9]{2}(-[a-z]{1,200})?",
        "(a+)+$",
        "^(eu|us|ap)\\.(orders|payments)\\.v[1-9]\\d{0,3}$",
        "\\Qa{9}{9}\\E",
        "[]{9}]{2,}",
        "(?i)\\p{L}{1,100}"
      })
  void whatPeopleSubscribeToIsCompiled(String regex) {
    log.create("orders", 1);

    assertEquals(Errors.NONE, subscribe(regex));
  }

  @Test
  void aHundredNamesAreBearableAndAThousandBracketsAreNot() {
    assertTrue(RegexSize.isBearable("a-name-as-long-as-most-names-are|".repeat(100)));
    assertFalse(RegexSize.isBearable("(".repeat(1_000) + ")".repeat(1_000)));
    assertFalse(RegexSize.isBearable("a".repeat(1_000_000)));
  }

  @Test
  void namesAndDescriptionsHaveASize() {
    assertEquals(Errors.INVALID_GROUP_ID, join("g".repeat(2_000), "", 10));
    assertEquals(Errors.INVALID_REQUEST, join("g", "m".repeat(2_000), 10));
    assertEquals(Errors.MESSAGE_TOO_LARGE, join("g", "", Bounds.MAX_MEMBER_BYTES));
    assertEquals(Errors.MEMBER_ID_REQUIRED, join("g", "", Bounds.MAX_MEMBER_BYTES - 10));
  }

  /// With these bytes Kafka's coordinator never answers its group again.
  @Test
  void aSubscriptionThatClaimsMoreThanItHoldsDoesNotStopItsGroup() {
    JoinGroupRequestData bad = request("g", "", 0);
    bad.protocols().find("range").setMetadata(new byte[] {':', '&', 'd', 'a', 'y', 'b'});
    assertEquals(
        Errors.INCONSISTENT_GROUP_PROTOCOL.code(),
        ((JoinGroupResponseData) client.ask(bad, 3)).errorCode());

    assertEquals(
        Errors.NONE.code(),
        ((JoinGroupResponseData) client.ask(request("g", "", 0), 3)).errorCode());
  }

  @Test
  void whileTheHeapIsNearlyFullNobodyComesAndWhoIsThereGoesOn() {
    log.create("orders", 1);
    JoinGroupResponseData joined = client.join("g", "");
    client.sync("g", joined);
    ConsumerGroupHeartbeatResponseData modern = client.beat("modern", "a", 0, "orders");

    heapIsNearlyFull = true;

    assertEquals(Errors.COORDINATOR_NOT_AVAILABLE, join("h", "", 10));
    assertEquals(
        Errors.COORDINATOR_NOT_AVAILABLE.code(),
        client.beat("modern", "b", 0, "orders").errorCode());
    assertEquals(Errors.COORDINATOR_NOT_AVAILABLE, client.commit("new", "orders", 0, 1));
    assertEquals(Errors.NONE, client.heartbeat("g", joined));
    assertEquals(0, client.beat("modern", "a", modern.memberEpoch(), "orders").errorCode());

    heapIsNearlyFull = false;
    assertEquals(Errors.MEMBER_ID_REQUIRED, join("h", "", 10));
  }

  /// A first member keeps its group in a rebalance that does not end, for the others to wait in.
  @Test
  void whoWaitsForOthersTakesABoundedShareOfTheMemory() throws Exception {
    JoinGroupResponseData first = client.join("g", "");
    List<CompletableFuture<ApiMessage>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(client.send(request("g", "", 900_000), 3));
    }
    int refused = 0;
    for (CompletableFuture<ApiMessage> one : List.copyOf(waiting)) {
      if (one.isDone()) {
        assertEquals(
            Errors.COORDINATOR_NOT_AVAILABLE.code(),
            ((JoinGroupResponseData) one.join()).errorCode());
        waiting.remove(one);
        refused++;
      }
    }
    assertEquals(2, refused);

    client.ask(request("g", first.memberId(), 10), 3);
    for (CompletableFuture<ApiMessage> one : waiting) {
      JoinGroupResponseData joined = (JoinGroupResponseData) one.get(90, TimeUnit.SECONDS);
      assertEquals(Errors.NONE.code(), joined.errorCode());
    }
    CompletableFuture<ApiMessage> later = client.send(request("other", "", 900_000), 3);
    assertEquals(
        Errors.NONE.code(), ((JoinGroupResponseData) later.get(90, TimeUnit.SECONDS)).errorCode());
  }

  private Errors subscribe(String regex) {
    return Errors.forCode(
        ((ConsumerGroupHeartbeatResponseData)
                client.ask(
                    new ConsumerGroupHeartbeatRequestData()
                        .setGroupId("regex")
                        .setMemberId("m")
                        .setMemberEpoch(0)
                        .setRebalanceTimeoutMs(10_000)
                        .setSubscribedTopicRegex(regex)
                        .setTopicPartitions(List.of()),
                    1))
            .errorCode());
  }

  private Errors join(String group, String member, int metadataBytes) {
    return Errors.forCode(
        ((JoinGroupResponseData) client.ask(request(group, member, metadataBytes), 9)).errorCode());
  }

  private static JoinGroupRequestData request(String group, String member, int metadataBytes) {
    return new JoinGroupRequestData()
        .setGroupId(group)
        .setMemberId(member)
        .setSessionTimeoutMs(90_000)
        .setRebalanceTimeoutMs(90_000)
        .setProtocolType("consumer")
        .setProtocols(
            new JoinGroupRequestProtocolCollection(
                List.of(
                        new JoinGroupRequestProtocol()
                            .setName("range")
                            .setMetadata(new byte[metadataBytes]))
                    .iterator()));
  }
}
