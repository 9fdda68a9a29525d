package dev.daybook.eventlog.broker;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.protocol.ApiKeys;

/// All requests about access control: there is none, and who asks is told so in Kafka's words. Tools and MirrorMaker take that
/// for what it is, where a request that is not served at all would stop them.
final class AclsHandler implements Handler {
  static final Set<ApiKeys> APIS =
      EnumSet.of(ApiKeys.DESCRIBE_ACLS, ApiKeys.CREATE_ACLS, ApiKeys.DELETE_ACLS);

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    return CompletableFuture.completedFuture(
        ErrorReply.to(
            call.request(), new SecurityDisabledException("No Authorizer is configured.")));
  }
}
