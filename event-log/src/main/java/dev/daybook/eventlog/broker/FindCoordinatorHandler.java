package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.group.GroupCoordinator;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// FindCoordinator: this broker coordinates every group and every transaction. Whoever asks for a group will send group
/// requests next, so that coordinator gets ready meanwhile.
final class FindCoordinatorHandler implements Handler {
  private static final Logger LOG = LoggerFactory.getLogger(FindCoordinatorHandler.class);
  private static final byte GROUP = 0;
  private static final byte TRANSACTION = 1;
  private static final short FIRST_VERSION_WITH_LIST = 4;

  private final GroupCoordinator<ApiMessage> groups;
  private final ThisBroker self;

  FindCoordinatorHandler(GroupCoordinator<ApiMessage> groups, ThisBroker self) {
    this.groups = groups;
    this.self = self;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    FindCoordinatorRequestData request = call.message(FindCoordinatorRequestData.class);
    if (request.keyType() == GROUP) {
      var _ =
          groups
              .start()
              .whenComplete(
                  (started, failure) -> {
                    if (failure != null) {
                      LOG.warn("group coordinator not ready reason=\"{}\"", failure.getMessage());
                    }
                  });
    }
    FindCoordinatorResponseData response = new FindCoordinatorResponseData();
    if (call.version() >= FIRST_VERSION_WITH_LIST) {
      request
          .coordinatorKeys()
          .forEach(key -> response.coordinators().add(find(key, request.keyType())));
      return Reply.now(response);
    }
    Coordinator found = find(request.key(), request.keyType());
    return Reply.now(
        response
            .setErrorCode(found.errorCode())
            .setErrorMessage(found.errorMessage())
            .setNodeId(found.nodeId())
            .setHost(found.host())
            .setPort(found.port()));
  }

  private Coordinator find(String key, byte type) {
    return switch (type) {
      case GROUP, TRANSACTION ->
          new Coordinator()
              .setKey(key)
              .setNodeId(self.id())
              .setHost(self.host())
              .setPort(self.port());
      default -> refused(key, Errors.INVALID_REQUEST, "There is no coordinator of type " + type);
    };
  }

  private static Coordinator refused(String key, Errors error, String message) {
    return new Coordinator()
        .setKey(key)
        .setErrorCode(error.code())
        .setErrorMessage(message)
        .setNodeId(-1)
        .setHost("")
        .setPort(-1);
  }
}
