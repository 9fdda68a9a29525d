package dev.daybook.compatibility;

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
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/// The server under test: the real one, on a folder, on a port of loopback.
public final class Daybook implements AutoCloseable {
  private static final Map<String, String> QUICK_GROUPS =
      Map.of(GroupSettings.INITIAL_REBALANCE_DELAY_MS, "0", GroupSettings.OFFSETS_PARTITIONS, "2");

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
  private final @Nullable LogServer server;
  private final String bootstrap;

  private Daybook(String bootstrap) {
    this.server = null;
    this.bootstrap = bootstrap;
  }

  private Daybook(Path folder, UnaryOperator<BrokerConfig> config) throws IOException {
    server =
        LogServer.start(
            vertx,
            EventLogConfig.in(folder),
            config,
            new GroupSettings(QUICK_GROUPS),
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            broken::set);
    bootstrap = "127.0.0.1:" + server.port();
  }

  /// `-Ddaybook.test.bootstrap=HOST:PORT` plays the scenes on another cluster, for instance a new one of Apache Kafka's,
  /// which tells whether a scene is right.
  static Daybook in(Path folder) throws IOException {
    String other = System.getProperty("daybook.test.bootstrap");
    return other == null ? new Daybook(folder, UnaryOperator.identity()) : new Daybook(other);
  }

  /// A broker that is configured like this, in this process.
  public static Daybook in(Path folder, UnaryOperator<BrokerConfig> config) throws IOException {
    return new Daybook(folder, config);
  }

  public String bootstrap() {
    return bootstrap;
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrap()));
  }

  Records records() {
    return new Records(bootstrap());
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      server.close();
    }
    vertx.close().await();
    Throwable failure = broken.get();
    if (failure != null) {
      throw new IOException("The log under test broke", failure);
    }
  }
}
