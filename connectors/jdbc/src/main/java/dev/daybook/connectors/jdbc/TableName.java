package dev.daybook.connectors.jdbc;

import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// A table's name, in the connection's own schema if none is given.
record TableName(@Nullable String schema, String table) {
  /// Fills the format of `table.name.format`. A dot in the format parts schema and table; dots of a topic never do.
  static TableName of(String format, String topic) {
    int formatDot = format.lastIndexOf('.');
    String schema = formatDot < 0 ? null : fill(format.substring(0, formatDot), topic);
    String table = fill(format.substring(formatDot + 1), topic);
    if (table.isEmpty()) {
      throw new DataException(
          "table.name.format " + format + " gives no table name for topic " + topic);
    }
    return new TableName(schema, table);
  }

  private static String fill(String format, String topic) {
    String tail = topic.substring(topic.lastIndexOf('.') + 1);
    return format.replace("${topic}", topic.replace('.', '_')).replace("${table}", tail);
  }

  @Override
  public String toString() {
    return schema == null ? table : schema + "." + table;
  }
}
