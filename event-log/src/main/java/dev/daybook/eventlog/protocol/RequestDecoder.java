package dev.daybook.eventlog.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// Turns a frame into a request. The buffers inside a message are slices of the frame.
public final class RequestDecoder {
  /// The header's part that never changes.
  public static final int MIN_FRAME_BYTES = 8;

  /// Nobody calls itself more; groups keep the name of each member.
  private static final int MAX_CLIENT_ID_BYTES = 1_024;

  private RequestDecoder() {}

  /// The API a frame asks for, by its number.
  public static short apiKey(ByteBuffer frame) {
    return frame.getShort(frame.position());
  }

  /// Reads a whole frame, without its length.
  ///
  /// An ApiVersions request of a version nobody knows yet is a request all the same: its message is left empty, and
  /// the handler tells the client what there is.
  ///
  /// @throws BadFrameException when the frame is damaged, hostile, or of an API or version that is not served
  public static Request decode(ByteBuffer frame) throws BadFrameException {
    int frameBytes = frame.remaining();
    if (frameBytes < MIN_FRAME_BYTES) {
      throw new BadFrameException("a frame of " + frameBytes + " bytes is too short for a header");
    }
    short key = frame.getShort();
    short version = frame.getShort();
    int correlationId = frame.getInt();
    ApiKeys api = api(key, version);
    if (!ApiRanges.serves(api, version)) {
      return new Request(
          api, version, correlationId, "", new ApiVersionsRequestData(), 0, frameBytes);
    }
    try {
      String clientId = clientId(frame);
      BoundedReader reader = new BoundedReader(frame);
      if (api.requestHeaderVersion(version) >= 2) {
        skipTaggedFields(reader);
      }
      ApiMessage message = api.messageType.newRequest();
      message.read(reader, version);
      return new Request(
          api, version, correlationId, clientId, message, reader.elements(), frameBytes);
    } catch (RuntimeException e) {
      // Generated readers throw whatever the bytes provoke: underflow, null where none may be, a
      // bad length.
      throw new BadFrameException(
          "a " + api.name + " request of version " + version + " is damaged: " + e.getMessage());
    }
  }

  private static ApiKeys api(short key, short version) throws BadFrameException {
    if (!ApiKeys.hasId(key)) {
      throw new BadFrameException("there is no API " + key);
    }
    ApiKeys api = ApiKeys.forId(key);
    if (!ApiRanges.serves(api, version) && api != ApiKeys.API_VERSIONS) {
      throw new BadFrameException(api.name + " version " + version + " is not served");
    }
    return api;
  }

  /// The client id keeps its 16-bit length even where the rest of the header is compact.
  private static String clientId(ByteBuffer frame) {
    short length = frame.getShort();
    if (length < 0) {
      return "";
    }
    if (length > MAX_CLIENT_ID_BYTES) {
      throw new IllegalArgumentException(
          "the client id has " + length + " bytes, the most is " + MAX_CLIENT_ID_BYTES);
    }
    byte[] text = new byte[Math.min(length, frame.remaining())];
    frame.get(text);
    if (text.length < length) {
      throw new IllegalArgumentException("the client id ends behind the frame");
    }
    return new String(text, StandardCharsets.UTF_8);
  }

  private static void skipTaggedFields(BoundedReader reader) {
    int count = reader.readUnsignedVarint();
    for (int i = 0; i < count; i++) {
      int tag = reader.readUnsignedVarint();
      reader.readUnknownTaggedField(null, tag, reader.readUnsignedVarint());
    }
  }
}
