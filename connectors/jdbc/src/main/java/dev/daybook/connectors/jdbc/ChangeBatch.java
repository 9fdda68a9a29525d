package dev.daybook.connectors.jdbc;

import dev.daybook.connectors.jdbc.JdbcSinkConfig.InsertMode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows that one statement can write. Inserts keep the order of the records; otherwise only the last state of each
/// key is written, deletes first, so that a value one row gives up is free for another.
record ChangeBatch(
    Action action, TableName table, List<String> columns, List<String> key, List<Row> rows) {
  /// Before the name of a key column, its value before a change of key.
  static final String OLD = "old ";

  enum Action {
    INSERT,
    UPSERT,
    UPDATE,
    UPDATE_ELSE_INSERT,
    REKEY,
    DELETE
  }

  static List<ChangeBatch> of(List<Change> changes, InsertMode mode) {
    return mode == InsertMode.INSERT ? inOrder(changes) : betweenRekeys(changes, mode);
  }

  ChangeBatch withRows(List<Row> others) {
    return new ChangeBatch(action, table, columns, key, others);
  }

  /// A change of key links two rows, so that nothing is moved across it.
  private static List<ChangeBatch> betweenRekeys(List<Change> changes, InsertMode mode) {
    List<ChangeBatch> batches = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i) instanceof Change.Rekey rekey) {
        batches.addAll(grouped(lastOfEachKey(changes.subList(from, i)), mode));
        batches.add(rekey(rekey));
        from = i + 1;
      }
    }
    batches.addAll(grouped(lastOfEachKey(changes.subList(from, changes.size())), mode));
    return batches;
  }

  private static ChangeBatch rekey(Change.Rekey rekey) {
    Map<String, Row.Field> fields = new LinkedHashMap<>(rekey.to().fields());
    rekey.from().fields().forEach((name, field) -> fields.put(OLD + name, field));
    List<String> names = List.copyOf(rekey.from().fields().keySet());
    return new ChangeBatch(Action.REKEY, rekey.table(), names, names, rowsOf(new Row(fields)));
  }

  private static List<ChangeBatch> inOrder(List<Change> changes) {
    List<ChangeBatch> batches = new ArrayList<>();
    for (Change change : changes) {
      ChangeBatch one = single(change, InsertMode.INSERT);
      if (one != null) {
        ChangeBatch last = batches.isEmpty() ? null : batches.getLast();
        if (last != null && last.withRows(List.of()).equals(one.withRows(List.of()))) {
          last.rows.addAll(one.rows);
        } else {
          batches.add(one);
        }
      }
    }
    return batches;
  }

  private record RowKey(TableName table, List<@Nullable Object> values) {}

  private static List<Change> lastOfEachKey(List<Change> changes) {
    Map<RowKey, Change> last = new LinkedHashMap<>();
    for (Change change : changes) {
      switch (change) {
        case Change.Write write -> {
          Change older = last.remove(rowKey(write.table(), write.keyRow()));
          last.put(
              rowKey(write.table(), write.keyRow()),
              older instanceof Change.Write olderWrite ? write.after(olderWrite) : write);
        }
        case Change.Delete delete -> {
          last.remove(rowKey(delete.table(), delete.key()));
          last.put(rowKey(delete.table(), delete.key()), delete);
        }
        case Change.Rekey(var table, var from, var to) ->
            throw new IllegalStateException(table + ": changes of key are batches of their own");
        case Change.Skip() -> {}
      }
    }
    return List.copyOf(last.values());
  }

  private static RowKey rowKey(TableName table, Row key) {
    List<@Nullable Object> values = new ArrayList<>();
    for (Row.Field field : key.fields().values()) {
      values.add(comparable(field.meaning()));
    }
    return new RowKey(table, values);
  }

  private static @Nullable Object comparable(@Nullable Object value) {
    return switch (value) {
      case byte[] bytes -> ByteBuffer.wrap(bytes);
      case BigDecimal decimal -> decimal.stripTrailingZeros();
      case null, default -> value;
    };
  }

  private static List<ChangeBatch> grouped(List<Change> changes, InsertMode mode) {
    Map<ChangeBatch, List<Row>> deletes = new LinkedHashMap<>();
    Map<ChangeBatch, List<Row>> writes = new LinkedHashMap<>();
    for (Change change : changes) {
      ChangeBatch one = single(change, mode);
      if (one != null) {
        (one.action == Action.DELETE ? deletes : writes)
            .computeIfAbsent(one.withRows(List.of()), shape -> new ArrayList<>())
            .addAll(one.rows);
      }
    }
    List<ChangeBatch> batches = new ArrayList<>();
    deletes.forEach((shape, rows) -> batches.add(shape.withRows(rows)));
    writes.forEach((shape, rows) -> batches.add(shape.withRows(rows)));
    return batches;
  }

  private static @Nullable ChangeBatch single(Change change, InsertMode mode) {
    return switch (change) {
      case Change.Write write -> single(write, mode);
      case Change.Delete(TableName table, Row key) -> delete(table, key);
      case Change.Rekey(TableName table, Row from, Row to) -> delete(table, from);
      case Change.Skip() -> null;
    };
  }

  private static @Nullable ChangeBatch single(Change.Write write, InsertMode mode) {
    boolean keyOnly = write.columns().size() == write.key().size();
    if (mode == InsertMode.UPDATE && keyOnly) {
      return null;
    }
    Action action =
        switch (mode) {
          case INSERT -> Action.INSERT;
          case UPDATE -> Action.UPDATE;
          case UPSERT -> write.unchanged().isEmpty() ? Action.UPSERT : Action.UPDATE_ELSE_INSERT;
        };
    return new ChangeBatch(
        action, write.table(), write.columns(), write.key(), rowsOf(write.row()));
  }

  private static ChangeBatch delete(TableName table, Row key) {
    List<String> names = List.copyOf(key.fields().keySet());
    return new ChangeBatch(Action.DELETE, table, names, names, rowsOf(key));
  }

  private static List<Row> rowsOf(Row row) {
    List<Row> rows = new ArrayList<>();
    rows.add(row);
    return rows;
  }
}
