package dev.daybook.connectors.debezium;

import io.debezium.config.Configuration;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Looks at the database before a connector is made, and tells in the words of PostgreSQL what would go wrong later:
/// in the middle of a snapshot, or in the application whose updates the publication would break.
final class DatabaseChecks {
  private static final String TABLES =
      """
      SELECT n.nspname, c.relname, c.relreplident,
             EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary),
             has_table_privilege(c.oid, 'SELECT'),
             pg_has_role(c.relowner, 'MEMBER'),
             EXISTS (SELECT FROM pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attstorage IN ('x', 'e'))
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
      ORDER BY 1, 2""";

  private static final String MAY_REPLICATE =
      """
      SELECT rolsuper OR rolreplication OR EXISTS (
               SELECT FROM pg_roles r
               WHERE r.rolname IN ('rds_replication', 'rds_superuser', 'azure_pg_admin', 'cloudsqlsuperuser')
                 AND pg_has_role(r.oid, 'MEMBER'))
      FROM pg_roles WHERE rolname = current_user""";

  private final Map<String, String> properties;
  private final List<Finding> findings = new ArrayList<>();

  /// Something about a setting; `blocking` if the connector could not work.
  record Finding(String key, String message, boolean blocking) {}

  private record FoundTable(
      String schema,
      String name,
      String identity,
      boolean hasKey,
      boolean readable,
      boolean owned,
      boolean toasts) {
    @Override
    public String toString() {
      return schema + "." + name;
    }
  }

  DatabaseChecks(Map<String, String> properties) {
    this.properties = properties;
  }

  List<Finding> findings() {
    PostgresConnectorConfig config = new PostgresConnectorConfig(Configuration.from(properties));
    try (PostgresConnection database =
        new PostgresConnection(
            config.getJdbcConfig(), PostgresConnection.CONNECTION_VALIDATE_CONNECTION)) {
      Connection connection = database.connection();
      checkServer(connection);
      checkSlot(connection);
      checkTables(connection, config.getTableFilters().dataCollectionFilter());
    } catch (SQLException failure) {
      blocking("database.hostname", "cannot be looked at: " + failure.getMessage());
    }
    return List.copyOf(findings);
  }

  private void checkServer(Connection connection) throws SQLException {
    String level = text(connection, "SHOW wal_level");
    if (!level.equals("logical")) {
      blocking(
          "plugin.name",
          "needs wal_level=logical, but the server has "
              + level
              + "; set it and restart PostgreSQL");
    }
    if (!isTrue(connection, MAY_REPLICATE)) {
      blocking("database.user", "may not replicate; run ALTER ROLE ... WITH REPLICATION");
    }
    if (isTrue(
        connection,
        "SELECT setting = '-1' FROM pg_settings WHERE name = 'max_slot_wal_keep_size'")) {
      advice(
          "slot.name",
          "a connector that is down for long fills the database's disk; set max_slot_wal_keep_size");
    }
  }

  private void checkSlot(Connection connection) throws SQLException {
    String slot = properties.getOrDefault("slot.name", "");
    String sql =
        "SELECT plugin, database, database = current_database() FROM pg_replication_slots WHERE slot_name = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, slot);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          checkFreeSlot(connection);
        } else if (!row.getString(1).equals(properties.get("plugin.name")) || !row.getBoolean(3)) {
          blocking(
              "slot.name",
              "is taken: slot "
                  + slot
                  + " uses "
                  + row.getString(1)
                  + " on database "
                  + row.getString(2));
        }
      }
    }
  }

  private void checkFreeSlot(Connection connection) throws SQLException {
    String free =
        "SELECT (SELECT count(*) FROM pg_replication_slots) < current_setting('max_replication_slots')::int";
    if (!isTrue(connection, free)) {
      blocking(
          "slot.name",
          "cannot be made: all max_replication_slots are taken; raise it or drop a slot");
    }
  }

  private void checkTables(Connection connection, Tables.TableFilter filter) throws SQLException {
    List<FoundTable> captured = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(TABLES)) {
      while (rows.next()) {
        if (filter.isIncluded(new TableId("", rows.getString(1), rows.getString(2)))) {
          captured.add(
              new FoundTable(
                  rows.getString(1),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getBoolean(4),
                  rows.getBoolean(5),
                  rows.getBoolean(6),
                  rows.getBoolean(7)));
        }
      }
    }
    boolean filtered = "filtered".equals(properties.get("publication.autocreate.mode"));
    if (captured.isEmpty() && filtered) {
      blocking(
          "table.include.list",
          "matches no table of this database, so there is nothing to publish");
    }
    boolean published =
        isTrue(
            connection,
            "SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = ?)",
            "publication.name");
    if (!published
        && !isTrue(connection, "SELECT has_database_privilege(current_database(), 'CREATE')")) {
      blocking(
          "publication.name",
          "cannot be made: the user needs CREATE on the database, or make it by hand");
    }
    captured.forEach(table -> checkTable(table, filtered && !published));
  }

  private void checkTable(FoundTable table, boolean mustPublish) {
    if (!table.readable) {
      blocking(
          "table.include.list",
          "includes " + table + ", which the user may not read; run GRANT SELECT ON " + table);
    }
    if (mustPublish && !table.owned) {
      blocking(
          "table.include.list",
          "includes "
              + table
              + ", which only its owner can publish; make the user a member of the owner, or make the"
              + " publication by hand");
    }
    if (table.identity.equals("n") || (table.identity.equals("d") && !table.hasKey)) {
      blocking(
          "table.include.list",
          "includes "
              + table
              + ", which has no key to replicate by: PostgreSQL would refuse its UPDATE and DELETE once"
              + " it is published; add a primary key, or run ALTER TABLE "
              + table
              + " REPLICA IDENTITY FULL");
    } else if (!table.identity.equals("f") && table.toasts) {
      advice(
          "table.include.list",
          "updates of "
              + table
              + " leave large values out unless they change; Daybook's JDBC sink keeps the old value,"
              + " others may need ALTER TABLE "
              + table
              + " REPLICA IDENTITY FULL");
    }
  }

  private void blocking(String key, String message) {
    findings.add(new Finding(key, key + " " + message, true));
  }

  private void advice(String key, String message) {
    findings.add(new Finding(key, message, false));
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    }
  }

  private static boolean isTrue(Connection connection, String sql) throws SQLException {
    return text(connection, sql).equals("t");
  }

  private boolean isTrue(Connection connection, String sql, String key) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, properties.getOrDefault(key, ""));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }
}
