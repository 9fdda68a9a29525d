package dev.daybook.eventlog.group.kafka;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupResponse;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;

/// Joining, staying in and leaving a group, by the classic protocol and by the consumer protocol (KIP-848).
final class MembershipRequests {
  private final GroupCoordinatorService service;

  MembershipRequests(GroupCoordinatorService service) {
    this.service = service;
  }

  /// Version 0 has one time-out for both purposes; up to version 6 an answer must not leave the protocol's name out.
  CompletableFuture<? extends ApiMessage> join(Caller caller, JoinGroupRequestData request) {
    if (caller.requestVersion() == 0) {
      request.setRebalanceTimeoutMs(request.sessionTimeoutMs());
    }
    return service
        .joinGroup(caller, request, BufferSupplier.NO_CACHING)
        .thenApply(answer -> new JoinGroupResponse(answer, (short) caller.requestVersion()).data());
  }

  /// From version 5 on a member must say which protocol it believes in (KIP-559).
  CompletableFuture<? extends ApiMessage> sync(Caller caller, SyncGroupRequestData request) {
    return new SyncGroupRequest(request, (short) caller.requestVersion())
            .areMandatoryProtocolTypeAndNamePresent()
        ? service.syncGroup(caller, request, BufferSupplier.NO_CACHING)
        : CompletableFuture.completedFuture(
            new SyncGroupResponseData().setErrorCode(Errors.INCONSISTENT_GROUP_PROTOCOL.code()));
  }

  CompletableFuture<? extends ApiMessage> heartbeat(Caller caller, HeartbeatRequestData request) {
    return service.heartbeat(caller, request);
  }

  /// Up to version 2 one member leaves by itself; later many can be sent away at once (KIP-345).
  CompletableFuture<? extends ApiMessage> leave(Caller caller, LeaveGroupRequestData request) {
    LeaveGroupRequest typed =
        TypedRequest.of(request, caller.requestVersion(), LeaveGroupRequest.class);
    return service
        .leaveGroup(caller, typed.normalizedData())
        .thenApply(
            answer -> new LeaveGroupResponse(answer, (short) caller.requestVersion()).data());
  }

  CompletableFuture<? extends ApiMessage> consumerHeartbeat(
      Caller caller, ConsumerGroupHeartbeatRequestData request) {
    return service.consumerGroupHeartbeat(caller, request);
  }
}
