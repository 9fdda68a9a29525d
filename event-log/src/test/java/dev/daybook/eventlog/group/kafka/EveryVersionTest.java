package dev.daybook.eventlog.group.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.group.MemoryGroupLog;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Old clients fail on fields they do not know, and message classes refuse to write them: so every answer is
/// written here, in every version, also the refusals.
class EveryVersionTest {
  private final MemoryGroupLog log = new MemoryGroupLog();
  private final KafkaGroupCoordinator coordinator =
      new KafkaGroupCoordinator(
          log, new GroupSettings(Map.of(GroupSettings.OFFSETS_PARTITIONS, "1")));
  private final GroupClient client = new GroupClient(coordinator);

  @AfterEach
  void close() {
    coordinator.close();
    log.close();
  }

  static Stream<Arguments> apisAndVersions() {
    return KafkaGroupCoordinator.APIS.stream()
        .sorted()
        .flatMap(
            api ->
                IntStream.rangeClosed(api.oldestVersion(), api.latestVersion())
                    .mapToObj(version -> Arguments.of(api, version)));
  }

  @ParameterizedTest
  @MethodSource("apisAndVersions")
  void answersAnEmptyRequest(ApiKeys api, int version) {
    ApiMessage request = api.messageType.newRequest();

    assertNotNull(client.ask(request, version));
  }

  @ParameterizedTest
  @MethodSource("apisAndVersions")
  void tellsThatThereIsNoCoordinator(ApiKeys api, int version) {
    coordinator.close();

    assertNotNull(client.ask(api.messageType.newRequest(), version));
  }

  @Test
  void commitsAndFetchesInEveryVersion() {
    Topic orders = log.create("orders", 2);

    for (int version = 2; version <= ApiKeys.OFFSET_COMMIT.latestVersion(); version++) {
      assertEquals(
          List.of(Errors.NONE, Errors.UNKNOWN_TOPIC_OR_PARTITION),
          List.of(commit(orders, 1, version), commit(orders, 2, version)),
          "version " + version);
    }
    for (int version = 1; version <= ApiKeys.OFFSET_FETCH.latestVersion(); version++) {
      assertEquals(7, fetch(orders, version), "version " + version);
    }
  }

  @Test
  void fetchesAllOffsetsOfAGroup() {
    Topic orders = log.create("orders", 2);
    commit(orders, 1, 10);

    OffsetFetchResponseData byName =
        (OffsetFetchResponseData)
            client.ask(new OffsetFetchRequestData().setGroupId("readers").setTopics(null), 7);
    OffsetFetchResponseData byId =
        (OffsetFetchResponseData)
            client.ask(
                new OffsetFetchRequestData()
                    .setGroups(
                        List.of(
                            new OffsetFetchRequestGroup().setGroupId("readers").setTopics(null))),
                10);

    assertEquals("orders", byName.topics().getFirst().name());
    assertEquals(
        TopicImages.uuid(orders.id()), byId.groups().getFirst().topics().getFirst().topicId());
  }

  @Test
  void knowsNoTopicUnderAForeignId() {
    log.create("orders", 1);
    Uuid foreign = Uuid.randomUuid();
    OffsetCommitRequestData commit = GroupClient.commitOf("readers", "orders", 0, 7);
    commit.topics().getFirst().setTopicId(foreign);

    assertEquals(Errors.UNKNOWN_TOPIC_ID, GroupClient.commitError(client.ask(commit, 10)));
    assertEquals(Errors.UNKNOWN_TOPIC_OR_PARTITION, client.commit("readers", "nowhere", 0, 7));
    assertEquals(-1, client.committed("readers", "nowhere", 0));
  }

  @Test
  void aMemberLeavesInTheOldFormAndInTheNew() {
    var joined = client.join("readers", "");

    LeaveGroupResponseData old =
        (LeaveGroupResponseData)
            client.ask(new LeaveGroupRequestData().setGroupId("readers").setMemberId("nobody"), 2);
    LeaveGroupResponseData present =
        (LeaveGroupResponseData)
            client.ask(
                new LeaveGroupRequestData()
                    .setGroupId("readers")
                    .setMembers(List.of(new MemberIdentity().setMemberId(joined.memberId()))),
                5);

    assertEquals(Errors.UNKNOWN_MEMBER_ID, Errors.forCode(old.errorCode()));
    assertEquals(Errors.NONE, Errors.forCode(present.members().getFirst().errorCode()));
  }

  @Test
  void aRefusedAppendIsToldInEveryVersionOfACommit() {
    Topic orders = log.create("orders", 1);
    coordinator.start().join();
    log.refuse(AppendResult.Reason.STOPPING);

    for (int version = 2; version <= ApiKeys.OFFSET_COMMIT.latestVersion(); version++) {
      assertEquals(Errors.NOT_COORDINATOR, commit(orders, 0, version), "version " + version);
    }
  }

  private Errors commit(Topic topic, int partition, int version) {
    OffsetCommitRequestData commit = GroupClient.commitOf("readers", topic.name(), partition, 7);
    commit.topics().getFirst().setTopicId(TopicImages.uuid(topic.id()));
    return GroupClient.commitError(client.ask(commit, version));
  }

  private long fetch(Topic topic, int version) {
    OffsetFetchRequestData request = new OffsetFetchRequestData();
    if (version < 8) {
      request
          .setGroupId("readers")
          .setTopics(
              List.of(
                  new OffsetFetchRequestTopic()
                      .setName(topic.name())
                      .setPartitionIndexes(List.of(1))));
      return ((OffsetFetchResponseData) client.ask(request, version))
          .topics()
          .getFirst()
          .partitions()
          .getFirst()
          .committedOffset();
    }
    request.setGroups(
        List.of(
            new OffsetFetchRequestGroup()
                .setGroupId("readers")
                .setTopics(
                    List.of(
                        new OffsetFetchRequestTopics()
                            .setName(topic.name())
                            .setTopicId(TopicImages.uuid(topic.id()))
                            .setPartitionIndexes(List.of(1))))));
    return ((OffsetFetchResponseData) client.ask(request, version))
        .groups()
        .getFirst()
        .topics()
        .getFirst()
        .partitions()
        .getFirst()
        .committedOffset();
  }
}
