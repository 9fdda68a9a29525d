package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.protocol.Request;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;

/// The answer to a request whose handler failed. Kafka's own request classes know where in each response the error
/// goes.
final class ErrorReply {
  private ErrorReply() {}

  static Reply to(Request request) {
    AbstractResponse response =
        AbstractRequest.parseRequest(
                request.api(),
                request.version(),
                MessageUtil.toByteBufferAccessor(request.message(), request.version()))
            .request
            .getErrorResponse(new UnknownServerException());
    return response != null
        ? new Reply.Answer(response.data())
        : new Reply.HangUp("a request without answer failed");
  }
}
