package dev.daybook.eventlog.group.kafka;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;

/// Groups as an operator sees them. Nothing is forbidden to anybody yet, so whoever asks what they may do is told:
/// everything one can do with a group.
final class GroupAdminRequests {
  private static final int ALL_OPERATIONS =
      Utils.to32BitField(
          Stream.of(
                  AclOperation.READ,
                  AclOperation.DELETE,
                  AclOperation.DESCRIBE,
                  AclOperation.DESCRIBE_CONFIGS,
                  AclOperation.ALTER_CONFIGS)
              .map(AclOperation::code)
              .collect(Collectors.toSet()));

  private final GroupCoordinatorService service;
  private final Function<String, Optional<DamagedGroupsException>> refusals;

  /// @param refusals why a group can not be asked, if it can not
  GroupAdminRequests(
      GroupCoordinatorService service,
      Function<String, Optional<DamagedGroupsException>> refusals) {
    this.service = service;
    this.refusals = refusals;
  }

  CompletableFuture<? extends ApiMessage> list(Caller caller, ListGroupsRequestData request) {
    return service.listGroups(caller, request);
  }

  CompletableFuture<? extends ApiMessage> describe(
      Caller caller, DescribeGroupsRequestData request) {
    return service
        .describeGroups(caller, request.groups())
        .thenApply(
            groups -> {
              for (DescribeGroupsResponseData.DescribedGroup group : groups) {
                refusals
                    .apply(group.groupId())
                    .ifPresent(
                        refusal ->
                            group
                                .setErrorCode(Errors.forException(refusal).code())
                                .setErrorMessage(refusal.getMessage()));
              }
              if (request.includeAuthorizedOperations()) {
                groups.forEach(GroupAdminRequests::allow);
              }
              return new DescribeGroupsResponseData().setGroups(groups);
            });
  }

  CompletableFuture<? extends ApiMessage> describeConsumers(
      Caller caller, ConsumerGroupDescribeRequestData request) {
    return service
        .consumerGroupDescribe(caller, request.groupIds())
        .thenApply(
            groups -> {
              for (ConsumerGroupDescribeResponseData.DescribedGroup group : groups) {
                refusals
                    .apply(group.groupId())
                    .ifPresent(
                        refusal ->
                            group
                                .setErrorCode(Errors.forException(refusal).code())
                                .setErrorMessage(refusal.getMessage()));
              }
              if (request.includeAuthorizedOperations()) {
                groups.forEach(GroupAdminRequests::allow);
              }
              return new ConsumerGroupDescribeResponseData().setGroups(groups);
            });
  }

  CompletableFuture<? extends ApiMessage> delete(Caller caller, DeleteGroupsRequestData request) {
    List<String> groups = request.groupsNames().stream().distinct().toList();
    return service
        .deleteGroups(caller, groups, BufferSupplier.NO_CACHING)
        .thenApply(
            results -> {
              for (DeleteGroupsResponseData.DeletableGroupResult result : results) {
                refusals
                    .apply(result.groupId())
                    .ifPresent(refusal -> result.setErrorCode(Errors.forException(refusal).code()));
              }
              return new DeleteGroupsResponseData().setResults(results);
            });
  }

  private static void allow(DescribeGroupsResponseData.DescribedGroup group) {
    if (group.errorCode() == Errors.NONE.code()) {
      group.setAuthorizedOperations(ALL_OPERATIONS);
    }
  }

  private static void allow(ConsumerGroupDescribeResponseData.DescribedGroup group) {
    if (group.errorCode() == Errors.NONE.code()) {
      group.setAuthorizedOperations(ALL_OPERATIONS);
    }
  }
}
