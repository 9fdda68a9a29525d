package dev.daybook.server;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Opens HTTP ports, each behind the same guard. Connections beyond what a port takes are closed at once: whoever opens many
/// and says nothing must not take the files that the log needs.
final class HttpPorts {
  private static final long PATIENCE_SECONDS = 10;
  private static final int MAX_HEADER_BYTES = 16 << 10;

  private final Vertx vertx;
  private final int mostConnections;

  /// @param mostConnections that each port takes
  HttpPorts(Vertx vertx, int mostConnections) {
    this.vertx = vertx;
    this.mostConnections = mostConnections;
  }

  /// Opens a port. The room behind it may be given later: see [LateRoom].
  HttpServer open(String flag, HostPort listener, Handler<HttpServerRequest> room) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(listener.host())
            .setPort(listener.port())
            .setIdleTimeout(120)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            // Otherwise a connection counts only when it has said which HTTP it speaks.
            .setHttp2ClearTextEnabled(false)
            .setCompressionSupported(false);
    AtomicInteger connections = new AtomicInteger();
    Future<HttpServer> listening =
        vertx
            .createHttpServer(options)
            .connectionHandler(connection -> count(connection, connections))
            .requestHandler(new HttpGuard(hosts(listener), room))
            .listen();
    try {
      return listening.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new UsageException(
          "The port " + listener + " did not open within " + PATIENCE_SECONDS + " seconds", e);
    } catch (Exception e) {
      throw cannotListen(flag, listener, e);
    }
  }

  private void count(HttpConnection connection, AtomicInteger connections) {
    connection.closeHandler(gone -> connections.decrementAndGet());
    if (connections.incrementAndGet() > mostConnections) {
      var _ = connection.close();
    }
  }

  /// The sentence for a port that can not be had.
  static UsageException cannotListen(String flag, HostPort listener, Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null && !(root instanceof BindException)) {
      root = root.getCause();
    }
    String why =
        root instanceof BindException
            ? "is in use or not this machine's"
            : "can not be listened on (" + root.getMessage() + ")";
    return new UsageException(
        "The address "
            + listener
            + " "
            + why
            + ": choose another with "
            + flag
            + " N (0 takes any free port)",
        cause);
  }

  private static Set<String> hosts(HostPort listener) {
    Set<String> hosts = new HashSet<>(Set.of("localhost", "127.0.0.1", "::1"));
    hosts.add(listener.host().toLowerCase(Locale.ROOT));
    return Set.copyOf(hosts);
  }
}
