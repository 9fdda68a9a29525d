package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupCoordinator;
import dev.daybook.eventlog.group.GroupRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;

/// A client without a network. Every message is written and read in its version on the way, so an answer that
/// cannot be written in an old version fails here.
record GroupClient(GroupCoordinator<ApiMessage> coordinator) {

  /// Asks, and asks again while the coordinator says that it still loads, as every client does.
  ApiMessage ask(ApiMessage request, int version) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    ApiMessage answer = send(request, version).orTimeout(90, TimeUnit.SECONDS).join();
    while (isStillLoading(answer) && System.nanoTime() < deadlineNs) {
      answer = send(request, version).orTimeout(90, TimeUnit.SECONDS).join();
    }
    return answer;
  }

  private static boolean isStillLoading(ApiMessage answer) {
    return answer
            .toString()
            .contains("errorCode=" + Errors.COORDINATOR_LOAD_IN_PROGRESS.code() + ",")
        || answer
            .toString()
            .contains("errorCode=" + Errors.COORDINATOR_LOAD_IN_PROGRESS.code() + ")");
  }

  CompletableFuture<ApiMessage> send(ApiMessage request, int version) {
    short v = (short) version;
    ApiKeys api = ApiKeys.forId(request.apiKey());
    ApiMessage received = copy(request, api.messageType.newRequest(), v);
    return coordinator
        .answer(new GroupRequest<>(received, v, "test", InetAddress.getLoopbackAddress()))
        .thenApply(answer -> copy(answer, api.messageType.newResponse(), v));
  }

  /// Joins a group of one and becomes its leader.
  JoinGroupResponseData join(String group, String instanceId) {
    JoinGroupRequestData request =
        new JoinGroupRequestData()
            .setGroupId(group)
            .setSessionTimeoutMs(90_000)
            .setRebalanceTimeoutMs(90_000)
            .setProtocolType("consumer")
            .setGroupInstanceId(instanceId.isEmpty() ? null : instanceId)
            .setProtocols(
                new JoinGroupRequestProtocolCollection(
                    List.of(
                            new JoinGroupRequestProtocol()
                                .setName("range")
                                .setMetadata(new byte[] {0, 0, 0, 0, 0, 0}))
                        .iterator()));
    JoinGroupResponseData answer = (JoinGroupResponseData) ask(request, 9);
    return answer.errorCode() == Errors.MEMBER_ID_REQUIRED.code()
        ? (JoinGroupResponseData) ask(request.setMemberId(answer.memberId()), 9)
        : answer;
  }

  SyncGroupResponseData sync(String group, JoinGroupResponseData joined) {
    return (SyncGroupResponseData)
        ask(
            new SyncGroupRequestData()
                .setGroupId(group)
                .setMemberId(joined.memberId())
                .setGenerationId(joined.generationId())
                .setProtocolType("consumer")
                .setProtocolName("range")
                .setAssignments(
                    List.of(
                        new SyncGroupRequestAssignment()
                            .setMemberId(joined.memberId())
                            .setAssignment(new byte[] {1, 2, 3}))),
            5);
  }

  Errors heartbeat(String group, JoinGroupResponseData joined) {
    HeartbeatResponseData answer =
        (HeartbeatResponseData)
            ask(
                new HeartbeatRequestData()
                    .setGroupId(group)
                    .setMemberId(joined.memberId())
                    .setGenerationId(joined.generationId()),
                4);
    return Errors.forCode(answer.errorCode());
  }

  /// Heartbeats by the consumer protocol; epoch 0 joins.
  ConsumerGroupHeartbeatResponseData beat(String group, String memberId, int epoch, String topic) {
    return (ConsumerGroupHeartbeatResponseData)
        ask(
            new ConsumerGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(memberId)
                .setMemberEpoch(epoch)
                .setRebalanceTimeoutMs(10_000)
                .setSubscribedTopicNames(List.of(topic))
                .setTopicPartitions(List.of()),
            1);
  }

  Errors commit(String group, String topic, int partition, long offset) {
    return commitError(ask(commitOf(group, topic, partition, offset), 9));
  }

  /// As clients of old do, with a time for which these offsets are to be kept.
  Errors commitFor(Duration retention, String group, String topic, int partition, long offset) {
    return commitError(
        ask(commitOf(group, topic, partition, offset).setRetentionTimeMs(retention.toMillis()), 4));
  }

  static Errors commitError(ApiMessage answer) {
    return Errors.forCode(
        ((OffsetCommitResponseData) answer)
            .topics()
            .getFirst()
            .partitions()
            .getFirst()
            .errorCode());
  }

  static OffsetCommitRequestData commitOf(String group, String topic, int partition, long offset) {
    return new OffsetCommitRequestData()
        .setGroupId(group)
        .setTopics(
            List.of(
                new OffsetCommitRequestTopic()
                    .setName(topic)
                    .setPartitions(
                        List.of(
                            new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)
                                .setCommittedMetadata("")))));
  }

  /// The committed offset, -1 when there is none.
  long committed(String group, String topic, int partition) {
    return fetch(group, topic, partition).committedOffset();
  }

  OffsetFetchResponsePartitions fetch(String group, String topic, int partition) {
    return fetchGroup(group, topic, partition).topics().getFirst().partitions().getFirst();
  }

  OffsetFetchResponseGroup fetchGroup(String group, String topic, int partition) {
    OffsetFetchResponseData answer =
        (OffsetFetchResponseData)
            ask(
                new OffsetFetchRequestData()
                    .setGroups(
                        List.of(
                            new OffsetFetchRequestGroup()
                                .setGroupId(group)
                                .setTopics(
                                    List.of(
                                        new OffsetFetchRequestTopics()
                                            .setName(topic)
                                            .setPartitionIndexes(List.of(partition)))))),
                9);
    return answer.groups().getFirst();
  }

  private static <M extends ApiMessage> M copy(ApiMessage message, M into, short version) {
    ByteBufferAccessor bytes = MessageUtil.toByteBufferAccessor(message, version);
    into.read(bytes, version);
    return into;
  }
}
