package dev.daybook.connectors.jdbc;

import dev.daybook.connectors.jdbc.Column.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/// H2. JSON documents become text in tables we make, because H2 would rewrite them; an existing JSON column is used
/// as such.
record H2Dialect() implements Dialect {
  private static final int LARGEST_PRECISION = 100_000;

  @Override
  public String typeFor(Schema schema, boolean key) {
    @Nullable String named = schema.name() == null ? null : named(schema);
    if (named != null) {
      return named;
    }
    return switch (schema.type()) {
      case INT8 -> "tinyint";
      case INT16 -> "smallint";
      case INT32 -> "integer";
      case INT64 -> "bigint";
      case FLOAT32 -> "real";
      case FLOAT64 -> "double precision";
      case BOOLEAN -> "boolean";
      case STRING, MAP, STRUCT -> "character varying";
      case BYTES -> "binary varying";
      case ARRAY -> typeFor(schema.valueSchema(), false) + " array";
    };
  }

  private static @Nullable String named(Schema schema) {
    return switch (schema.name()) {
      case "org.apache.kafka.connect.data.Decimal" -> numeric(schema);
      case "io.debezium.data.VariableScaleDecimal" -> "decfloat";
      case "org.apache.kafka.connect.data.Date",
          "io.debezium.time.Date",
          "io.debezium.time.IsoDate" ->
          "date";
      case "org.apache.kafka.connect.data.Time", "io.debezium.time.Time" -> "time(3)";
      case "io.debezium.time.MicroTime" -> "time(6)";
      case "io.debezium.time.NanoTime" -> "time(9)";
      case "org.apache.kafka.connect.data.Timestamp", "io.debezium.time.Timestamp" ->
          "timestamp(3)";
      case "io.debezium.time.MicroTimestamp", "io.debezium.time.IsoTimestamp" -> "timestamp(6)";
      case "io.debezium.time.NanoTimestamp" -> "timestamp(9)";
      case "io.debezium.time.ZonedTimestamp" -> "timestamp(9) with time zone";
      case "io.debezium.data.Uuid" -> "uuid";
      case "io.debezium.time.MicroDuration" -> "character varying";
      default -> null;
    };
  }

  private static String numeric(Schema schema) {
    int scale = Integer.parseInt(schema.parameters().get("scale"));
    String precision = schema.parameters().getOrDefault("connect.decimal.precision", "1000");
    return "numeric("
        + Math.min(Integer.parseInt(precision), LARGEST_PRECISION)
        + ","
        + scale
        + ")";
  }

  @Override
  public Column column(ResultSet line) throws SQLException {
    String type = line.getString("TYPE_NAME");
    Kind kind = kind(type, line.getInt("DATA_TYPE"));
    boolean limited = type.equals("NUMERIC") || type.equals("DECIMAL");
    return new Column(
        line.getString("COLUMN_NAME"),
        kind,
        type,
        line.getInt("COLUMN_SIZE"),
        line.getInt("DECIMAL_DIGITS"),
        limited);
  }

  private static Kind kind(String name, int type) {
    return switch (name) {
      case "DECFLOAT" -> Kind.NUMERIC;
      case "UUID" -> Kind.UUID;
      case "JSON" -> Kind.JSON;
      default ->
          switch (type) {
            case Types.BOOLEAN -> Kind.BOOLEAN;
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> Kind.INTEGER;
            case Types.NUMERIC, Types.DECIMAL -> Kind.NUMERIC;
            case Types.REAL -> Kind.REAL;
            case Types.FLOAT, Types.DOUBLE -> Kind.DOUBLE;
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.CLOB, Types.NVARCHAR ->
                Kind.TEXT;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> Kind.BYTES;
            case Types.DATE -> Kind.DATE;
            case Types.TIME -> Kind.TIME;
            case Types.TIMESTAMP -> Kind.TIMESTAMP;
            case Types.TIMESTAMP_WITH_TIMEZONE -> Kind.TIMESTAMP_TZ;
            case Types.ARRAY -> Kind.ARRAY;
            default -> Kind.FROM_TEXT;
          };
    };
  }

  @Override
  public String upsert(TableName table, List<Column> columns, List<Column> key) {
    return "MERGE INTO "
        + quote(table)
        + " ("
        + names(columns)
        + ") KEY ("
        + names(key)
        + ") VALUES ("
        + markers(columns)
        + ")";
  }

  @Override
  public String marker(Column column) {
    return column.kind() == Kind.JSON ? "? FORMAT JSON" : "?";
  }

  @Override
  public void bind(PreparedStatement statement, int index, Column column, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setNull(index, Types.NULL);
      case List<?> list -> statement.setObject(index, list.toArray());
      default -> statement.setObject(index, value);
    }
  }

  @Override
  public int longestIdentifierBytes() {
    return 256;
  }
}
