package dev.daybook.connect.plugin.stock;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.ConverterConfig;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.jspecify.annotations.Nullable;

/// One primitive in the bytes of Kafka's serializer for its type; an absent value is null on both sides.
abstract sealed class PrimitiveConverter<T> implements Converter, HeaderConverter
    permits BooleanConverter,
        DoubleConverter,
        FloatConverter,
        IntegerConverter,
        LongConverter,
        ShortConverter {

  private final Class<T> type;
  private final Schema schema;
  private final Serde<T> serde;

  PrimitiveConverter(Class<T> type, Schema optionalSchema, Serde<T> serde) {
    this.type = type;
    this.schema = optionalSchema;
    this.serde = serde;
  }

  @Override
  public ConfigDef config() {
    return ConverterConfig.newConfigDef();
  }

  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {}

  @Override
  public String version() {
    return StockVersion.VERSION;
  }

  @Override
  public byte @Nullable [] fromConnectData(
      String topic, @Nullable Schema given, @Nullable Object value) {
    if (value != null && !type.isInstance(value)) {
      throw new DataException(
          getClass().getSimpleName()
              + " takes "
              + type.getSimpleName()
              + ", not "
              + value.getClass().getName()
              + " (topic "
              + topic
              + ")");
    }
    return value == null ? null : serde.serializer().serialize(topic, type.cast(value));
  }

  @Override
  public SchemaAndValue toConnectData(String topic, byte @Nullable [] value) {
    try {
      return new SchemaAndValue(
          schema, value == null ? null : serde.deserializer().deserialize(topic, value));
    } catch (SerializationException e) {
      throw new DataException("Bytes of topic " + topic + " are no " + type.getSimpleName(), e);
    }
  }

  @Override
  public SchemaAndValue toConnectHeader(String topic, String headerKey, byte @Nullable [] value) {
    return toConnectData(topic, value);
  }

  @Override
  public byte @Nullable [] fromConnectHeader(
      String topic, String headerKey, @Nullable Schema given, @Nullable Object value) {
    return fromConnectData(topic, given, value);
  }

  @Override
  public void close() {}
}
