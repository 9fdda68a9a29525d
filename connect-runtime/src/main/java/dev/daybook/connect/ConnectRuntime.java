package dev.daybook.connect;

import dev.daybook.connect.control.ConnectorEntry;
import dev.daybook.connect.control.Status;
import dev.daybook.connect.rest.RestApi;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Connect worker in this process. It reaches the log as a Kafka client, keeps what it must not forget in three topics
/// there, and hands its REST API out as a router for somebody else to serve. Starting returns at once; the worker loads
/// in the background, trying again while the log is away, and its routes answer 503 until then.
public final class ConnectRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectRuntime.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final ConnectConfig config;
  private final RestApi rest;
  private final Thread loading;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable LoadedWorker worker;
  private boolean closed;

  private ConnectRuntime(Vertx vertx, ConnectConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.rest = new RestApi(vertx, config.workerId());
    this.loading = Thread.ofVirtual().name("connect-load").unstarted(this::load);
  }

  public static ConnectRuntime start(Vertx vertx, ConnectConfig config) {
    // Kafka's clients would let any configuration instantiate config providers; nobody here needs
    // that (CVE-2024-31141).
    System.setProperty("org.apache.kafka.automatic.config.providers", "none");
    ConnectRuntime runtime = new ConnectRuntime(vertx, config);
    runtime.loading.start();
    return runtime;
  }

  private void load() {
    while (true) {
      try {
        LoadedWorker loaded = LoadedWorker.load(vertx, config);
        if (!keep(loaded)) {
          loaded.close();
          return;
        }
        loaded.startConnectors();
        rest.loaded(loaded.connectors(), loaded.clusterId());
        LOG.info(
            "connect ready worker={} connectors={} plugins={}",
            config.workerId(),
            loaded.connectors().entries().size(),
            loaded.pluginCount());
        return;
      } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
        return; // closed while loading
      } catch (RuntimeException e) {
        if (Thread.interrupted()) {
          return; // closed while loading, and told so in other words
        }
        LOG.warn(
            "Connect cannot load from {} and tries again: {}",
            config.bootstrapServers(),
            e.toString());
      }
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private boolean keep(LoadedWorker loaded) {
    lock.lock();
    try {
      if (!closed) {
        worker = loaded;
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  public Router router() {
    return rest.router();
  }

  /// Whether everything is loaded and requests are answered.
  public boolean ready() {
    return rest.isLoaded();
  }

  /// The connectors at this moment; empty until ready.
  public List<ConnectorView> connectors() {
    LoadedWorker loaded = worker;
    return loaded == null
        ? List.of()
        : loaded.connectors().entries().stream().map(entry -> view(loaded, entry)).toList();
  }

  private static ConnectorView view(LoadedWorker loaded, ConnectorEntry entry) {
    String name = entry.name();
    Map<Integer, Status> statuses = loaded.connectors().statuses().tasks(name);
    List<ConnectorView.TaskView> tasks =
        statuses.entrySet().stream()
            .map(
                task ->
                    new ConnectorView.TaskView(
                        task.getKey(),
                        task.getValue().state().name(),
                        loaded.connectors().failures(name, task.getKey())))
            .toList();
    String type = loaded.connectors().type(entry);
    String state =
        loaded
            .connectors()
            .statuses()
            .connector(name)
            .map(status -> status.state().name())
            .orElse("UNASSIGNED");
    return new ConnectorView(
        name,
        type == null ? "unknown" : type,
        state,
        loaded.connectors().failures(name, null),
        tasks);
  }

  /// Stops all tasks with their last commits, and everything the worker holds; takes less than five seconds.
  public Future<Void> close() {
    Promise<Void> done = Promise.promise();
    Thread.ofVirtual()
        .name("connect-close")
        .start(
            () -> {
              try {
                closeNow();
                done.complete();
              } catch (InterruptedException | RuntimeException e) {
                done.fail(e);
              }
            });
    return done.future();
  }

  private void closeNow() throws InterruptedException {
    LoadedWorker loaded;
    lock.lock();
    try {
      closed = true;
      loaded = worker;
    } finally {
      lock.unlock();
    }
    if (loaded == null) {
      loading.interrupt();
    } else {
      loaded.close();
    }
  }
}
