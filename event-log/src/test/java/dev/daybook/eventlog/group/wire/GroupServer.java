package dev.daybook.eventlog.group.wire;

import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.broker.LogServer;
import dev.daybook.eventlog.broker.StablePort;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// A whole server in this process, on a directory that can be opened again. Heartbeats are quick, and nobody waits
/// for others to join.
final class GroupServer implements AutoCloseable {
  private static final GroupSettings SETTINGS =
      new GroupSettings(
          Map.of(
              GroupSettings.INITIAL_REBALANCE_DELAY_MS,
              "0",
              "group.consumer.heartbeat.interval.ms",
              "200",
              "group.consumer.min.heartbeat.interval.ms",
              "200"));

  private final Path directory;
  private final Vertx vertx;
  private final LogServer server;

  private GroupServer(Path directory, Vertx vertx, LogServer server) {
    this.directory = directory;
    this.vertx = vertx;
    this.server = server;
  }

  static GroupServer open(Path directory) throws IOException {
    return open(directory, StablePort.find());
  }

  /// Stops, and opens the same directory on the same port.
  GroupServer restart() throws IOException {
    int port = server.port();
    close();
    return open(directory, port);
  }

  String address() {
    return "127.0.0.1:" + server.port();
  }

  @Override
  public void close() throws IOException {
    server.close();
    vertx.close().await();
  }

  private static GroupServer open(Path directory, int port) throws IOException {
    Vertx vertx = Vertx.vertx();
    return new GroupServer(
        directory,
        vertx,
        LogServer.start(
            vertx,
            EventLogConfig.in(directory),
            config -> config.listeningOn("127.0.0.1", port),
            SETTINGS,
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            fault -> {
              throw new AssertionError("The log stopped", fault);
            }));
  }
}
