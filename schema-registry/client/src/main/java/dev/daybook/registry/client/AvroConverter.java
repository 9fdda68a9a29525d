package dev.daybook.registry.client;

import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;

/// Between Connect's records and Avro contracts in the registry: `value.converter=dev.daybook.registry.client.AvroConverter`
/// with `value.converter.schema.registry.url`, and likewise for keys. Schemas and values go both ways without loss;
/// how is told in [ConnectToAvroSchema] and [AvroToConnectSchema]. A null value is a tombstone.
///
/// A registry that stays away is a [RetriableException], so that the worker's retry settings apply; whatever cannot
/// be converted, or the registry refuses, is a [DataException].
public final class AvroConverter implements Converter {
  private static final int MAX_REMEMBERED = 1_000;

  private final BoundedCache<org.apache.kafka.connect.data.Schema, Schema> toAvro =
      new BoundedCache<>(MAX_REMEMBERED);
  private final BoundedCache<Schema, org.apache.kafka.connect.data.Schema> toConnect =
      new BoundedCache<>(MAX_REMEMBERED);
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
  public ConfigDef config() {
    return SerdeConfig.DEFINITION;
  }

  @Override
  public String version() {
    String version = AvroConverter.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  @Override
  @SuppressWarnings("NullAway") // Connect's contract: a null value is a tombstone.
  public byte @Nullable [] fromConnectData(
      String topic, org.apache.kafka.connect.data.@Nullable Schema schema, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (config == null || client == null) {
      throw new IllegalStateException("AvroConverter is used before configure().");
    }
    String subject = SerdeConfig.subject(topic, isKey);
    try {
      var known = schema == null ? inferred(value) : schema.schema();
      Schema avro = avroSchema(known);
      Object datum = ConnectToAvroValue.convert(known, avro, value);
      return frame(subject, avro, datum, config, client);
    } catch (TimeoutException e) {
      throw new RetriableException("Topic " + topic + ": " + e.getMessage(), e);
    } catch (SerializationException | DataException e) {
      throw new DataException("Topic " + topic + ": " + e.getMessage(), e);
    }
  }

  @Override
  public SchemaAndValue toConnectData(String topic, byte @Nullable [] payload) {
    if (payload == null) {
      return SchemaAndValue.NULL;
    }
    if (client == null) {
      throw new IllegalStateException("AvroConverter is used before configure().");
    }
    try {
      Schema writer =
          AvroDeserializer.writerSchema(SerdeConfig.subject(topic, isKey), payload, client);
      Object datum = AvroBody.decode(payload, WireFormat.HEADER_BYTES, writer, AvroBody.RAW);
      var connect = connectSchema(writer);
      return new SchemaAndValue(connect, AvroToConnectValue.convert(connect, writer, datum));
    } catch (TimeoutException e) {
      throw new RetriableException("Topic " + topic + ": " + e.getMessage(), e);
    } catch (SerializationException | DataException e) {
      throw new DataException("Topic " + topic + ": " + e.getMessage(), e);
    }
  }

  private static byte[] frame(
      String subject,
      Schema avro,
      @Nullable Object datum,
      SerdeConfig config,
      RegistryClient client) {
    if (datum == null) {
      throw new DataException("The value has become null on its way to Avro.");
    }
    return AvroSerializer.serialize(subject, avro, datum, config, client);
  }

  private Schema avroSchema(org.apache.kafka.connect.data.Schema connect) {
    Schema known = toAvro.get(connect);
    if (known == null) {
      known = ConnectToAvroSchema.translate(connect);
      toAvro.put(connect, known);
    }
    return known;
  }

  private org.apache.kafka.connect.data.Schema connectSchema(Schema avro) {
    var known = toConnect.get(avro);
    if (known == null) {
      known = AvroToConnectSchema.translate(avro);
      toConnect.put(avro, known);
    }
    return known;
  }

  /// A plain value without a schema says by its Java type what it is; a map or a list does not.
  private static org.apache.kafka.connect.data.Schema inferred(Object value) {
    var type = ConnectSchema.schemaType(value.getClass());
    if (type == null || !type.isPrimitive()) {
      throw new DataException(
          "A record without a schema cannot be written as an Avro contract. Let the connector or a transform"
              + " give it one, or use another converter for this topic.");
    }
    return new ConnectSchema(type);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
