package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.group.GroupCoordinator;
import dev.daybook.eventlog.partition.Preparers;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// Serves an event log to Kafka's clients. Its connections are spread over a few event loops; what they share is
/// the memory for requests, and the handlers.
///
/// [#close()] answers what is under way; what a client sent and got no answer for is in the log or is not, as
/// after any broken connection.
public final class Broker {
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private static final long IDLE_MEMORY_MS = 1_000;

  /// To Vert.x, each negative number is one free port, shared by all who listen on that number.
  private static final AtomicInteger FREE_PORTS = new AtomicInteger();

  private final Vertx vertx;
  private final BrokerConfig config;
  private final int sharedPort;
  private final RequestMemory memory;
  private final FramePool framePool;
  private final PinnedBytes pinned = new PinnedBytes();
  private final ResponseMemory responses;
  private final ConnectionCount count;
  private final Map<EventExecutor, Watch> watches = new ConcurrentHashMap<>();
  private final RefusalLog refusals = new RefusalLog();
  private final ColdReader coldReader;
  private final CopiedRuns copiedRuns;
  private final KeptFiles keptFiles;
  private final Preparers preparers;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Queue<String> listeners = new ConcurrentLinkedQueue<>();
  private final Promise<Void> drained = Promise.promise();
  private volatile Map<ApiKeys, Handler> handlers = Map.of();
  private volatile int port;
  private volatile long idleMemoryTimer = -1;
  private volatile boolean closing;

  private Broker(Vertx vertx, EventLog log, BrokerConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.memory = new RequestMemory(config.queuedMaxBytes());
    this.responses = new ResponseMemory(config.queuedMaxBytes() / 4);
    this.count = new ConnectionCount(config.connections());
    // Sockets need room outside the heap, too.
    long offHeapBytes = PlatformDependent.maxDirectMemory();
    this.framePool =
        new FramePool(Math.min(2 * config.queuedMaxBytes(), offHeapBytes / 2), Clock.system());
    this.sharedPort = config.port() == 0 ? FREE_PORTS.decrementAndGet() : config.port();
    this.coldReader = new ColdReader(log.coldReader(), log.coldPace(), Clock.system());
    this.copiedRuns = new CopiedRuns(Math.min(config.queuedMaxBytes(), offHeapBytes) / 8);
    this.keptFiles = new KeptFiles(OpenFiles.ofThisProcess().keptForReaders(), log.readers());
    this.preparers = new Preparers(log.validator(), Clock.system());
  }

  /// Starts to listen. The log and the coordinators stay the caller's: close them after the broker.
  public static Future<Broker> start(
      Vertx vertx,
      EventLog log,
      GroupCoordinator<ApiMessage> groups,
      TransactionCoordinator transactions,
      BrokerConfig config) {
    Broker broker = new Broker(vertx, log, config);
    return broker
        .listen()
        .compose(
            port -> {
              broker.port = port;
              broker.handlers = Handlers.of(log, groups, transactions, broker, broker.self());
              broker.idleMemoryTimer =
                  vertx.setPeriodic(IDLE_MEMORY_MS, each -> broker.framePool.giveBackIdle());
              return broker.listenWithMore(config.eventLoops() - 1);
            })
        .recover(failure -> broker.close().compose(closed -> Future.failedFuture(failure)))
        .map(broker);
  }

  /// The port that is listened on.
  public int port() {
    return port;
  }

  /// Takes no new connections and requests, answers what is under way, and closes; in a few seconds at most.
  public Future<Void> close() {
    if (!closing) {
      closing = true;
      connections.forEach(connection -> connection.onLoop(connection::drain));
      vertx.setTimer(DRAIN.toMillis(), late -> drained.tryComplete());
      completeIfDrained();
    }
    return drained.future().compose(done -> stop());
  }

  BrokerFigures figures() {
    return new BrokerFigures(
        count.all(), refusals.count(), memory.usedBytes(), responses.usedBytes());
  }

  /// How many connections there are.
  int connectionCount() {
    return count.all();
  }

  BrokerConfig config() {
    return config;
  }

  RequestMemory memory() {
    return memory;
  }

  FramePool framePool() {
    return framePool;
  }

  ResponseMemory responses() {
    return responses;
  }

  PinnedBytes pinned() {
    return pinned;
  }

  RefusalLog refusals() {
    return refusals;
  }

  CopiedRuns copiedRuns() {
    return copiedRuns;
  }

  KeptFiles keptFiles() {
    return keptFiles;
  }

  ColdReader coldReader() {
    return coldReader;
  }

  Preparers preparers() {
    return preparers;
  }

  /// Hands a request to the handler of its API.
  CompletableFuture<Reply> handle(Call call) {
    Handler handler = handlers.get(call.request().api());
    if (handler == null) {
      return CompletableFuture.completedFuture(
          new Reply.HangUp("the broker is starting; " + call.request().api().name));
    }
    try {
      return handler.handle(call);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /// Takes a connection off the list.
  void forget(Connection connection) {
    if (connections.remove(connection)) {
      count.leave(connection.clientAddress());
      Watch watch = watches.get(connection.loop());
      if (watch != null) {
        watch.remove(connection);
      }
    }
    completeIfDrained();
  }

  private ThisBroker self() {
    return new ThisBroker(
        config.nodeId(),
        config.advertisedHost().orElse(config.host()),
        config.advertisedPort().orElse(port),
        config.clusterId());
  }

  private Future<Integer> listen() {
    Listener listener = new Listener(config.host(), sharedPort, this::accept);
    return vertx
        .deployVerticle(listener)
        .onSuccess(listeners::add)
        .compose(deployed -> listener.listening());
  }

  private Future<Integer> listenWithMore(int more) {
    return more > 0
        ? listen().compose(same -> listenWithMore(more - 1))
        : Future.succeededFuture(port);
  }

  /// Puts our own reader in front of Vert.x's handler, which from then on sees no byte.
  private void accept(NetSocket socket) {
    ChannelHandlerContext context = ((NetSocketInternal) socket).channelHandlerContext();
    Optional<String> refusal =
        closing ? Optional.of("the broker stops") : count.enter(Connection.addressOf(context));
    if (refusal.isPresent()) {
      refusals.closed(context.channel().remoteAddress(), refusal.get());
      var _ = context.close();
      return;
    }
    Connection connection = new Connection(context, this);
    connections.add(connection);
    watches
        .computeIfAbsent(context.executor(), loop -> new Watch(loop, config.connections()))
        .add(connection);
    context.pipeline().addBefore(context.name(), "frames", connection.reader());
    if (!context.channel().isActive()) {
      connection.close(); // Gone before the reader was there to hear of it.
    }
    // Without it Vert.x logs every reset by a client as severe.
    socket.exceptionHandler(failure -> connection.close());
  }

  private void completeIfDrained() {
    if (closing && connections.isEmpty()) {
      drained.tryComplete();
    }
  }

  private Future<Void> stop() {
    vertx.cancelTimer(idleMemoryTimer);
    connections.forEach(connection -> connection.onLoop(connection::close));
    preparers.close();
    return Future.join(listeners.stream().map(vertx::undeploy).toList()).mapEmpty();
  }
}
