package dev.daybook.connect.plugin.stock;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.connect.data.Schema;

/// A `Float` as key, value or header.
public final class FloatConverter extends PrimitiveConverter<Float> {

  public FloatConverter() {
    super(Float.class, Schema.OPTIONAL_FLOAT32_SCHEMA, Serdes.Float());
  }
}
