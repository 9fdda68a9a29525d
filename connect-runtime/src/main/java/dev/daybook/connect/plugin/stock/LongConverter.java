package dev.daybook.connect.plugin.stock;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.connect.data.Schema;

/// A `Long` as key, value or header.
public final class LongConverter extends PrimitiveConverter<Long> {

  public LongConverter() {
    super(Long.class, Schema.OPTIONAL_INT64_SCHEMA, Serdes.Long());
  }
}
