package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.partition.Lease;
import dev.daybook.eventlog.protocol.Request;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import org.apache.kafka.common.protocol.ApiMessage;

/// A request and the connection it came on.
///
/// @param lease on the memory that the request's buffers lie in; held until there is a reply
/// @param hold all it holds; who has copied what it needs, and waits, may release it before
record Call(Request request, Lease lease, Connection connection, RequestHold hold) {

  /// The request's message, which the handler knows by its API.
  <M extends ApiMessage> M message(Class<M> type) {
    return type.cast(request.message());
  }

  short version() {
    return request.version();
  }

  InetAddress clientAddress() {
    return connection.clientAddress();
  }

  /// The event loop of the connection.
  Executor loop() {
    return connection::onLoop;
  }

  /// The connection's requests, in the order in which they reach the appender.
  AppendOrder appendOrder() {
    return connection.appendOrder();
  }
}
