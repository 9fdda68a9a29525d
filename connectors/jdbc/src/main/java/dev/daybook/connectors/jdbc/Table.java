package dev.daybook.connectors.jdbc;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A table of the target as last read: its columns by name.
record Table(TableName name, Map<String, Column> columns) {
  /// Finds a column by its exact name, else by a name that differs in case only and is the only such.
  @Nullable Column column(String name) {
    Column exact = columns.get(name);
    if (exact != null) {
      return exact;
    }
    @Nullable Column found = null;
    for (Column column : columns.values()) {
      if (column.name().equalsIgnoreCase(name)) {
        if (found != null) {
          return null;
        }
        found = column;
      }
    }
    return found;
  }
}
