package dev.daybook.connectors.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The target's tables as last seen, made or widened where the configuration allows. Owned by the task's thread; every
/// change of a table is committed before rows are written, because some databases commit on DDL anyway.
final class TableCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(TableCatalog.class);

  private final Dialect dialect;
  private final boolean autoCreate;
  private final boolean autoEvolve;
  private final Map<TableName, Table> tables = new HashMap<>();

  TableCatalog(Dialect dialect, boolean autoCreate, boolean autoEvolve) {
    this.dialect = dialect;
    this.autoCreate = autoCreate;
    this.autoEvolve = autoEvolve;
  }

  /// Forgets what was seen, after a failure that may have come from a table changed by others.
  void forget() {
    tables.clear();
  }

  /// The table as seen before, or null if it does not exist.
  @Nullable Table known(TableName name) {
    return tables.get(name);
  }

  /// Sees to it that the table exists with all columns of the row, or fails saying which setting would allow it.
  void prepare(Connection connection, Change change) throws SQLException {
    switch (change) {
      case Change.Write write -> prepare(connection, write);
      case Change.Delete delete -> look(connection, delete.table());
      case Change.Rekey rekey -> look(connection, rekey.table());
      case Change.Skip() -> {}
    }
  }

  private void prepare(Connection connection, Change.Write write) throws SQLException {
    Table table = look(connection, write.table());
    if (table == null) {
      create(connection, write);
      table = found(connection, write.table());
    }
    List<String> missing = missing(table, write);
    if (!missing.isEmpty()) {
      evolve(connection, table, write, missing);
      tables.remove(write.table());
      found(connection, write.table());
    }
  }

  private static List<String> missing(Table table, Change.Write write) {
    List<String> missing = new ArrayList<>();
    for (String name : write.row().fields().keySet()) {
      if (table.column(name) == null) {
        missing.add(name);
      }
    }
    return missing;
  }

  private void create(Connection connection, Change.Write write) throws SQLException {
    if (!autoCreate) {
      throw new ConnectException(
          "table "
              + write.table()
              + " does not exist; create it or set "
              + JdbcSinkConfig.AUTO_CREATE
              + "=true");
    }
    String columns =
        write.row().fields().keySet().stream()
            .map(name -> definition(write, name) + (write.key().contains(name) ? " NOT NULL" : ""))
            .collect(Collectors.joining(", "));
    String key = write.key().stream().map(dialect::quote).collect(Collectors.joining(", "));
    execute(
        connection,
        "CREATE TABLE IF NOT EXISTS "
            + dialect.quote(write.table())
            + (" (" + columns)
            + (key.isEmpty() ? ")" : ", PRIMARY KEY (" + key + "))"));
  }

  private void evolve(Connection connection, Table table, Change.Write write, List<String> missing)
      throws SQLException {
    if (!autoEvolve) {
      throw new ConnectException(
          "table "
              + write.table()
              + " has no column "
              + missing
              + "; add it or set "
              + JdbcSinkConfig.AUTO_EVOLVE
              + "=true");
    }
    for (String name : missing) {
      execute(
          connection,
          "ALTER TABLE "
              + dialect.quote(table.name())
              + " ADD COLUMN IF NOT EXISTS "
              + definition(write, name));
    }
  }

  private String definition(Change.Write write, String name) {
    Row.Field field = write.row().fields().get(name);
    Schema schema = field == null ? null : field.schema();
    if (schema == null) {
      throw new ConnectException(
          "records for table "
              + write.table()
              + " carry no schema, so column '"
              + name
              + "' cannot be made; create it by hand or use a converter with schemas");
    }
    return dialect.definition(name, schema, write.key().contains(name));
  }

  private void execute(Connection connection, String ddl) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(ddl);
    }
    connection.commit();
    LOG.info("changed target ddl=\"{}\"", ddl);
  }

  private Table found(Connection connection, TableName name) throws SQLException {
    Table table = look(connection, name);
    if (table == null) {
      throw new ConnectException(
          "table " + name + " was made but cannot be seen; check the user's search path");
    }
    return table;
  }

  private @Nullable Table look(Connection connection, TableName name) throws SQLException {
    Table known = tables.get(name);
    if (known == null) {
      known = read(connection, name);
      if (known != null) {
        tables.put(name, known);
      }
    }
    return known;
  }

  /// Reads the table by its exact name, else in the case that unquoted names get.
  private @Nullable Table read(Connection connection, TableName name) throws SQLException {
    for (String spelling :
        new String[] {
          name.table(), name.table().toUpperCase(Locale.ROOT), name.table().toLowerCase(Locale.ROOT)
        }) {
      Table table = readExactly(connection, new TableName(name.schema(), spelling));
      if (!table.columns().isEmpty()) {
        return table;
      }
    }
    return null;
  }

  private Table readExactly(Connection connection, TableName name) throws SQLException {
    DatabaseMetaData meta = connection.getMetaData();
    String schema = name.schema() == null ? connection.getSchema() : name.schema();
    Map<String, Column> columns = new LinkedHashMap<>();
    try (ResultSet lines =
        meta.getColumns(connection.getCatalog(), null, escaped(meta, name.table()), null)) {
      while (lines.next()) {
        if (lines.getString("TABLE_SCHEM").equalsIgnoreCase(schema)
            && lines.getString("TABLE_NAME").equals(name.table())) {
          Column column = dialect.column(lines);
          columns.put(column.name(), column);
        }
      }
    }
    connection.commit();
    return new Table(name, columns);
  }

  private static String escaped(DatabaseMetaData meta, String name) throws SQLException {
    String escape = meta.getSearchStringEscape();
    return name.replace(escape, escape + escape)
        .replace("_", escape + "_")
        .replace("%", escape + "%");
  }
}
