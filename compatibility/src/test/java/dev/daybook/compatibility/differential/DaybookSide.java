package dev.daybook.compatibility.differential;

import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.broker.BrokerConfig;
import dev.daybook.eventlog.broker.LogServer;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Ours, in this process.
final class DaybookSide implements Side {
  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
  private final LogServer server;

  DaybookSide(Path folder) throws IOException {
    server =
        LogServer.start(
            vertx,
            EventLogConfig.in(folder),
            DaybookSide::withoutAutoCreation,
            new GroupSettings(
                Map.of(
                    GroupSettings.INITIAL_REBALANCE_DELAY_MS, "0",
                    GroupSettings.OFFSETS_PARTITIONS, "2")),
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            broken::set);
  }

  private static BrokerConfig withoutAutoCreation(BrokerConfig given) {
    return new BrokerConfig(
        given.host(),
        given.port(),
        given.advertisedHost(),
        given.advertisedPort(),
        given.nodeId(),
        given.clusterId(),
        given.queuedMaxBytes(),
        given.requestMaxBytes(),
        given.otherRequestMaxBytes(),
        given.fetchMaxBytes(),
        given.connections(),
        false,
        given.partitions(),
        given.eventLoops());
  }

  @Override
  public String name() {
    return "Daybook";
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public void close() throws IOException {
    server.close();
    vertx.close().await();
    Throwable failure = broken.get();
    if (failure != null) {
      throw new IOException("The log under test broke", failure);
    }
  }
}
