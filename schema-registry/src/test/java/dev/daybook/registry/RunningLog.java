package dev.daybook.registry;

import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.broker.LogServer;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.maintenance.Progress;
import dev.daybook.eventlog.partition.RecordValidator;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Daybook's own broker in this process, on any free port.
final class RunningLog implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final LogServer server;

  RunningLog(Path directory) throws IOException {
    server =
        LogServer.start(
            vertx,
            EventLogConfig.in(directory),
            config -> config,
            GroupSettings.DEFAULTS,
            (_, _) -> new RecordValidator.Verdict.Accepted(),
            fatal -> {
              throw new IllegalStateException("The log has stopped.", fatal);
            });
  }

  String bootstrap() {
    return "127.0.0.1:" + server.port();
  }

  void backUp(Path target) throws IOException {
    server.log().backUp(target, Progress.NONE);
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      vertx.close().await(90, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("Vert.x does not close.", e);
    }
  }
}
