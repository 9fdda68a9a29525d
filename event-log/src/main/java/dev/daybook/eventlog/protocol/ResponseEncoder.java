package dev.daybook.eventlog.protocol;

import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/// Turns an answer into a response frame.
public final class ResponseEncoder {
  private ResponseEncoder() {}

  /// Encodes the answer to a request, in the version in which it was asked.
  public static Response encode(Request request, ApiMessage answer) {
    return encode(request.api(), answerVersion(request), request.correlationId(), answer);
  }

  /// A client that asks for ApiVersions in a version nobody knows here reads the answer in version 0.
  private static short answerVersion(Request request) {
    return ApiRanges.serves(request.api(), request.version()) ? request.version() : 0;
  }

  private static Response encode(ApiKeys api, short version, int correlationId, ApiMessage answer) {
    ResponseHeaderData header = new ResponseHeaderData().setCorrelationId(correlationId);
    short headerVersion = api.responseHeaderVersion(version);
    ObjectSerializationCache cache = new ObjectSerializationCache();
    MessageSizeAccumulator size = new MessageSizeAccumulator();
    header.addSize(size, cache, headerVersion);
    answer.addSize(size, cache, version);
    PartWriter writer = new PartWriter(Integer.BYTES + size.sizeExcludingZeroCopy());
    writer.writeInt(size.totalSize());
    header.write(writer, cache, headerVersion);
    answer.write(writer, cache, version);
    return writer.finish();
  }
}
