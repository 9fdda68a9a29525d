package dev.daybook.connectors.debezium;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// A real PostgreSQL with logical replication.
final class Database implements AutoCloseable {
  private final EmbeddedPostgres server;

  Database(String walLevel) throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("wal_level", walLevel)
            .setServerConfig("synchronous_commit", "on")
            .setPGStartupWait(Duration.ofMinutes(3))
            .start();
  }

  Map<String, String> config(String prefix) {
    Map<String, String> config = new HashMap<>();
    config.put("name", prefix);
    config.put("connector.class", PostgresSource.class.getName());
    config.put("topic.prefix", prefix);
    config.put("database.hostname", "127.0.0.1");
    config.put("database.port", Integer.toString(server.getPort()));
    config.put("database.user", "postgres");
    config.put("database.password", "any");
    config.put("database.dbname", "postgres");
    config.put("schema.include.list", "shop");
    return config;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), "postgres", "");
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
  }

  void run(String... sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String one : sql) {
        statement.execute(one);
      }
    }
  }

  String one(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "no row";
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
