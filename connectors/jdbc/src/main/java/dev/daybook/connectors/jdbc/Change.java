package dev.daybook.connectors.jdbc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one record asks of the target.
sealed interface Change {
  /// Write this row. Columns in `unchanged` are known by name only: they stay as they are in the target.
  record Write(TableName table, Row row, List<String> key, Set<String> unchanged)
      implements Change {
    List<String> columns() {
      return row.fields().keySet().stream().filter(name -> !unchanged.contains(name)).toList();
    }

    Row keyRow() {
      Map<String, Row.Field> fields = new LinkedHashMap<>(row.fields());
      fields.keySet().retainAll(key);
      return new Row(fields);
    }

    /// This write done after an older one of the same row, as one write.
    Write after(Write older) {
      Map<String, Row.Field> merged = new LinkedHashMap<>(older.row.fields());
      row.fields()
          .forEach(
              (name, field) -> {
                if (!unchanged.contains(name) || !merged.containsKey(name)) {
                  merged.put(name, field);
                }
              });
      Set<String> still =
          unchanged.stream()
              .filter(
                  name -> older.unchanged.contains(name) || !older.row.fields().containsKey(name))
              .collect(java.util.stream.Collectors.toUnmodifiableSet());
      return new Write(table, new Row(merged), key, still);
    }
  }

  /// Remove the row of this key.
  record Delete(TableName table, Row key) implements Change {}

  /// The row of one key is the row of another from now on; its other columns stay.
  record Rekey(TableName table, Row from, Row to) implements Change {}

  /// Nothing to do, by configuration.
  record Skip() implements Change {}
}
