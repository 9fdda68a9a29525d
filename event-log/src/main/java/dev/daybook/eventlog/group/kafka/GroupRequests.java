package dev.daybook.eventlog.group.kafka;

import dev.daybook.eventlog.group.GroupLog;
import dev.daybook.eventlog.group.GroupRequest;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.topic.TopicNames;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;

/// Brings each request to those who answer it. What speaks of topics waits until the coordinator knows all topics
/// there are: an offset committed for a topic just created must not meet the removal of its namesake.
final class GroupRequests {
  private final GroupLog log;
  private final TopicPublisher topics;
  private final GroupCoordinatorService service;
  private final MembershipRequests membership;
  private final GroupAdminRequests admin;
  private final DamagedGroups damaged;

  GroupRequests(GroupLog log, EmbeddedCoordinator coordinator) {
    this.log = log;
    this.topics = coordinator.topics();
    this.service = coordinator.service();
    this.membership = new MembershipRequests(service);
    this.damaged = coordinator.damaged();
    this.admin = new GroupAdminRequests(service, group -> refusal(group, false));
  }

  CompletableFuture<? extends ApiMessage> answer(GroupRequest<ApiMessage> request) {
    Optional<DamagedGroupsException> refusal = refusal(request.message());
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(refusal.get());
    }
    Caller caller = Caller.of(request);
    return switch (request.message()) {
      case JoinGroupRequestData join -> membership.join(caller, join);
      case SyncGroupRequestData sync -> membership.sync(caller, sync);
      case HeartbeatRequestData heartbeat -> membership.heartbeat(caller, heartbeat);
      case LeaveGroupRequestData leave -> membership.leave(caller, leave);
      case ConsumerGroupHeartbeatRequestData heartbeat ->
          topics.caughtUp().thenCompose(done -> membership.consumerHeartbeat(caller, heartbeat));
      case OffsetCommitRequestData commit ->
          topics
              .caughtUp()
              .thenCompose(done -> OffsetCommits.commit(service, log.topics(), caller, commit));
      case TxnOffsetCommitRequestData commit ->
          topics
              .caughtUp()
              .thenCompose(
                  done -> TransactionalOffsets.commit(service, log.topics(), caller, commit));
      case OffsetFetchRequestData fetch ->
          topics
              .caughtUp()
              .thenCompose(
                  done ->
                      OffsetFetches.fetch(
                          service, log.topics(), group -> refusal(group, false), caller, fetch));
      case OffsetDeleteRequestData delete ->
          topics
              .caughtUp()
              .thenCompose(done -> OffsetDeletions.delete(service, log.topics(), caller, delete));
      case ListGroupsRequestData list -> admin.list(caller, list);
      case DescribeGroupsRequestData describe -> admin.describe(caller, describe);
      case ConsumerGroupDescribeRequestData describe -> admin.describeConsumers(caller, describe);
      case DeleteGroupsRequestData delete -> admin.delete(caller, delete);
      default -> throw new IllegalArgumentException("Not a group's request: " + request.message());
    };
  }

  /// Requests about many groups are refused group by group, by those who answer them.
  private Optional<DamagedGroupsException> refusal(ApiMessage request) {
    return switch (request) {
      case JoinGroupRequestData join -> refusal(join.groupId(), true);
      case OffsetCommitRequestData commit -> refusal(commit.groupId(), true);
      case TxnOffsetCommitRequestData commit -> refusal(commit.groupId(), true);
      case OffsetDeleteRequestData delete -> refusal(delete.groupId(), true);
      case ConsumerGroupHeartbeatRequestData heartbeat -> refusal(heartbeat.groupId(), false);
      case SyncGroupRequestData sync -> refusal(sync.groupId(), false);
      case HeartbeatRequestData heartbeat -> refusal(heartbeat.groupId(), false);
      case LeaveGroupRequestData leave -> refusal(leave.groupId(), false);
      default -> Optional.empty();
    };
  }

  private Optional<DamagedGroupsException> refusal(String groupId, boolean writes) {
    return groupId == null || groupId.isEmpty()
        ? Optional.empty()
        : damaged.refusal(partitionOf(groupId), writes);
  }

  int partitionOf(String groupId) {
    return service.partitionFor(groupId);
  }

  CompletableFuture<Void> endTransaction(int offsetsPartition, TransactionMarker marker) {
    return service.completeTransaction(
        new TopicPartition(TopicNames.GROUP_OFFSETS, offsetsPartition),
        marker.producerId(),
        marker.producerEpoch(),
        marker.coordinatorEpoch(),
        marker.commit() ? TransactionResult.COMMIT : TransactionResult.ABORT,
        (short) marker.transactionVersion());
  }
}
