package dev.daybook.connectors.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// What differs between databases: names of types, upsert, and how values are bound.
sealed interface Dialect permits PostgresDialect, H2Dialect {
  /// The type of a new column for values of this schema.
  String typeFor(Schema schema, boolean key);

  /// Reads one line of `DatabaseMetaData.getColumns`.
  Column column(ResultSet line) throws SQLException;

  String upsert(TableName table, List<Column> columns, List<Column> key);

  /// The parameter marker for a column.
  String marker(Column column);

  /// Binds a value that [Coercion] made for this column, or null.
  void bind(PreparedStatement statement, int index, Column column, @Nullable Object value)
      throws SQLException;

  int longestIdentifierBytes();

  /// Quotes a name so that it can be nothing but a name.
  default String quote(String identifier) {
    int bytes = identifier.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > longestIdentifierBytes() || identifier.indexOf('\0') >= 0) {
      throw new DataException(
          "'"
              + identifier
              + "' cannot be a name here: 1 to "
              + longestIdentifierBytes()
              + " bytes are possible");
    }
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  default String quote(TableName name) {
    return name.schema() == null
        ? quote(name.table())
        : quote(name.schema()) + "." + quote(name.table());
  }

  default String names(List<Column> columns) {
    return columns.stream().map(column -> quote(column.name())).collect(Collectors.joining(", "));
  }

  default String insert(TableName table, List<Column> columns) {
    return "INSERT INTO "
        + quote(table)
        + " ("
        + names(columns)
        + ") VALUES ("
        + markers(columns)
        + ")";
  }

  default String markers(List<Column> columns) {
    return columns.stream().map(this::marker).collect(Collectors.joining(", "));
  }

  default String update(TableName table, List<Column> columns, List<Column> key) {
    return "UPDATE "
        + quote(table)
        + " SET "
        + assignments(columns, ", ")
        + " WHERE "
        + assignments(key, " AND ");
  }

  default String delete(TableName table, List<Column> key) {
    return "DELETE FROM " + quote(table) + " WHERE " + assignments(key, " AND ");
  }

  private String assignments(List<Column> columns, String separator) {
    return columns.stream()
        .map(column -> quote(column.name()) + " = " + marker(column))
        .collect(Collectors.joining(separator));
  }

  /// A column's definition in CREATE and ALTER TABLE.
  default String definition(String name, Schema schema, boolean key) {
    return quote(name) + " " + typeFor(schema, key) + defaultClause(schema);
  }

  private static String defaultClause(Schema schema) {
    if (schema.name() != null) {
      return "";
    }
    return switch (schema.defaultValue()) {
      case Byte number -> " DEFAULT " + number;
      case Short number -> " DEFAULT " + number;
      case Integer number -> " DEFAULT " + number;
      case Long number -> " DEFAULT " + number;
      case Boolean bool -> " DEFAULT " + bool;
      case String text when text.indexOf('\0') < 0 -> " DEFAULT '" + text.replace("'", "''") + "'";
      case null, default -> "";
    };
  }
}
