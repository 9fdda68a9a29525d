package dev.daybook.connect.plugin.stock;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.ConverterConfig;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.jspecify.annotations.Nullable;

/// Passes bytes through unchanged.
public final class ByteArrayConverter implements Converter, HeaderConverter {

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
      String topic, @Nullable Schema schema, @Nullable Object value) {
    if (schema != null && schema.type() != Schema.Type.BYTES) {
      throw new DataException("ByteArrayConverter takes BYTES, not " + schema.type());
    }
    return switch (value) {
      case null -> null;
      case byte[] bytes -> bytes;
      case ByteBuffer buffer -> remaining(buffer);
      default ->
          throw new DataException(
              "ByteArrayConverter takes bytes, not " + value.getClass().getName());
    };
  }

  private static byte[] remaining(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  @Override
  public SchemaAndValue toConnectData(String topic, byte @Nullable [] value) {
    return new SchemaAndValue(Schema.OPTIONAL_BYTES_SCHEMA, value);
  }

  @Override
  public SchemaAndValue toConnectHeader(String topic, String headerKey, byte @Nullable [] value) {
    return toConnectData(topic, value);
  }

  @Override
  public byte @Nullable [] fromConnectHeader(
      String topic, String headerKey, @Nullable Schema schema, @Nullable Object value) {
    return fromConnectData(topic, schema, value);
  }

  @Override
  public void close() {}
}
