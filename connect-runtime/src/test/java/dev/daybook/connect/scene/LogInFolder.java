package dev.daybook.connect.scene;

import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.broker.LogServer;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Our own broker in a temporary folder.
final class LogInFolder {

  private final Path folder;
  private final Vertx vertx;
  private final LogServer server;

  private LogInFolder(Path folder, Vertx vertx, LogServer server) {
    this.folder = folder;
    this.vertx = vertx;
    this.server = server;
  }

  static LogInFolder start() {
    try {
      Path folder = Files.createTempDirectory("connect-log");
      Vertx vertx = Vertx.vertx();
      GroupSettings groups =
          new GroupSettings(
              Map.of(
                  GroupSettings.INITIAL_REBALANCE_DELAY_MS,
                  "0",
                  GroupSettings.OFFSETS_PARTITIONS,
                  "2"));
      LogServer server =
          LogServer.start(
              vertx,
              EventLogConfig.in(folder),
              UnaryOperator.identity(),
              groups,
              (topic, records) -> new RecordValidator.Verdict.Accepted(),
              failure -> System.err.println("The log under test stopped: " + failure));
      return new LogInFolder(folder, vertx, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.port();
  }

  void close() {
    try {
      server.close();
      vertx.close().await();
      delete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
