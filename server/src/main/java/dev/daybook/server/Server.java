package dev.daybook.server;

import dev.daybook.auditui.AuditUi;
import dev.daybook.auditui.AuditUiConfig;
import dev.daybook.connect.ConnectConfig;
import dev.daybook.connect.ConnectRuntime;
import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.broker.BrokerConfig;
import dev.daybook.eventlog.broker.ConnectionLimits;
import dev.daybook.eventlog.broker.LogServer;
import dev.daybook.eventlog.broker.OpenFiles;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.CleanerSettings;
import dev.daybook.eventlog.partition.ProducerExpiry;
import dev.daybook.eventlog.partition.ScrubPace;
import dev.daybook.eventlog.topic.TopicDefaults;
import dev.daybook.eventlog.transaction.TransactionSettings;
import dev.daybook.registry.ContractCheck;
import dev.daybook.registry.SchemaRegistry;
import dev.daybook.registry.SchemaRegistryConfig;
import dev.daybook.server.ServerConfig.Room;
import dev.daybook.server.control.BackupRequest;
import dev.daybook.server.control.ControlSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All rooms of a Daybook in one process: started in order, closed in reverse. The log's port opens first, so that its
/// clients wait for nothing else; rooms that are its clients too load behind open ports and answer 503 until they are
/// there.
public final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final long CLOSE_SECONDS = 5;
  private static final String LOG_PART = "log";

  /// Tells who watches the process that a start is likely to work when there is more room on the disk, and may work before.
  static final int DISK_FULL_EXIT_CODE = 3;

  private final ServerConfig config;
  private final Closing closing = new Closing();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<Room, HostPort> listening = new HashMap<>();

  private Server(ServerConfig config) {
    this.config = config;
  }

  /// Starts everything.
  ///
  /// @throws UsageException when a port or the data directory can not be used
  public static Server start(ServerConfig config) {
    Server server = new Server(config);
    try {
      server.open();
      return server;
    } catch (Throwable failure) {
      server.close();
      throw failure;
    }
  }

  /// The one line that says where everything is.
  public String readyLine() {
    StringBuilder line = new StringBuilder("daybook ready");
    append(line, "kafka", Room.LOG);
    append(line, "http", Room.PAGE);
    append(line, "registry", Room.REGISTRY);
    append(line, "connect", Room.CONNECT);
    if (config.rooms().contains(Room.LOG)) {
      line.append(" data=").append(config.dataDirectory().toAbsolutePath().normalize());
    }
    return line.toString();
  }

  /// Where a room is reached.
  public Optional<HostPort> address(Room room) {
    return Optional.ofNullable(listening.get(room));
  }

  /// Lets SIGTERM and Ctrl-C close it from now on.
  public void closeOnSignals() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "daybook-shutdown"));
    StopSignals.ask(this::close);
  }

  /// Waits until it is closed.
  ///
  /// @return the exit code
  public int awaitClosed() throws InterruptedException {
    closed.await();
    return closing.failed(LOG_PART) ? 1 : 0;
  }

  /// Refuses new work, finishes what is in flight, writes a checkpoint.
  @Override
  public void close() {
    closing.close();
    closed.countDown();
  }

  private void open() {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(2));
    closing.add("vertx", () -> await(vertx.close()));
    HttpPorts ports = new HttpPorts(vertx, OpenFiles.ofThisProcess().httpConnections());
    LateRoom page = new LateRoom();
    LateRoom registry = new LateRoom();
    LateRoom connect = new LateRoom();
    Contracts contracts = new Contracts();
    Optional<LogServer> log =
        config.rooms().contains(Room.LOG)
            ? Optional.of(openLog(vertx, contracts))
            : Optional.empty();
    listen(ports, Room.PAGE, "--http-port", config.http(), page);
    listen(ports, Room.REGISTRY, "--registry-port", config.registry(), registry);
    listen(ports, Room.CONNECT, "--connect-port", config.connect(), connect);
    String bootstrap = config.bootstrap().orElseGet(this::ownBootstrap);
    Optional<SchemaRegistry> schemas = openRegistry(vertx, registry, contracts, bootstrap);
    Optional<ConnectRuntime> connectors = openConnect(vertx, connect, bootstrap);
    openPage(vertx, page, bootstrap, log, schemas, connectors);
  }

  private void listen(HttpPorts ports, Room room, String flag, HostPort listener, LateRoom behind) {
    if (config.rooms().contains(room)) {
      HttpServer server = ports.open(flag, listener, behind);
      closing.add(room + " port", () -> await(server.close()));
      listening.put(room, listener.withPort(server.actualPort()));
    }
  }

  private LogServer openLog(Vertx vertx, Contracts contracts) {
    try {
      LogServer log =
          LogServer.start(
              vertx,
              logConfig(),
              this::brokerConfig,
              new GroupSettings(groupSettings()),
              TransactionSettings.of(transactionSettings()),
              contracts,
              this::onFatal);
      closing.add(LOG_PART, log);
      closing.add(
          "control",
          ControlSocket.listen(
              config.dataDirectory(), Map.of(BackupRequest.NAME, new BackupRequest(log.log()))));
      listening.put(Room.LOG, config.kafka().withPort(log.port()));
      return log;
    } catch (BindException e) {
      throw HttpPorts.cannotListen("--kafka-port", config.kafka(), e);
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new UsageException(DiskFull.isCauseOf(e) ? noRoom(reason) : reason, e);
    }
  }

  private String noRoom(String reason) {
    return "There is no room for the log in %s: free some space, then start again (%s)"
        .formatted(config.dataDirectory().toAbsolutePath().normalize(), reason);
  }

  private Optional<SchemaRegistry> openRegistry(
      Vertx vertx, LateRoom room, Contracts contracts, String bootstrap) {
    SchemaRegistryConfig registryConfig = SchemaRegistryConfig.of(bootstrap);
    if (config.rooms().contains(Room.LOG)) {
      ContractCheck check = ContractCheck.start(registryConfig);
      closing.add("contracts", check);
      contracts.use(check);
    }
    if (!config.rooms().contains(Room.REGISTRY)) {
      return Optional.empty();
    }
    SchemaRegistry registry = SchemaRegistry.start(vertx, registryConfig);
    closing.add("registry", () -> await(registry.close()));
    room.opens(registry.router());
    return Optional.of(registry);
  }

  private Optional<ConnectRuntime> openConnect(Vertx vertx, LateRoom room, String bootstrap) {
    if (!config.rooms().contains(Room.CONNECT)) {
      return Optional.empty();
    }
    System.setProperty(
        "daybook.connect.file.roots",
        config.fileRoots().stream()
            .map(path -> path.toAbsolutePath().toString())
            .collect(Collectors.joining(java.io.File.pathSeparator)));
    HostPort own = address(Room.CONNECT).orElseThrow();
    ConnectConfig connectConfig =
        ConnectConfig.of(bootstrap)
            .withPluginPath(config.pluginPath())
            .withAdvertised(own.host(), own.port())
            .withConverterExtras(converterExtras());
    ConnectRuntime runtime =
        ConnectRuntime.start(
            vertx,
            config
                .connectDirectory()
                .map(connectConfig::withConfigDirectory)
                .orElse(connectConfig));
    closing.add("connect", () -> await(runtime.close()));
    room.opens(runtime.router());
    return Optional.of(runtime);
  }

  private void openPage(
      Vertx vertx,
      LateRoom room,
      String bootstrap,
      Optional<LogServer> log,
      Optional<SchemaRegistry> schemas,
      Optional<ConnectRuntime> connectors) {
    if (!config.rooms().contains(Room.PAGE)) {
      return;
    }
    AuditUiConfig pageConfig = AuditUiConfig.of(bootstrap);
    pageConfig =
        address(Room.REGISTRY).map(Server::url).map(pageConfig::withRegistry).orElse(pageConfig);
    pageConfig =
        address(Room.CONNECT).map(Server::url).map(pageConfig::withConnect).orElse(pageConfig);
    AuditUi page = AuditUi.start(vertx, pageConfig);
    closing.add("page", page);
    Operations operations =
        new Operations(
            log.map(LogServer::log),
            () -> connectors.map(ConnectRuntime::connectors).orElse(List.of()));
    log.ifPresent(
        opened -> {
          operations.watch("log", () -> true);
          operations.show(opened);
        });
    schemas.ifPresent(registry -> operations.watch("registry", registry::ready));
    connectors.ifPresent(runtime -> operations.watch("connect", runtime::ready));
    Router router = Router.router(vertx);
    operations.mount(vertx, router);
    router.route("/*").subRouter(page.router());
    room.opens(router);
  }

  private EventLogConfig logConfig() {
    EventLogConfig defaults = EventLogConfig.in(config.dataDirectory());
    return new EventLogConfig(
        defaults.dataDirectory(),
        config.number("journal.bytes", defaults.journalBytes()),
        defaults.journalFileBytes(),
        defaults.firstJournalFileBytes(),
        defaults.entryBytes(),
        defaults.retainedBytes(),
        config.number("disk.reserve.bytes", defaults.reserveBytes()),
        defaults.runBytes(),
        defaults.runLinger(),
        defaults.checkpointInterval(),
        Duration.ofMillis(
            config.number(
                "log.retention.check.interval.ms", defaults.retentionCheckInterval().toMillis())),
        defaults.readerThreads(),
        new ScrubPace(
            config.number("scrub.bytes.per.second", defaults.scrub().bytesPerSecond()),
            Duration.ofMillis(
                config.number("scrub.round.ms", defaults.scrub().round().toMillis()))),
        cleaner(defaults.cleaner()),
        topicDefaults(),
        ProducerExpiry.Pace.of(
            Duration.ofMillis(
                config.number(
                    "producer.id.expiration.ms", defaults.producerExpiry().after().toMillis()))));
  }

  private CleanerSettings cleaner(CleanerSettings defaults) {
    return new CleanerSettings(
        config.flag("log.cleaner.enable", true)
            ? config.number("log.cleaner.io.max.bytes.per.second", defaults.bytesPerSecond())
            : CleanerSettings.OFF.bytesPerSecond(),
        config.number("log.cleaner.dedupe.buffer.size", defaults.keyBytes()),
        Duration.ofMillis(config.number("log.cleaner.backoff.ms", defaults.backoff().toMillis())));
  }

  private TopicDefaults topicDefaults() {
    try {
      return TopicDefaults.of(config.settings());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  private BrokerConfig brokerConfig(BrokerConfig defaults) {
    try {
      return settings(defaults);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  private BrokerConfig settings(BrokerConfig defaults) {
    BrokerConfig listeningOn =
        new BrokerConfig(
            config.kafka().host(),
            config.kafka().port(),
            defaults.advertisedHost(),
            defaults.advertisedPort(),
            defaults.nodeId(),
            defaults.clusterId(),
            config.number("queued.max.bytes", defaults.queuedMaxBytes()),
            config.smallNumber("socket.request.max.bytes", defaults.requestMaxBytes()),
            defaults.otherRequestMaxBytes(),
            defaults.fetchMaxBytes(),
            connectionLimits(defaults.connections()),
            config.flag("auto.create.topics.enable", defaults.autoCreateTopics()),
            config.smallNumber("num.partitions", defaults.partitions()),
            defaults.eventLoops());
    boolean own = config.advertised().equals(config.kafka());
    return own
        ? listeningOn
        : listeningOn.advertising(config.advertised().host(), config.advertised().port());
  }

  private ConnectionLimits connectionLimits(ConnectionLimits defaults) {
    return new ConnectionLimits(
        config.smallNumber("max.connections", defaults.max()),
        config.smallNumber("max.connections.per.ip", defaults.maxPerAddress()),
        config.duration("connections.max.idle.ms", defaults.idleTimeout()),
        config.duration("request.arrival.timeout.ms", defaults.arrivalTimeout()));
  }

  private Map<String, String> groupSettings() {
    return config.settings().entrySet().stream()
        .filter(
            setting ->
                setting.getKey().startsWith("group.") || setting.getKey().startsWith("offsets."))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Map<String, String> transactionSettings() {
    return config.settings().entrySet().stream()
        .filter(setting -> TransactionSettings.knows(setting.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Map<String, String> converterExtras() {
    return address(Room.REGISTRY)
        .map(registry -> Map.of("schema.registry.url", url(registry).toString()))
        .orElse(Map.of());
  }

  private String ownBootstrap() {
    return address(Room.LOG).orElseThrow().toString();
  }

  /// Nothing can be trusted on the owners' threads any more: the process must go, and the next start recovers.
  private void onFatal(Throwable failure) {
    if (DiskFull.isCauseOf(failure)) {
      LOG.error(
          "the disk is full, and the log can not wait for room: free some space (others' files, or topics and records once it runs), then start it again, which works on a full disk as far as its reserve reaches reason={}",
          failure.getMessage());
      Runtime.getRuntime().halt(DISK_FULL_EXIT_CODE);
    }
    LOG.error(
        "the log can not go on and stops; start it again to recover reason={}",
        failure.toString(),
        failure);
    Runtime.getRuntime().halt(1);
  }

  private void append(StringBuilder line, String name, Room room) {
    address(room).ifPresent(address -> line.append(' ').append(name).append('=').append(address));
  }

  private static URI url(HostPort address) {
    return URI.create("http://" + address);
  }

  private static void await(Future<?> future) throws TimeoutException {
    future.await(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
