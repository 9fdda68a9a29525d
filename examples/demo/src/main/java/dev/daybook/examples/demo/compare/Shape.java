package dev.daybook.examples.demo.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A table of the shop: its name and its columns. The first column is the key.
public record Shape(String table, List<Column> columns) {
  public static final Shape CUSTOMERS =
      new Shape(
          "customers",
          List.of(
              Column.of("id", Kind.WHOLE),
              Column.of("name", Kind.TEXT),
              Column.of("email", Kind.TEXT),
              Column.of("version", Kind.WHOLE)));

  public static final Shape ORDERS =
      new Shape(
          "orders",
          List.of(
              Column.of("id", Kind.WHOLE),
              Column.of("customer_id", Kind.WHOLE),
              Column.of("status", Kind.TEXT),
              Column.of("quantity", Kind.WHOLE),
              Column.of("amount", Kind.DECIMAL),
              Column.of("note", Kind.TEXT),
              Column.of("document", Kind.TEXT),
              Column.of("placed_at", Kind.TIME),
              Column.of("version", Kind.WHOLE),
              new Column("channel", Kind.TEXT, Optional.of("web"))));

  public static final List<Shape> ALL = List.of(CUSTOMERS, ORDERS);

  /// A column; one that came later has the contract's default for events that were written before.
  public record Column(String name, Kind kind, Optional<String> defaultValue) {
    static Column of(String name, Kind kind) {
      return new Column(name, kind, Optional.empty());
    }
  }

  /// The topic that Debezium writes the table's changes to.
  public String topic() {
    return "shop.orders." + table;
  }

  public static Shape ofTopic(String topic) {
    return ALL.stream().filter(shape -> shape.topic().equals(topic)).findFirst().orElseThrow();
  }

  /// A row as this table has it: fields that are not the table's are left out, absent ones get their default.
  Row row(Map<String, ? extends @Nullable Object> fields) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    for (Column column : columns) {
      boolean absent = !fields.containsKey(column.name());
      values.put(
          column.name(),
          absent
              ? column.defaultValue().orElse(null)
              : column.kind().canonical(fields.get(column.name())));
    }
    return new Row(values);
  }
}
