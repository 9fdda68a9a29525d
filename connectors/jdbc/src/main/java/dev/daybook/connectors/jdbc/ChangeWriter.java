package dev.daybook.connectors.jdbc;

import dev.daybook.connectors.jdbc.JdbcSinkConfig.InsertMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/// Writes changes in the caller's transaction, fast when all are good: few statements, each once for many rows.
///
/// When a batch fails for the sake of a record, it is rolled back to a savepoint and tried again in halves, so that
/// exactly the bad records are set aside and the order of the others stays.
final class ChangeWriter {
  /// A record and what it asks for.
  record Pending(SinkRecord record, Change change) {}

  /// Takes a record that cannot be written; throws if that must stop the task.
  interface Errant {
    void report(SinkRecord record, Exception reason);
  }

  private final Dialect dialect;
  private final TableCatalog catalog;
  private final InsertMode mode;
  private final Errant errant;

  ChangeWriter(Dialect dialect, TableCatalog catalog, InsertMode mode, Errant errant) {
    this.dialect = dialect;
    this.catalog = catalog;
    this.mode = mode;
    this.errant = errant;
  }

  void write(Connection connection, List<Pending> pending) throws SQLException {
    if (pending.isEmpty()) {
      return;
    }
    Savepoint before = connection.setSavepoint();
    @Nullable Exception fault = attempt(connection, pending);
    if (fault == null) {
      connection.releaseSavepoint(before);
      return;
    }
    connection.rollback(before);
    if (pending.size() == 1) {
      errant.report(pending.getFirst().record(), fault);
      return;
    }
    int half = pending.size() / 2;
    write(connection, pending.subList(0, half));
    write(connection, pending.subList(half, pending.size()));
  }

  /// Returns what a record is to blame for, or null when all are written.
  private @Nullable Exception attempt(Connection connection, List<Pending> pending)
      throws SQLException {
    try {
      for (ChangeBatch batch :
          ChangeBatch.of(pending.stream().map(Pending::change).toList(), mode)) {
        execute(connection, batch);
      }
      return null;
    } catch (DataException wrongValue) {
      return wrongValue;
    } catch (SQLException failure) {
      if (SqlFailure.of(failure) == SqlFailure.RECORD) {
        return failure;
      }
      throw failure;
    }
  }

  private void execute(Connection connection, ChangeBatch batch) throws SQLException {
    Table table = catalog.known(batch.table());
    if (table == null) {
      if (batch.action() == ChangeBatch.Action.DELETE
          || batch.action() == ChangeBatch.Action.REKEY) {
        return; // A table that is not there has no such row.
      }
      throw new SQLException("table " + batch.table() + " is gone", "42P01");
    }
    switch (batch.action()) {
      case INSERT -> run(connection, batch, insert(table, batch));
      case UPSERT -> run(connection, batch, upsert(table, batch));
      case UPDATE -> run(connection, batch, update(table, batch));
      case REKEY -> run(connection, batch, rekey(table, batch));
      case DELETE -> run(connection, batch, delete(table, batch));
      case UPDATE_ELSE_INSERT -> updateElseInsert(connection, table, batch);
    }
  }

  /// A row with columns left out must not be tried as an insert first: a column that may not be null would refuse it
  /// although the row is there.
  private void updateElseInsert(Connection connection, Table table, ChangeBatch batch)
      throws SQLException {
    List<Row> absent = batch.rows();
    if (batch.columns().size() > batch.key().size()) {
      int[] counts = run(connection, batch, update(table, batch));
      absent = new ArrayList<>();
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] == 0) {
          absent.add(batch.rows().get(i));
        }
      }
    }
    if (!absent.isEmpty()) {
      run(connection, batch.withRows(absent), upsert(table, batch));
    }
  }

  /// SQL and, in the order of its parameters, the columns they belong to under their names in the record.
  private record Prepared(String sql, List<String> names, List<Column> columns) {}

  private Prepared insert(Table table, ChangeBatch batch) {
    List<Column> columns = columns(table, batch.columns());
    return new Prepared(dialect.insert(table.name(), columns), batch.columns(), columns);
  }

  private Prepared upsert(Table table, ChangeBatch batch) {
    List<Column> columns = columns(table, batch.columns());
    String sql = dialect.upsert(table.name(), columns, columns(table, batch.key()));
    return new Prepared(sql, batch.columns(), columns);
  }

  private Prepared update(Table table, ChangeBatch batch) {
    List<String> changed =
        batch.columns().stream().filter(name -> !batch.key().contains(name)).toList();
    List<String> names = new ArrayList<>(changed);
    names.addAll(batch.key());
    String sql = dialect.update(table.name(), columns(table, changed), columns(table, batch.key()));
    return new Prepared(sql, names, columns(table, names));
  }

  private Prepared rekey(Table table, ChangeBatch batch) {
    List<Column> key = columns(table, batch.key());
    List<String> names = new ArrayList<>(batch.key());
    batch.key().forEach(name -> names.add(ChangeBatch.OLD + name));
    List<Column> columns = new ArrayList<>(key);
    columns.addAll(key);
    return new Prepared(dialect.update(table.name(), key, key), names, columns);
  }

  private Prepared delete(Table table, ChangeBatch batch) {
    List<Column> key = columns(table, batch.key());
    return new Prepared(dialect.delete(table.name(), key), batch.key(), key);
  }

  private static List<Column> columns(Table table, List<String> names) {
    List<Column> columns = new ArrayList<>(names.size());
    for (String name : names) {
      Column column = table.column(name);
      if (column == null) {
        throw new DataException("table " + table.name() + " has no column '" + name + "'");
      }
      columns.add(column);
    }
    return columns;
  }

  private int[] run(Connection connection, ChangeBatch batch, Prepared prepared)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(prepared.sql())) {
      for (Row row : batch.rows()) {
        for (int i = 0; i < prepared.columns().size(); i++) {
          bind(
              statement,
              i + 1,
              prepared.columns().get(i),
              row.fields().get(prepared.names().get(i)));
        }
        statement.addBatch();
      }
      return statement.executeBatch();
    }
  }

  private void bind(
      PreparedStatement statement, int index, Column column, Row.@Nullable Field field)
      throws SQLException {
    Object value = field == null ? null : field.meaning();
    dialect.bind(statement, index, column, value == null ? null : Coercion.to(column, value));
  }
}
