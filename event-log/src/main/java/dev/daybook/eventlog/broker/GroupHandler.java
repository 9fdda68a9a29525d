package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.group.GroupCoordinator;
import dev.daybook.eventlog.group.GroupRequest;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// All requests about consumer groups: they pass to the coordinator and back as they are.
final class GroupHandler implements Handler {
  static final Set<ApiKeys> APIS =
      EnumSet.of(
          ApiKeys.JOIN_GROUP,
          ApiKeys.SYNC_GROUP,
          ApiKeys.HEARTBEAT,
          ApiKeys.LEAVE_GROUP,
          ApiKeys.OFFSET_COMMIT,
          ApiKeys.OFFSET_FETCH,
          ApiKeys.OFFSET_DELETE,
          ApiKeys.TXN_OFFSET_COMMIT,
          ApiKeys.LIST_GROUPS,
          ApiKeys.DESCRIBE_GROUPS,
          ApiKeys.DELETE_GROUPS,
          ApiKeys.CONSUMER_GROUP_HEARTBEAT,
          ApiKeys.CONSUMER_GROUP_DESCRIBE);

  private final GroupCoordinator<ApiMessage> groups;

  GroupHandler(GroupCoordinator<ApiMessage> groups) {
    this.groups = groups;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    CompletableFuture<Reply> reply =
        groups
            .answer(
                new GroupRequest<>(
                    call.request().message(),
                    call.version(),
                    call.request().clientId(),
                    call.clientAddress()))
            .thenApply(Reply.Answer::new);
    // A member may wait minutes for the others. What it said is the coordinator's by now, which has
    // a bound of its own.
    call.hold().release();
    return reply;
  }
}
