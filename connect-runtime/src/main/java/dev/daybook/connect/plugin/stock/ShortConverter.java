package dev.daybook.connect.plugin.stock;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.connect.data.Schema;

/// A `Short` as key, value or header.
public final class ShortConverter extends PrimitiveConverter<Short> {

  public ShortConverter() {
    super(Short.class, Schema.OPTIONAL_INT16_SCHEMA, Serdes.Short());
  }
}
