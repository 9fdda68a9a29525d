package dev.daybook.examples.demo.source;

import dev.daybook.examples.demo.pipeline.LeftOver;
import dev.daybook.examples.demo.pipeline.Ports;
import dev.daybook.server.UsageException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/// A real PostgreSQL that keeps its data in a folder and tells of its changes by logical replication. It listens on
/// this machine only.
public final class Database implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private final EmbeddedPostgres server;

  private Database(EmbeddedPostgres server) {
    this.server = server;
  }

  /// Starts it in a folder, new or as an earlier run left it; on the same port as then, if that is still free.
  public static Database start(Path folder) {
    Path data = folder.resolve("data");
    try {
      Files.createDirectories(folder);
      LeftOver.end(data.resolve("postmaster.pid"), data);
      EmbeddedPostgres.Builder settings =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPGStartupWait(PATIENCE)
              .setServerConfig("wal_level", "logical")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("fsync", "on")
              .setServerConfig("max_slot_wal_keep_size", "1GB");
      Path remembered = folder.resolve("port");
      freePort(remembered).ifPresent(settings::setPort);
      EmbeddedPostgres server = settings.start();
      Files.writeString(remembered, Integer.toString(server.getPort()));
      return new Database(server);
    } catch (IOException | IllegalStateException e) {
      throw new UsageException("PostgreSQL does not start in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static Optional<Integer> freePort(Path remembered) throws IOException {
    if (!Files.exists(remembered)) {
      return Optional.empty();
    }
    int port = Integer.parseInt(Files.readString(remembered).trim());
    return Ports.isFree(port) ? Optional.of(port) : Optional.empty();
  }

  public int port() {
    return server.getPort();
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port() + "/postgres", "postgres", "");
  }

  public String version() throws SQLException {
    try (Connection connection = connect()) {
      return connection.getMetaData().getDatabaseProductVersion().split(" ", 2)[0];
    }
  }

  /// Whether somebody follows the changes right now: the snapshot is done, and every further commit is streamed.
  public boolean isStreaming() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_replication_slots s JOIN pg_stat_replication r ON r.pid = s.active_pid"
                    + " WHERE r.state = 'streaming'")) {
      return row.next() && row.getInt(1) > 0;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
