package dev.daybook.connect;

import dev.daybook.connect.config.ConnectorValidator;
import dev.daybook.connect.config.References;
import dev.daybook.connect.control.Closing;
import dev.daybook.connect.control.ConfigDirectory;
import dev.daybook.connect.control.ConfigLog;
import dev.daybook.connect.control.Connectors;
import dev.daybook.connect.control.Facility;
import dev.daybook.connect.control.StatusBoard;
import dev.daybook.connect.offset.OffsetStore;
import dev.daybook.connect.plugin.PluginKind;
import dev.daybook.connect.plugin.Plugins;
import dev.daybook.connect.topic.CompactedTopic;
import dev.daybook.connect.worker.ClientConfigs;
import dev.daybook.connect.worker.ConverterDefaults;
import dev.daybook.connect.worker.Worker;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything a worker has once its topics are read: wired here by hand, closed in reverse.
final class LoadedWorker {

  private static final Logger LOG = LoggerFactory.getLogger(LoadedWorker.class);
  private static final Duration CLIENT_CLOSE = Duration.ofMillis(500);
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(3);
  private static final int OFFSET_PARTITIONS = 5;

  private final ConnectConfig config;
  private final Plugins plugins;
  private final Connectors connectors;
  private final String clusterId;
  private final Deque<AutoCloseable> closing;
  private @Nullable ConfigDirectory directory;

  private LoadedWorker(
      ConnectConfig config,
      Plugins plugins,
      Connectors connectors,
      String clusterId,
      Deque<AutoCloseable> closing) {
    this.config = config;
    this.plugins = plugins;
    this.connectors = connectors;
    this.clusterId = clusterId;
    this.closing = closing;
  }

  static LoadedWorker load(Vertx vertx, ConnectConfig config) throws InterruptedException {
    Deque<AutoCloseable> closing = new ArrayDeque<>();
    try {
      return load(vertx, config, closing);
    } catch (RuntimeException | InterruptedException e) {
      // Kafka's own exception leaves the thread interrupted, and its clients tell of an interrupt
      // in their close with a stack trace.
      boolean interrupted = Thread.interrupted();
      closeAll(closing);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      throw e;
    }
  }

  private static LoadedWorker load(Vertx vertx, ConnectConfig config, Deque<AutoCloseable> closing)
      throws InterruptedException {
    Plugins plugins = Plugins.scan(config.pluginPath(), LoadedWorker.class.getClassLoader());
    closing.push(plugins);
    References references = References.configured(config.workerSettings(), plugins);
    closing.push(references);
    ClientConfigs clients = clients(config);
    Admin admin = Admin.create(clients.clients("connect-admin"));
    closing.push(() -> admin.close(CLIENT_CLOSE));
    Producer<byte[], byte[]> producer = stateProducer(clients);
    closing.push(() -> producer.close(CLIENT_CLOSE));

    ConfigLog configs = new ConfigLog(topic(config.topics().config(), 1, producer, admin));
    OffsetStore offsets =
        new OffsetStore(topic(config.topics().offset(), OFFSET_PARTITIONS, producer, admin));
    StatusBoard statuses =
        new StatusBoard(topic(config.topics().status(), 1, producer, admin), config.workerId());
    Map<String, Object> reader = clients.clients("connect-reader");
    configs.load(reader);
    offsets.load(reader);
    statuses.load(reader);

    Metrics metrics = new Metrics();
    closing.push(metrics);
    ConverterDefaults converters =
        new ConverterDefaults(config.workerSettings(), config.converterExtras());
    Worker worker =
        new Worker(
            clients,
            plugins,
            offsets,
            admin,
            metrics,
            converters,
            config.offsetFlushInterval(),
            FLUSH_TIMEOUT);
    ConnectorValidator validator = new ConnectorValidator(plugins, references);
    Facility facility =
        new Facility(
            worker,
            references,
            validator,
            configs,
            statuses,
            config.stopPatience(),
            (delay, work) -> vertx.setTimer(Math.max(1, delay.toMillis()), id -> work.run()));
    return new LoadedWorker(config, plugins, new Connectors(facility), clusterId(admin), closing);
  }

  private static ClientConfigs clients(ConnectConfig config) {
    Map<String, String> base = new HashMap<>(config.clientSettings());
    base.put("bootstrap.servers", config.bootstrapServers());
    return new ClientConfigs(base);
  }

  /// Writes the three topics. It gives up after a while, unlike the tasks' producers: somebody waits for an answer.
  private static Producer<byte[], byte[]> stateProducer(ClientConfigs clients) {
    Map<String, Object> settings = clients.producer("connect-state", Map.of());
    settings.put("max.block.ms", "15000");
    settings.put("request.timeout.ms", "5000");
    settings.put("delivery.timeout.ms", "15000");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static CompactedTopic topic(
      String name, int partitions, Producer<byte[], byte[]> producer, Admin admin)
      throws InterruptedException {
    CompactedTopic topic = new CompactedTopic(name, partitions, producer);
    topic.create(admin);
    return topic;
  }

  private static String clusterId(Admin admin) throws InterruptedException {
    try {
      String id = admin.describeCluster().clusterId().get();
      return id == null ? "" : id;
    } catch (ExecutionException e) {
      throw new ConnectException("The cluster does not tell its id", e.getCause());
    }
  }

  void startConnectors() {
    connectors.startAll();
    config.configDirectory().ifPresent(path -> directory = ConfigDirectory.watch(path, connectors));
  }

  Connectors connectors() {
    return connectors;
  }

  String clusterId() {
    return clusterId;
  }

  int pluginCount() {
    return plugins.list(EnumSet.allOf(PluginKind.class)).size();
  }

  void close() throws InterruptedException {
    ConfigDirectory watched = directory;
    if (watched != null) {
      watched.close();
    }
    Closing.close(connectors, config.stopPatience().plusMillis(300));
    closeAll(closing);
  }

  private static void closeAll(Deque<AutoCloseable> closing) {
    while (!closing.isEmpty()) {
      AutoCloseable next = closing.pop();
      try {
        next.close();
      } catch (Exception e) {
        LOG.warn("{} could not be closed: {}", next.getClass().getSimpleName(), e.toString());
      }
    }
  }
}
