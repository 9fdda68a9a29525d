package dev.daybook.connect.plugin.stock;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.connect.data.Schema;

/// A `Boolean` as key, value or header.
public final class BooleanConverter extends PrimitiveConverter<Boolean> {

  public BooleanConverter() {
    super(Boolean.class, Schema.OPTIONAL_BOOLEAN_SCHEMA, Serdes.Boolean());
  }
}
