package dev.daybook.connectors.jdbc;

import dev.daybook.connectors.jdbc.Column.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/// PostgreSQL. Types JDBC has no word for are bound as text of unknown type, which the server reads as its column's
/// type: so uuid, jsonb, enum, inet, interval and the rest need no list here.
record PostgresDialect() implements Dialect {
  private static final int LARGEST_PRECISION = 1000;

  @Override
  public String typeFor(Schema schema, boolean key) {
    @Nullable String named = schema.name() == null ? null : named(schema);
    if (named != null) {
      return named;
    }
    return switch (schema.type()) {
      case INT8, INT16 -> "smallint";
      case INT32 -> "integer";
      case INT64 -> "bigint";
      case FLOAT32 -> "real";
      case FLOAT64 -> "double precision";
      case BOOLEAN -> "boolean";
      case STRING -> "text";
      case BYTES -> "bytea";
      case ARRAY -> typeFor(schema.valueSchema(), false) + "[]";
      case MAP, STRUCT -> "jsonb";
    };
  }

  private static @Nullable String named(Schema schema) {
    return switch (schema.name()) {
      case "org.apache.kafka.connect.data.Decimal" -> numeric(schema);
      case "io.debezium.data.VariableScaleDecimal" -> "numeric";
      case "org.apache.kafka.connect.data.Date",
          "io.debezium.time.Date",
          "io.debezium.time.IsoDate" ->
          "date";
      case "org.apache.kafka.connect.data.Time",
          "io.debezium.time.Time",
          "io.debezium.time.MicroTime",
          "io.debezium.time.NanoTime" ->
          "time";
      case "org.apache.kafka.connect.data.Timestamp",
          "io.debezium.time.Timestamp",
          "io.debezium.time.MicroTimestamp",
          "io.debezium.time.NanoTimestamp",
          "io.debezium.time.IsoTimestamp" ->
          "timestamp";
      case "io.debezium.time.ZonedTimestamp" -> "timestamptz";
      case "io.debezium.time.ZonedTime" -> "timetz";
      case "io.debezium.time.MicroDuration", "io.debezium.time.Interval" -> "interval";
      case "io.debezium.data.Uuid" -> "uuid";
      case "io.debezium.data.Json" -> "jsonb";
      case "io.debezium.data.Xml" -> "xml";
      case "io.debezium.data.Bits" -> "bit varying";
      default -> null;
    };
  }

  private static String numeric(Schema schema) {
    String precision = schema.parameters().get("connect.decimal.precision");
    return precision == null
        ? "numeric"
        : "numeric(" + Integer.parseInt(precision) + "," + scale(schema) + ")";
  }

  private static int scale(Schema schema) {
    return Integer.parseInt(schema.parameters().get("scale"));
  }

  @Override
  public Column column(ResultSet line) throws SQLException {
    String type = line.getString("TYPE_NAME");
    int size = line.getInt("COLUMN_SIZE");
    boolean limited = type.equals("numeric") && size > 0 && size <= LARGEST_PRECISION;
    return new Column(
        line.getString("COLUMN_NAME"),
        kind(type),
        type,
        size,
        line.getInt("DECIMAL_DIGITS"),
        limited);
  }

  private static Kind kind(String type) {
    return switch (type) {
      case "int2", "int4", "int8", "serial", "bigserial", "smallserial" -> Kind.INTEGER;
      case "numeric" -> Kind.NUMERIC;
      case "float4" -> Kind.REAL;
      case "float8" -> Kind.DOUBLE;
      case "bool" -> Kind.BOOLEAN;
      case "text", "varchar", "bpchar", "name" -> Kind.TEXT;
      case "bytea" -> Kind.BYTES;
      case "date" -> Kind.DATE;
      case "time" -> Kind.TIME;
      case "timestamp" -> Kind.TIMESTAMP;
      case "timestamptz" -> Kind.TIMESTAMP_TZ;
      case "uuid" -> Kind.UUID;
      case "json", "jsonb" -> Kind.JSON;
      default -> type.startsWith("_") ? Kind.ARRAY : Kind.FROM_TEXT;
    };
  }

  @Override
  public String upsert(TableName table, List<Column> columns, List<Column> key) {
    String changes =
        columns.stream()
            .filter(column -> !key.contains(column))
            .map(column -> quote(column.name()) + " = EXCLUDED." + quote(column.name()))
            .collect(Collectors.joining(", "));
    return insert(table, columns)
        + " ON CONFLICT ("
        + names(key)
        + (changes.isEmpty() ? ") DO NOTHING" : ") DO UPDATE SET " + changes);
  }

  @Override
  public String marker(Column column) {
    return "?";
  }

  @Override
  public void bind(PreparedStatement statement, int index, Column column, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setNull(index, Types.NULL);
      case String text when column.kind() != Kind.TEXT ->
          statement.setObject(index, text, Types.OTHER);
      case List<?> list -> statement.setArray(index, array(statement, column, list));
      default -> statement.setObject(index, value);
    }
  }

  private static java.sql.Array array(PreparedStatement statement, Column column, List<?> list)
      throws SQLException {
    String elementType = column.typeName().substring(1);
    Column element = new Column(column.name(), kind(elementType), elementType, 0, 0, false);
    @Nullable Object[] elements = new @Nullable Object[list.size()];
    for (int i = 0; i < elements.length; i++) {
      Object one = list.get(i);
      elements[i] = one == null ? null : forArray(Coercion.to(element, one));
    }
    return statement.getConnection().createArrayOf(elementType, elements);
  }

  /// The driver writes array elements as text; java.time it does not know there.
  private static Object forArray(Object value) {
    return value instanceof byte[] || value instanceof Boolean ? value : value.toString();
  }

  @Override
  public int longestIdentifierBytes() {
    return 63;
  }
}
