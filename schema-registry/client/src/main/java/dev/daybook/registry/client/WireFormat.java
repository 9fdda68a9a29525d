package dev.daybook.registry.client;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/// The five bytes in front of every payload; drawn in package-info.
final class WireFormat {
  static final byte MAGIC = 0;
  static final int HEADER_BYTES = 5;

  private WireFormat() {}

  static byte[] header(int schemaId) {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array();
  }

  static int schemaId(byte[] payload) {
    if (payload.length < HEADER_BYTES) {
      throw new SerializationException(
          "Payload of "
              + payload.length
              + " bytes is too short for an Avro contract: it needs a magic byte 0 and a 4-byte schema id in"
              + " front. Was it written by another serializer?");
    }
    if (payload[0] != MAGIC) {
      throw new SerializationException(
          "Payload starts with byte "
              + payload[0]
              + " where magic byte 0 of the schema registry wire format is expected. Was it written by another"
              + " serializer?");
    }
    return ByteBuffer.wrap(payload).getInt(1);
  }
}
