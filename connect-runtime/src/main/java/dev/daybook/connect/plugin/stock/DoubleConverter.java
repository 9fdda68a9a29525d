package dev.daybook.connect.plugin.stock;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.connect.data.Schema;

/// A `Double` as key, value or header.
public final class DoubleConverter extends PrimitiveConverter<Double> {

  public DoubleConverter() {
    super(Double.class, Schema.OPTIONAL_FLOAT64_SCHEMA, Serdes.Double());
  }
}
