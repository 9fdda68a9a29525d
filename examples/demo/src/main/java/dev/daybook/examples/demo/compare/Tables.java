package dev.daybook.examples.demo.compare;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The rows of all tables in one place, by key: read from a database, or what a series of changes comes to.
public final class Tables {
  private final Map<Shape, NavigableMap<Long, Row>> rows = new LinkedHashMap<>();

  public Tables() {
    Shape.ALL.forEach(shape -> rows.put(shape, new TreeMap<>()));
  }

  /// What the changes come to, in their order.
  public static Tables after(Iterable<Change> changes) {
    Tables tables = new Tables();
    changes.forEach(tables::apply);
    return tables;
  }

  /// Reads a database.
  ///
  /// @param prefix what stands before the table's name, such as `orders.`
  public static Tables read(Connection database, String prefix) throws SQLException {
    Tables tables = new Tables();
    for (Shape shape : Shape.ALL) {
      try (Statement statement = database.createStatement();
          ResultSet lines =
              statement.executeQuery("SELECT * FROM " + prefix + '"' + shape.table() + '"')) {
        while (lines.next()) {
          tables.put(shape, lines.getLong("id"), shape.row(fields(shape, lines)));
        }
      }
    }
    return tables;
  }

  private static Map<String, @Nullable Object> fields(Shape shape, ResultSet line)
      throws SQLException {
    ResultSetMetaData columns = line.getMetaData();
    Map<String, @Nullable Object> fields = new HashMap<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      String name = columns.getColumnName(i).toLowerCase(Locale.ROOT);
      boolean time =
          shape.columns().stream()
              .anyMatch(column -> column.name().equals(name) && column.kind() == Kind.TIME);
      fields.put(name, time ? line.getObject(i, OffsetDateTime.class) : line.getObject(i));
    }
    return fields;
  }

  public void put(Shape shape, long id, Row row) {
    of(shape).put(id, row);
  }

  public NavigableMap<Long, Row> of(Shape shape) {
    return rows.computeIfAbsent(shape, same -> new TreeMap<>());
  }

  private void apply(Change change) {
    NavigableMap<Long, Row> table = of(change.shape());
    Row row = change.row();
    if (row != null) {
      table.put(change.id(), row.over(table.get(change.id())));
    } else {
      table.remove(change.id());
    }
  }
}
