package dev.daybook.registry.client;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Reads the registry's wire format to generic Avro values: a `GenericRecord`, or the string, number, boolean or
/// `byte[]` that is the whole value. Null stays null. With `avro.use.logical.type.converters`, decimals, dates and
/// times come as Java's own types. A payload that is not in the format is a `SerializationException`; a registry
/// that stays away is a `TimeoutException`.
public final class AvroDeserializer implements Deserializer<Object> {
  private @Nullable RegistryClient client;
  private GenericData data = AvroBody.RAW;
  private boolean isKey;

  @Override
  public void configure(Map<String, ?> settings, boolean isKey) {
    var config = new SerdeConfig(settings);
    this.client = config.client();
    this.isKey = isKey;
    this.data =
        config.getBoolean(SerdeConfig.USE_LOGICAL_TYPE_CONVERTERS)
            ? AvroBody.CONVERTED
            : AvroBody.RAW;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's contract: null in, null out.
  public @Nullable Object deserialize(String topic, byte @Nullable [] payload) {
    if (payload == null) {
      return null;
    }
    if (client == null) {
      throw new IllegalStateException("AvroDeserializer is used before configure().");
    }
    Schema schema = writerSchema(SerdeConfig.subject(topic, isKey), payload, client);
    Object value = AvroBody.decode(payload, WireFormat.HEADER_BYTES, schema, data);
    return value instanceof ByteBuffer buffer ? bytes(buffer) : value;
  }

  static Schema writerSchema(String subject, byte[] payload, RegistryClient client) {
    int id = WireFormat.schemaId(payload);
    try {
      return client.schemaById(id);
    } catch (RegistryException e) {
      throw AvroSerializer.translated(subject, e);
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
