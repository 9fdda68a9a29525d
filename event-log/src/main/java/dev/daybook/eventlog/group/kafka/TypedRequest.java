package dev.daybook.eventlog.group.kafka;

import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;

/// Kafka's request classes know what the bare messages do not: how old versions read as new ones, and how a
/// fault is told in each version. Most of them can only be parsed, so a message is written and read again: that
/// is for small messages, and for faults.
final class TypedRequest {
  private TypedRequest() {}

  static <R extends AbstractRequest> R of(ApiMessage message, int version, Class<R> type) {
    return type.cast(parse(message, (short) version));
  }

  /// The answer that tells this fault, in the request's own version.
  static ApiMessage fault(ApiMessage message, short version, Throwable fault) {
    return parse(message, version).getErrorResponse(fault).data();
  }

  private static AbstractRequest parse(ApiMessage message, short version) {
    return AbstractRequest.parseRequest(
            ApiKeys.forId(message.apiKey()),
            version,
            MessageUtil.toByteBufferAccessor(message, version))
        .request;
  }
}
