package dev.daybook.eventlog.broker;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;

/// Accepts connections for one event loop. Several listeners of one address share its connections.
final class Listener extends VerticleBase {
  private static final int BACKLOG = 1024;

  private final String host;
  private final int port;
  private final Handler<NetSocket> accept;
  private final Promise<Integer> listening = Promise.promise();

  Listener(String host, int port, Handler<NetSocket> accept) {
    this.host = host;
    this.port = port;
    this.accept = accept;
  }

  /// The port that is listened on.
  Future<Integer> listening() {
    return listening.future();
  }

  @Override
  public Future<?> start() {
    NetServerOptions options =
        new NetServerOptions()
            .setAcceptBacklog(BACKLOG)
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setReuseAddress(true);
    return vertx
        .createNetServer(options)
        .connectHandler(accept)
        .listen(port, host)
        .map(NetServer::actualPort)
        .onComplete(listening);
  }
}
