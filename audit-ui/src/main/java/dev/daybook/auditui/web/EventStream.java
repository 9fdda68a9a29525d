package dev.daybook.auditui.web;

import dev.daybook.auditui.log.Refusal;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicInteger;

/// One reader's stream of server-sent events. Offers come from any thread and are written on the
/// request's event loop; when a few are still on their way to a slow reader, the next is refused.
final class EventStream {
  private static final int MOST_UNDER_WAY = 4;

  private final RoutingContext request;
  private final HttpServerResponse response;
  private final Context loop;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile boolean closed;

  EventStream(RoutingContext request) {
    this.request = request;
    this.response = request.response();
    this.loop = request.vertx().getOrCreateContext();
    response.closeHandler(nothing -> closed = true);
  }

  /// Runs at once if the reader has already gone.
  void onClose(Runnable action) {
    loop.runOnContext(
        nothing -> {
          if (closed || response.closed()) {
            action.run();
          } else {
            response.closeHandler(gone -> action.run());
          }
        });
  }

  boolean offer(String name, String id, JsonObject data) {
    if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
      underWay.decrementAndGet();
      return false;
    }
    var message = "event: %s\nid: %s\ndata: %s\n\n".formatted(name, id, data.encode());
    loop.runOnContext(nothing -> write(message));
    return true;
  }

  /// Before the first message a refusal is an ordinary answer; later it is the stream's last word.
  void fail(Refusal refusal) {
    loop.runOnContext(
        nothing -> {
          if (!response.headWritten()) {
            Replies.send(request, Replies.refused(refusal));
          } else if (!response.closed()) {
            response.end("event: refused\ndata: %s\n\n".formatted(Replies.json(refusal).encode()));
          }
        });
  }

  private void write(String message) {
    if (response.closed()) {
      underWay.decrementAndGet();
      return;
    }
    if (!response.headWritten()) {
      response
          .setChunked(true)
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .putHeader("X-Content-Type-Options", "nosniff");
    }
    response.write(message).onComplete(written -> underWay.decrementAndGet());
  }
}
