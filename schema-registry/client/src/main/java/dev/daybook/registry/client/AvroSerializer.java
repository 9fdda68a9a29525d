package dev.daybook.registry.client;

import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Writes Avro records, strings, numbers, booleans and bytes in the registry's wire format. The schema is registered
/// under `<topic>-key` or `<topic>-value` on first use, or looked up there when `auto.register.schemas` is false. A
/// null stays null: a tombstone. A registry that stays away is a [TimeoutException], which may be retried; whatever
/// the registry or Avro refuses is a [SerializationException].
public final class AvroSerializer implements Serializer<Object> {
  private @Nullable RegistryClient client;
  private @Nullable SerdeConfig config;
  private boolean isKey;

  @Override
  public void configure(Map<String, ?> settings, boolean isKey) {
    this.config = new SerdeConfig(settings);
    this.client = config.client();
    this.isKey = isKey;
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's contract: null in, null out.
  public byte @Nullable [] serialize(String topic, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (config == null || client == null) {
      throw new IllegalStateException("AvroSerializer is used before configure().");
    }
    return serialize(
        SerdeConfig.subject(topic, isKey), AvroBody.schemaOf(value), value, config, client);
  }

  static byte[] serialize(
      String subject, Schema schema, Object value, SerdeConfig config, RegistryClient client) {
    try {
      if (config.autoRegister()) {
        return AvroBody.frame(client.register(subject, schema), schema, value);
      }
      if (config.useLatest()) {
        return withLatest(client.latest(subject), schema, value);
      }
      return AvroBody.frame(client.lookup(subject, schema), schema, value);
    } catch (RegistryException e) {
      throw translated(subject, e);
    }
  }

  /// A record of another version is resolved to the latest one first: its fields may stand elsewhere.
  private static byte[] withLatest(RegisteredSchema latest, Schema schema, Object value) {
    Object fitting = value;
    if (!schema.equals(latest.schema())) {
      byte[] own = AvroBody.frame(latest.id(), schema, value);
      fitting =
          AvroBody.decode(
              own, WireFormat.HEADER_BYTES, schema, latest.schema(), AvroBody.CONVERTED);
    }
    return AvroBody.frame(latest.id(), latest.schema(), fitting);
  }

  static RuntimeException translated(String subject, RegistryException e) {
    String message = "Schema registry, subject " + subject + ": " + e.getMessage();
    return e.retriable()
        ? new TimeoutException(message, e)
        : new SerializationException(message, e);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
