package dev.daybook.connectors.jdbc;

import java.math.BigDecimal;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/// Records as Debezium makes them for a table `orders(id bigint, amount decimal(38,9), note text, document text)`.
final class Orders {
  static final String TOPIC = "shop.public.orders";
  static final String UNAVAILABLE = "__debezium_unavailable_value";

  static final Schema KEY =
      SchemaBuilder.struct().name(TOPIC + ".Key").field("id", Schema.INT64_SCHEMA).build();
  static final Schema ROW = row().build();
  static final Schema WIDER_ROW = row().field("channel", Schema.OPTIONAL_STRING_SCHEMA).build();

  private Orders() {}

  private static SchemaBuilder row() {
    return SchemaBuilder.struct()
        .name(TOPIC + ".Value")
        .optional()
        .field("id", Schema.INT64_SCHEMA)
        .field(
            "amount",
            Decimal.builder(9).parameter("connect.decimal.precision", "38").optional().build())
        .field("note", Schema.OPTIONAL_STRING_SCHEMA)
        .field("document", Schema.OPTIONAL_STRING_SCHEMA);
  }

  static Struct order(
      long id, @Nullable String amount, @Nullable String note, @Nullable String document) {
    return order(ROW, id, amount, note, document);
  }

  static Struct order(
      Schema schema,
      long id,
      @Nullable String amount,
      @Nullable String note,
      @Nullable String document) {
    return new Struct(schema)
        .put("id", id)
        .put("amount", amount == null ? null : new BigDecimal(amount).setScale(9))
        .put("note", note)
        .put("document", document);
  }

  static SinkRecord flat(long offset, Struct row) {
    Struct key = new Struct(KEY).put("id", row.getInt64("id"));
    return new SinkRecord(TOPIC, 0, KEY, key, row.schema(), row, offset);
  }

  static SinkRecord event(long offset, String operation, Struct row) {
    Schema source = SchemaBuilder.struct().name("source").field("lsn", Schema.INT64_SCHEMA).build();
    Schema envelope =
        SchemaBuilder.struct()
            .name(TOPIC + ".Envelope")
            .field("before", row.schema())
            .field("after", row.schema())
            .field("source", source)
            .field("op", Schema.STRING_SCHEMA)
            .build();
    Struct value =
        new Struct(envelope)
            .put(operation.equals("d") ? "before" : "after", row)
            .put("source", new Struct(source).put("lsn", offset))
            .put("op", operation);
    Struct key = new Struct(KEY).put("id", row.getInt64("id"));
    return new SinkRecord(TOPIC, 0, KEY, key, envelope, value, offset);
  }

  static SinkRecord tombstone(long offset, long id) {
    return new SinkRecord(TOPIC, 0, KEY, new Struct(KEY).put("id", id), null, null, offset);
  }
}
