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

  /// As Kafka's `socket.send.buffer.bytes`. Left to itself the system lets the buffer of a fast client grow to
  /// megabytes, and sending through so long a queue costs it twice the CPU for each byte.
  private static final int SEND_BUFFER_BYTES = 100 << 10;

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
            .setReuseAddress(true)
            .setSendBufferSize(SEND_BUFFER_BYTES);
    return vertx
        .createNetServer(options)
        .connectHandler(accept)
        .listen(port, host)
        .map(NetServer::actualPort)
        .onComplete(listening);
  }
}
