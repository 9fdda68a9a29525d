package dev.daybook.connectors.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/// One real PostgreSQL for all tests of this JVM.
final class PostgresServer {
  static final PostgresServer SHARED = start();

  private final EmbeddedPostgres server;

  private PostgresServer(EmbeddedPostgres server) {
    this.server = server;
  }

  private static PostgresServer start() {
    try {
      EmbeddedPostgres server =
          EmbeddedPostgres.builder()
              .setServerConfig("synchronous_commit", "on")
              .setPGStartupWait(Duration.ofMinutes(3))
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
      return new PostgresServer(server);
    } catch (IOException failed) {
      throw new IllegalStateException("PostgreSQL did not start", failed);
    }
  }

  private static void close(EmbeddedPostgres server) {
    try {
      server.close();
    } catch (IOException ignored) {
      // The JVM ends; the server's folder is temporary.
    }
  }

  int port() {
    return server.getPort();
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres";
  }

  Map<String, String> connection() {
    return Map.of("connection.url", url(), "connection.user", "postgres");
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), "postgres", "");
  }
}
