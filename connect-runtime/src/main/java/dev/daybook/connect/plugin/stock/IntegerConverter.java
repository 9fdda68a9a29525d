package dev.daybook.connect.plugin.stock;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.connect.data.Schema;

/// A `Integer` as key, value or header.
public final class IntegerConverter extends PrimitiveConverter<Integer> {

  public IntegerConverter() {
    super(Integer.class, Schema.OPTIONAL_INT32_SCHEMA, Serdes.Integer());
  }
}
