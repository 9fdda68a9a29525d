package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.protocol.Request;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;

/// The answer to a request that as a whole failed or was refused. Kafka's own request classes know where in each response the error
/// goes.
final class ErrorReply {
  private ErrorReply() {}

  /// The answer to a request whose handler failed unexpectedly.
  static Reply to(Request request) {
    return to(request, new UnknownServerException());
  }

  /// The answer to a request that is refused as a whole.
  static Reply to(Request request, ApiException refusal) {
    AbstractResponse response =
        AbstractRequest.parseRequest(
                request.api(),
                request.version(),
                MessageUtil.toByteBufferAccessor(request.message(), request.version()))
            .request
            .getErrorResponse(refusal);
    return response != null
        ? new Reply.Answer(response.data())
        : new Reply.HangUp("a request without answer failed");
  }
}
