package dev.daybook.eventlog.group.kafka;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.group.MemoryGroupLog;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Any bytes as what a member says about itself: the coordinator, which reads some of them, answers each request, and
/// never with the error that means a bug.
class MemberBytesFuzz {
  private static final MemoryGroupLog LOG = new MemoryGroupLog();
  private static final GroupClient CLIENT =
      new GroupClient(
          new KafkaGroupCoordinator(
              LOG,
              new GroupSettings(
                  Map.of(
                      GroupSettings.INITIAL_REBALANCE_DELAY_MS,
                      "0",
                      GroupSettings.OFFSETS_PARTITIONS,
                      "1"))));

  static {
    LOG.create("t", 2);
  }

  /// The classic protocol: a subscription at the join, an assignment at the sync. Then a member of the newer protocol
  /// comes, for which the coordinator reads both.
  @FuzzTest
  void anySubscriptionAndAssignment(byte[] bytes) {
    int half = bytes.length / 2;
    byte[] subscription = Arrays.copyOf(bytes, half);
    byte[] assignment = Arrays.copyOfRange(bytes, half, bytes.length);
    JoinGroupResponseData joined = join(subscription);
    assertNoBug(joined.errorCode());
    if (joined.errorCode() == Errors.NONE.code()) {
      assertNoBug(sync(joined, assignment).errorCode());
      assertNoBug(
          ((OffsetDeleteResponseData) CLIENT.ask(new OffsetDeleteRequestData().setGroupId("g"), 0))
              .errorCode());
      // Kafka's coordinator answers UNKNOWN_SERVER_ERROR to this member where it cannot read the
      // others' bytes.
      CLIENT.beat("g", "modern", 0, "t");
      CLIENT.beat("g", "modern", -1, "t");
      leave(joined.memberId());
    }
  }

  /// Any text as the regular expression of a subscription.
  @FuzzTest
  void anyRegularExpression(@Nullable String text) {
    String regex = text == null ? "" : text;
    ConsumerGroupHeartbeatResponseData answer =
        (ConsumerGroupHeartbeatResponseData)
            CLIENT.ask(
                new ConsumerGroupHeartbeatRequestData()
                    .setGroupId("r")
                    .setMemberId("m")
                    .setMemberEpoch(0)
                    .setRebalanceTimeoutMs(10_000)
                    .setSubscribedTopicRegex(regex.substring(0, Math.min(regex.length(), 1000)))
                    .setTopicPartitions(List.of()),
                1);
    assertNoBug(answer.errorCode());
    CLIENT.beat("r", "m", -1, "t");
  }

  private static JoinGroupResponseData join(byte[] subscription) {
    return (JoinGroupResponseData)
        CLIENT.ask(
            new JoinGroupRequestData()
                .setGroupId("g")
                .setSessionTimeoutMs(10_000)
                .setRebalanceTimeoutMs(10_000)
                .setProtocolType("consumer")
                .setProtocols(
                    new JoinGroupRequestProtocolCollection(
                        List.of(
                                new JoinGroupRequestProtocol()
                                    .setName("range")
                                    .setMetadata(subscription))
                            .iterator())),
            3);
  }

  private static SyncGroupResponseData sync(JoinGroupResponseData joined, byte[] assignment) {
    return (SyncGroupResponseData)
        CLIENT.ask(
            new SyncGroupRequestData()
                .setGroupId("g")
                .setMemberId(joined.memberId())
                .setGenerationId(joined.generationId())
                .setAssignments(
                    List.of(
                        new SyncGroupRequestAssignment()
                            .setMemberId(joined.memberId())
                            .setAssignment(assignment))),
            3);
  }

  private static void leave(String memberId) {
    CLIENT.ask(
        new LeaveGroupRequestData()
            .setGroupId("g")
            .setMembers(List.of(new MemberIdentity().setMemberId(memberId))),
        4);
  }

  private static void assertNoBug(short error) {
    assertNotEquals(Errors.UNKNOWN_SERVER_ERROR.code(), error);
  }
}
